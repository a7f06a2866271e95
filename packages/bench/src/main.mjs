import { parseArgs } from 'node:util';

import { benchmarks } from './benchmarks/index.mjs';
import { writeReadme } from './harness/readme.mjs';
import { isMet, toTable, writeResults } from './harness/report.mjs';

const usage = `npm run bench -- <${Object.keys(benchmarks).join('|')}|all> [...] [--quick]
  --quick      a minute for all of them: enough for counts, allocations and detections; times and sizes are only shown
  --documents  how many the decoders are compared on
  --seed       of these documents; 1 when left out`;

const { values, positionals } = readArguments();
const names = positionals.includes('all') ? Object.keys(benchmarks) : positionals;
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
const odd = ['documents', 'seed'].find((name) => values[name] !== undefined && !/^\d{1,9}$/.test(values[name]));

if (odd !== undefined) {
  console.error(`--${odd} is a whole number, not ${values[odd]}`);
  process.exitCode = 2;
} else if (names.length === 0 || unknown.length > 0) {
  console.error(unknown.length > 0 ? `no benchmark named ${unknown.join(', ')}\n${usage}` : usage);
  process.exitCode = 2;
} else {
  const { quick, documents, seed } = values;
  const rows = await runAll(names, {
    quick,
    ...(documents !== undefined && { documents: Number(documents) }),
    ...(seed !== undefined && { seed: Number(seed) }),
  });
  console.log(`\n${toTable(rows)}`);
  if (!quick) writeReadme(writeResults(rows));
  const missed = rows.filter((row) => row.kind === 'count' && !isMet(row));
  for (const { benchmark, what } of missed) console.error(`missed: ${benchmark}: ${what}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { quick: { type: 'boolean', default: false }, documents: { type: 'string' }, seed: { type: 'string' } },
    });
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
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
