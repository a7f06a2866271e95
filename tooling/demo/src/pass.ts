/** Waits for all of the runs, each of which tells what went wrong. Throws when anything did, in one. */
export async function passAll(runs: readonly Promise<readonly string[]>[]): Promise<void> {
  const ends = await Promise.allSettled(runs);
  const problems = ends.flatMap((end) => (end.status === 'rejected' ? [toMessage(end.reason)] : end.value));
  if (problems.length > 0) throw new Error(problems.join('; '));
}

function toMessage(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
