import { readArguments, usage } from './arguments.mjs';
import { benchmarks } from './benchmarks/index.mjs';
import { writeReadme } from './harness/readme.mjs';
import { failing, toTable, writeResults } from './harness/report.mjs';

const { help, problem, names, how } = readArguments(process.argv.slice(2));

if (problem !== undefined) {
  console.error(`${problem}\n${usage}`);
  process.exitCode = 2;
} else if (help) {
  console.log(usage);
} else {
  const rows = await runAll(names, how);
  console.log(`\n${toTable(rows)}`);
  if (!how.quick) writeReadme(writeResults(rows));
  const missed = failing(rows);
  for (const { benchmark, what } of missed) console.error(`missed: ${benchmark}: ${what}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

async function runAll(chosen, options) {
  const rows = [];
  for (const name of chosen) {
    console.log(`=== ${name}`);
    const start = performance.now();
    for (const row of await benchmarks[name](options)) rows.push({ benchmark: name, ...row });
    console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  return rows;
}
