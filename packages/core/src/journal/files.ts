/**
 * The files of a journal's folder. Records are added to the log with the highest number: `00000007.log`.
 * A base, `00000006.base`, has the records that were alive when the log of that number was full: it stands for all files up to that number.
 * What ends in `.new` was never finished. What ends in `.damaged` is a copy for a person to look at.
 */
export type Files = {
  readonly base: number | undefined;
  /** In order, all above `base`. */
  readonly logs: readonly number[];
  /** Names of files that are of no use any more. */
  readonly stale: readonly string[];
};

export function logName(number: number): string {
  return `${String(number).padStart(8, '0')}.log`;
}

export function baseName(number: number): string {
  return `${String(number).padStart(8, '0')}.base`;
}

export function sortFiles(names: readonly string[]): Files {
  const bases = names.flatMap((name) => numberIn(name, 'base'));
  const base = bases.length === 0 ? undefined : Math.max(...bases);
  const isStale = (number: number): boolean => base !== undefined && number <= base;
  const logs = names.flatMap((name) => numberIn(name, 'log')).sort((first, second) => first - second);
  return {
    base,
    logs: logs.filter((number) => !isStale(number)),
    stale: [
      ...names.filter((name) => /^\d+\.(?:base|log)\.new$/.test(name)),
      ...bases.filter((number) => number !== base).map(baseName),
      ...logs.filter(isStale).map(logName),
    ],
  };
}

function numberIn(name: string, extension: string): readonly number[] {
  const [digits, end] = name.split('.', 2);
  return end === extension && name === `${digits}.${end}` && /^\d{8}$/.test(digits ?? '') ? [Number(digits)] : [];
}
