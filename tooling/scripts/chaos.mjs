// Runs the simulation's scenarios on real sockets, through a proxy that makes trouble. `npm run chaos -- --help` tells what it can do.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { changedFolders, commitNumber } from './commit.mjs';
import { simulated } from './workspace.mjs';

const self = fileURLToPath(import.meta.url);
const worker = fileURLToPath(new URL('chaos-worker.mjs', import.meta.url));
const usage = `npm run chaos -- [--connector ID] [--seeds N] [--from S] [--minutes M]
  --connector  the connector's id; all that have a simulation when left out
  --seeds      how many seeds, 8 when left out; --from the first of them, 1 when left out
  --minutes    as many as there is time for, changed connectors first, then those whose turn it is`;

const options = {
  connector: { type: 'string' },
  seeds: { type: 'string', default: '8' },
  from: { type: 'string', default: '1' },
  minutes: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** A seed takes about this long, most of it waiting; so some run side by side. */
const seedMs = 14_000;
const sideBySide = 2;
const longestSeedMs = 45_000;

/** Runs what the command line asks for; false when anything does not hold. */
export async function runChaos(parameters) {
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return console.log(usage) ?? true;
  const chosen = simulated().filter(({ id }) => id === (values.connector ?? id));
  if (chosen.length === 0) {
    console.error(`no connector ${values.connector ?? ''} has a simulation`);
    return false;
  }
  const first = Number(values.from);
  const jobs =
    values.minutes === undefined
      ? chosen.flatMap((connector) => seedsFrom(first, Number(values.seeds)).map((seed) => ({ connector, seed })))
      : withinMinutes(chosen, Number(values.minutes));
  const results = await runJobs(jobs);
  return chosen.map((connector) => report(connector, jobs, results)).every((isGood) => isGood);
}

const seedsFrom = (first, count) => Array.from({ length: count }, (_, index) => first + index);

/** One seed each in turn, until the time is used up. */
function withinMinutes(connectors, minutes) {
  const changed = changedFolders();
  const turn = commitNumber() % connectors.length;
  const rotated = [...connectors.slice(turn), ...connectors.slice(0, turn)];
  const isChanged = ({ folder }) => Number(changed.includes(folder));
  const ordered = rotated.toSorted((one, other) => isChanged(other) - isChanged(one));
  const lanes = availableParallelism() * sideBySide;
  const count = Math.max(1, Math.floor((minutes * 60_000) / seedMs)) * lanes;
  const from = 1 + (commitNumber() % 1_000_000);
  return Array.from({ length: count }, (_, index) => ({
    connector: ordered[index % ordered.length],
    seed: from + index,
  }));
}

async function runJobs(jobs) {
  const processes = Math.max(1, Math.min(availableParallelism(), jobs.length));
  const shares = Array.from({ length: processes }, (_, number) =>
    jobs.filter((_, index) => index % processes === number),
  );
  return (await Promise.all(shares.map((share) => inWorker({ jobs: share, sideBySide })))).flat();
}

function inWorker(job) {
  return new Promise((resolve) => {
    const child = fork(worker, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const results = [];
    // What hangs must not hang everything: its seeds count as not run.
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000 + job.jobs.length * longestSeedMs);
    child.on('message', (result) => results.push(result));
    child.on('close', () => {
      clearTimeout(timer);
      resolve(results);
    });
    child.send(job);
  });
}

function report(connector, jobs, results) {
  const planned = jobs.filter((job) => job.connector.id === connector.id).length;
  const own = results.filter(({ id }) => id === connector.id);
  if (planned === 0) return true;
  if (own.length < planned) console.log(`${planned - own.length} seeds were not run: a worker ended early`);
  for (const { seed, violations } of own) {
    for (const { oracle, at, what } of violations.slice(0, 3)) {
      console.log(`seed ${seed}: at ${(at / 1_000).toFixed(3)} s ${oracle} ${what}`);
    }
  }
  const sum = (pick) => own.reduce((total, result) => total + pick(result), 0);
  console.log(
    `${sum(({ orders }) => orders)} orders, ${sum(({ fills }) => fills)} fills; the latest timer was ${Math.max(0, ...own.map(({ latestMs }) => latestMs)).toFixed(0)} ms late`,
  );
  const violations = sum((result) => result.violations.length);
  console.log(
    `chaos ${connector.id}: ${own.length} seeds, ${violations} violations, ${sum(({ troubles }) => troubles)} troubles on the line, ${sum(({ struck }) => struck)} faults struck`,
  );
  return violations === 0 && own.length === planned;
}

if (process.argv[1] === self) process.exitCode = (await runChaos(process.argv.slice(2))) ? 0 : 1;
