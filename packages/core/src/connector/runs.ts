/**
 * Runs `task` when asked, one run at a time. What asks during a run gets another one after it, since the run may have
 * passed by what the asker means; all who ask meanwhile share it. `task` gets how many runs came right before.
 * Resolves when nothing is asked for any more; `task` must not reject.
 */
export function createRuns(task: (runsBefore: number) => Promise<void>): () => Promise<void> {
  let isAsked = false;
  let running: Promise<void> | undefined;

  const runWhileAsked = async (): Promise<void> => {
    for (let runs = 0; takeAsked(); runs += 1) await task(runs);
    running = undefined;
  };
  const takeAsked = (): boolean => {
    const wasAsked = isAsked;
    isAsked = false;
    return wasAsked;
  };

  return () => {
    isAsked = true;
    running ??= runWhileAsked();
    return running;
  };
}
