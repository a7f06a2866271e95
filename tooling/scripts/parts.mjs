import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { closingLine, isPassed, shares, tests } from './closing.mjs';
import { isStopping, packages, root, run } from './workspace.mjs';

export const install = () =>
  run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only']);

/** Two tasks at a time: each of them is parallel inside. */
export const turbo = (task, ...parameters) =>
  run('pnpm', ['exec', 'turbo', 'run', task, '--concurrency=2', '--output-logs=errors-only', ...parameters]);

const bench = 'packages/bench/src/main.mjs';

const node = (script, ...parameters) => run(process.execPath, [join('tooling/scripts', script), ...parameters]);

// All that a change must pass, in order. `minutes` is the share of the 18 that a part may take on a cold machine of two cores;
// nothing can follow a part that is `needed`; a part with `reports` leaves each package's count in reports/vitest.json.
const parts = [
  { name: 'install', minutes: 1, needed: true, run: install },
  { name: 'build', minutes: 0.5, needed: true, run: () => turbo('build') },
  { name: 'typecheck', minutes: 0.5, run: () => turbo('typecheck', '--continue') },
  { name: 'lint', minutes: 2.5, run: () => turbo('lint', '--continue') },
  { name: 'format', minutes: 0.5, run: () => run('pnpm', ['exec', 'prettier', '--check', '--log-level=warn', '.']) },
  { name: 'unit', minutes: 3, reports: true, run: () => turbo('test', '--continue') },
  { name: 'simulation', minutes: 4.2, run: () => node('sim.mjs', '--minutes', '4') },
  // As many rounds as there are points.
  { name: 'crash', minutes: 1, run: () => node('crash.mjs', '--rounds', '62') },
  { name: 'mutants', minutes: 2, run: () => node('mutants.mjs') },
  { name: 'chaos', minutes: 1, run: () => node('chaos.mjs', '--minutes', '0.8') },
  { name: 'fuzz', minutes: 1, run: () => node('fuzz.mjs', '--total', '150000') },
  { name: 'benchmarks', minutes: 1, run: () => run(process.execPath, [bench, 'all', '--quick']) },
  { name: 'packaging', minutes: 0.5, run: () => turbo('packaging', '--continue') },
  { name: 'unused', minutes: 0.5, run: () => run('pnpm', ['exec', 'knip']) },
  { name: 'repository', minutes: 0.5, run: () => node('check.mjs') },
];

/** Runs the named parts, and what they need; all of them when none is named. */
export async function runParts(names) {
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`no part named ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}`);
    return false;
  }
  const chosen = parts.filter((part) => part.needed || names.length === 0 || names.includes(part.name));
  const results = await runInOrder(chosen);
  console.log(`\n${shares(results)}`);
  if (chosen.some((part) => part.reports)) console.log(closingLine(results, tests()));
  return isPassed(results, tests());
}

async function runInOrder(chosen) {
  if (chosen.some((part) => part.reports)) forgetReports();
  const results = chosen.map(({ name, minutes, reports = false }) => ({
    name,
    minutes,
    reports,
    seconds: 0,
    state: 'not run',
  }));
  for (const [index, part] of chosen.entries()) {
    console.log(`\n=== ${part.name}`);
    // Written before the part runs: if the run is cut off, this part counts as failed.
    results[index].state = 'failed';
    save(results);
    const start = performance.now();
    if (await part.run()) results[index].state = 'passed';
    results[index].seconds = (performance.now() - start) / 1000;
    save(results);
    if (isStopping() || (part.needed && results[index].state === 'failed')) break;
  }
  return results;
}

/** A package whose tests do not run must not count with the numbers of an earlier run. */
function forgetReports() {
  for (const { folder } of packages()) rmSync(join(root, folder, 'reports/vitest.json'), { force: true });
}

function save(results) {
  mkdirSync(join(root, 'reports'), { recursive: true });
  writeFileSync(join(root, 'reports/parts.json'), JSON.stringify(results));
}
