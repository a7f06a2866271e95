// Simulates built connectors from seeds, in worker processes. `npm run sim -- --help` tells what it can do.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { changedFolders, commitNumber } from './commit.mjs';
import { printFailures, printTable, summarize } from './sim-report.mjs';
import { replayRegressions, selfTest, showSeed } from './sim-single.mjs';
import { load, simulated, simulatedChains } from './workspace.mjs';

const self = fileURLToPath(import.meta.url);
const worker = fileURLToPath(new URL('sim-worker.mjs', import.meta.url));
const usage = `npm run sim -- [--connector ID] [--seeds N] [--from S] [--seed X [--timeline]] [--minutes M] [--matter N] [--self-test]
  --connector  the connector's id; all that have a simulation when left out
  --seeds      how many seeds, 300 when left out; --from the first of them, 1 when left out
  --seed       one seed; with --timeline, all that happened in it as text
  --minutes    all that failed once, 20 seeds of each connector, changed ones first, and fresh seeds for the rest of the time
  --matter     every Nth seed is run twice more: as it was, which must give the same trace, and without one of the faults that
               struck, to see whether it mattered; 16 when left out, 0 for never
  --self-test  plants known bugs; each must be found, shrunk and replayed
What fails is made as small as can be and written to the connector's simulation/regressions, which npm test replays.`;

const options = {
  connector: { type: 'string' },
  seeds: { type: 'string', default: '300' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  minutes: { type: 'string' },
  matter: { type: 'string', default: '16' },
  timeline: { type: 'boolean', default: false },
  'self-test': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** Runs what the command line asks for; false when anything does not hold. */
export async function simulate(parameters) {
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return console.log(usage) ?? true;
  const chosen = [...simulated(), ...simulatedChains()].filter(({ id }) => id === (values.connector ?? id));
  if (chosen.length === 0) {
    console.error(`no connector ${values.connector ?? ''} has a simulation`);
    return false;
  }
  if (values.minutes !== undefined) return spend(chosen, values);
  let isGood = true;
  for (const connector of chosen) isGood = (await simulateOne(connector, values)) && isGood;
  return isGood;
}

function simulateOne(connector, values) {
  if (values['self-test']) return selfTest(connector);
  if (values.seed !== undefined) return showSeed(connector, Number(values.seed), values.timeline);
  return runSeeds(connector, { from: Number(values.from), count: Number(values.seeds), matter: Number(values.matter) });
}

const leastSeeds = 20;

/** What `npm test` does: what failed once, some seeds of every connector, then as many fresh ones as there is time for. */
async function spend(connectors, { minutes, matter }) {
  const started = performance.now();
  const changed = changedFolders();
  const ordered = connectors.toSorted((one, other) => isIn(changed, other) - isIn(changed, one));
  const first = { from: 1, count: leastSeeds, matter: Number(matter) };
  let isGood = true;
  let tookMs = 0;
  for (const connector of ordered) {
    isGood = (await replayRegressions(connector)) && isGood;
    const before = performance.now();
    isGood = (await runSeeds(connector, first)) && isGood;
    tookMs += performance.now() - before;
  }
  let from = 1_000_000 + commitNumber();
  let count = leastSeeds;
  // The more seeds, the less time each takes: so the time is used up step by step.
  for (;;) {
    const leftMs = Number(minutes) * 60_000 - (performance.now() - started);
    count = Math.floor((leftMs / Math.max(1, tookMs)) * count);
    if (count < leastSeeds) return isGood;
    const before = performance.now();
    for (const connector of ordered) isGood = (await runSeeds(connector, { ...first, from, count })) && isGood;
    tookMs = performance.now() - before;
    from += count;
  }
}

const isIn = (folders, { folder }) => Number(folders.includes(folder));

async function runSeeds(connector, { from, count, matter }) {
  const processes = Math.max(1, Math.min(availableParallelism(), count));
  const started = performance.now();
  const shares = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      inWorker({ connector, first: from + index, step: processes, end: from + count, matter }),
    ),
  );
  const seconds = (performance.now() - started) / 1_000;
  const results = shares.flat().sort((a, b) => a.seed - b.seed);
  printTable(results);
  printFailures(results);
  const cpuMinutes = results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 60_000;
  console.log(
    `seeds ${from} to ${from + count - 1} in ${seconds.toFixed(1)} s on ${processes} processes: ${(results.length / cpuMinutes).toFixed(0)} seeds per core-minute`,
  );
  const { least } = connector.chain === undefined ? {} : await load(connector.chain);
  const { struck, kinds, violations, problems } = summarize(results, count, least);
  for (const problem of problems) console.log(problem);
  const hash = createHash('sha256');
  for (const result of results) hash.update(result.hash);
  const trace = hash.digest('hex').slice(0, 16);
  console.log(
    `sim ${connector.id}: ${results.length} seeds, ${violations} violations, ${struck} faults struck, ${kinds} kinds, trace ${trace}`,
  );
  return violations === 0 && problems.length === 0;
}

function inWorker(job) {
  return new Promise((resolve) => {
    const child = fork(worker, [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // There is a process for every core: threads beside it would only take turns with the others.
      execArgv: ['--max-semi-space-size=32', '--single-threaded-gc'],
    });
    const results = [];
    child.on('message', (result) => results.push(result));
    child.on('close', () => resolve(results));
    child.send(job);
  });
}

if (process.argv[1] === self) process.exitCode = (await simulate(process.argv.slice(2))) ? 0 : 1;
