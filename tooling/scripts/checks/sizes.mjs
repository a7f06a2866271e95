import { connectors, files, read } from '../workspace.mjs';

const budget = { spot: 700, perpetual: 900, chain: 1100, dex: 1100 };
const width = 120;

/** A connector is small enough to be read in one sitting. */
export function sizes() {
  return connectors().flatMap(({ folder, manifest }) => {
    const sources = files(`${folder}/src`).map((path) => ({ path, lines: read(path).trimEnd().split('\n') }));
    return judge(folder, budget[manifest.hb.kind], sources);
  });
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
