// Counts what the last run left behind. Started by itself, it prints the shares and the closing line.
import { fileURLToPath } from 'node:url';

import { exists, packages, readJson } from './workspace.mjs';

/** Tests of all packages, from the report each left; a package with tests and no report counts as one failure. */
export function tests() {
  const totals = { passed: 0, failed: 0 };
  for (const { folder, manifest } of packages()) {
    if (manifest.scripts?.test === undefined) continue;
    const path = `${folder}/reports/vitest.json`;
    const report = exists(path) ? readJson(path) : { numPassedTests: 0, numFailedTests: 1 };
    totals.passed += report.numPassedTests;
    totals.failed += report.numFailedTests;
  }
  return totals;
}

/** `229 passed, 0 failed`. A part that failed counts as one, unless tests that failed already say so. */
export function closingLine(results, { passed, failed }) {
  const ran = results.some(({ reports, state }) => reports && state !== 'not run');
  const other = results.filter(({ reports, state }) => state === 'failed' && !(reports && failed > 0)).length;
  return `${ran ? passed : 0} passed, ${(ran ? failed : 0) + other} failed`;
}

/** Whether every part passed, and every test where any ran: what an earlier run left behind says nothing about this one. */
export function isPassed(results, { failed }) {
  return results.every(({ state }) => state === 'passed') && !(failed > 0 && results.some(({ reports }) => reports));
}

/** A line for each part: its seconds, what part of the whole that is, and its budget. */
export function shares(results) {
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const line = ({ name, minutes, seconds, state }) => {
    const share = `${Math.round((100 * seconds) / Math.max(total, 1e-9))} %`;
    const over = seconds > minutes * 60 ? ', over its budget' : '';
    return `${name.padEnd(12)}${seconds.toFixed(1).padStart(8)} s ${share.padStart(6)}  of ${minutes} min${over}  ${state}`;
  };
  return [...results.map(line), `${'total'.padEnd(12)}${total.toFixed(1).padStart(8)} s`].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = exists('reports/parts.json') ? readJson('reports/parts.json') : [];
  console.log(shares(results));
  console.log(results.length > 0 ? closingLine(results, tests()) : '0 passed, 1 failed');
}
