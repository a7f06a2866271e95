import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Threads without isolation are eight times as fast; so a test patches no global and leaves no state in a module. */
const test = {
  pool: 'threads',
  isolate: false,
  allowOnly: false,
  // A busy machine is no fault of the code: this only ends what hangs.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  include: ['test/**/*.test.ts'],
  reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
};

export default { test };

/** For the tooling's own tests, which are plain JavaScript. */
export const tooling = { test: { ...test, include: ['test/**/*.test.js'] } };

/** With `--coverage`, at least `lines` percent of each folder of `src` must run. */
export function covered(directory, lines) {
  const folders = readdirSync(join(directory, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const coverage = {
    provider: 'v8',
    include: ['src/**/*.ts'],
    reportsDirectory: 'reports/coverage',
    reporter: ['text-summary', 'json-summary'],
    thresholds: Object.fromEntries(folders.map(({ name }) => [`src/${name}/**`, { lines }])),
  };
  return { test: { ...test, coverage } };
}
