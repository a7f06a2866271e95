import { exists, files, packages, read } from '../workspace.mjs';

/** By the folder of `packages` that a package is in, which for a connector is its kind. */
const budget = { spot: 700, perpetual: 900, chain: 1100, dex: 1100, family: 1100 };
const width = 120;

/** A connector is small enough to be read in one sitting, and so is what several of them share. */
export function sizes() {
  return packages().flatMap(({ folder }) => {
    const limit = limitOf(folder);
    // What emulators share has no `src`.
    if (limit === undefined || !exists(`${folder}/src`)) return [];
    const sources = files(`${folder}/src`).map((path) => ({ path, lines: read(path).trimEnd().split('\n') }));
    return judge(folder, limit, sources);
  });
}

/** How many lines a package may have: `packages/family/uniswap` → 1100; `undefined` for what is neither. */
export function limitOf(folder) {
  const [, kind] = /^packages\/([^/]+)\/[^/]+$/.exec(folder) ?? [];
  return Object.hasOwn(budget, kind) ? budget[kind] : undefined;
}

/** Counts lines, and refuses the long ones that the formatter leaves alone, so that a budget means what it says. */
export function judge(folder, limit, sources) {
  const count = sources.reduce((sum, { lines }) => sum + lines.length, 0);
  const total = count > limit ? [`${folder}/src has ${count} lines; the budget is ${limit}`] : [];
  const long = sources.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      line.length > width && !line.includes('https://') ? [`${path}:${index + 1} is wider than ${width} columns`] : [],
    ),
  );
  return [...total, ...long];
}
