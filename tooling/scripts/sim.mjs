// Simulates built connectors from seeds, in worker processes. `npm run sim -- --help` tells what it can do.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { load, root, simulated, testkit } from './workspace.mjs';

const self = fileURLToPath(import.meta.url);
const usage = `npm run sim -- [--connector ID] [--seeds N] [--from S] [--seed X [--timeline]] [--matter N] [--self-test]
  --connector  the connector's id; all that have a simulation when left out
  --seeds      how many seeds, 300 when left out; --from the first of them, 1 when left out
  --seed       one seed; with --timeline, all that happened in it as text
  --matter     after every Nth seed, one fault that struck is left out, to see whether it mattered
  --shrink     writes what fails as a regression file, made as small as can be
  --self-test  plants known bugs; each must be found, shrunk and replayed`;

const options = {
  connector: { type: 'string' },
  seeds: { type: 'string', default: '300' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  matter: { type: 'string', default: '0' },
  timeline: { type: 'boolean', default: false },
  shrink: { type: 'boolean', default: false },
  'self-test': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** Runs what the command line asks for; false when anything does not hold. */
export async function simulate(parameters) {
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return console.log(usage) ?? true;
  const chosen = simulated().filter(({ id }) => id === (values.connector ?? id));
  if (chosen.length === 0) {
    console.error(`no connector ${values.connector ?? ''} has a simulation`);
    return false;
  }
  let isGood = true;
  for (const connector of chosen) {
    if (values['self-test']) isGood = (await selfTest(connector)) && isGood;
    else if (values.seed !== undefined) isGood = (await showSeed(connector, values)) && isGood;
    else isGood = (await runSeeds(connector, values)) && isGood;
  }
  return isGood;
}

async function runSeeds(connector, { seeds, from, matter, shrink }) {
  const [first, count] = [Number(from), Number(seeds)];
  const processes = Math.max(1, Math.min(availableParallelism(), count));
  const started = performance.now();
  const shares = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      inWorker({
        connector,
        first: first + index,
        step: processes,
        end: first + count,
        matter: Number(matter),
        shrink,
      }),
    ),
  );
  const seconds = (performance.now() - started) / 1_000;
  const results = shares.flatMap(({ results: some }) => some).sort((a, b) => a.seed - b.seed);
  const cpuMinutes = shares.reduce((sum, share) => sum + share.cpuMs, 0) / 60_000;
  const isComplete = results.length === count;
  if (!isComplete) console.log(`${count - results.length} seeds were not run: a worker ended early`);
  printTable(results);
  printFailures(results);
  console.log(
    `${count} seeds in ${seconds.toFixed(1)} s on ${processes} processes: ${(count / cpuMinutes).toFixed(0)} seeds per core-minute`,
  );
  console.log('not simulated yet: crash and restart (K01 to K14), the disk (D01 to D10); no seed has such an action');
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  const struck = results.flatMap(({ faults }) => faults).filter((fault) => fault.strikes > 0);
  const kinds = new Set(struck.map(({ id }) => id)).size;
  const hash = createHash('sha256');
  for (const result of results) hash.update(result.hash);
  const trace = hash.digest('hex').slice(0, 16);
  console.log(
    `sim ${connector.id}: ${results.length} seeds, ${violations} violations, ${struck.length} faults struck, ${kinds} kinds, trace ${trace}`,
  );
  return violations === 0 && isComplete;
}

function inWorker(job) {
  return new Promise((resolve) => {
    const child = fork(self, ['--worker'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const share = { results: [], cpuMs: 0 };
    child.on('message', (message) => {
      if (message.type === 'result') share.results.push(message.result);
      else share.cpuMs = message.cpuMs;
    });
    child.on('close', () => resolve(share));
    child.send(job);
  });
}

async function work({ connector, first, step, end, matter, shrink }) {
  const { generate, runPlan, toRegression } = await testkit();
  const { fixture } = await load(connector.fixture);
  for (let seed = first; seed < end; seed += step) {
    const plan = generate(seed);
    const result = await runPlan(plan, { fixture });
    const faults = plan.faults.map(({ id }, index) => ({ id, strikes: result.strikes[index] }));
    if (matter > 0 && seed % matter === 0) await leaveOneOut({ runPlan, fixture, plan, result, faults });
    const { violations, hash, counts } = result;
    process.send({ type: 'result', result: { seed, violations, hash, counts, actions: plan.actions.length, faults } });
    if (shrink && violations.length > 0) {
      const regression = await toRegression(result, { fixture });
      save(`${connector.folder}/simulation/regressions`, `seed-${seed}-${regression.oracle.toLowerCase()}`, regression);
    }
  }
  const { user, system } = process.cpuUsage();
  process.send({ type: 'end', cpuMs: (user + system) / 1_000 });
}

/** Runs a plan again without one of the faults that struck: it mattered if the script was told something else. */
async function leaveOneOut({ runPlan, fixture, plan, result, faults }) {
  const struck = faults.map((_, index) => index).filter((index) => faults[index].strikes > 0);
  const index = struck[plan.seed % Math.max(1, struck.length)];
  if (index === undefined) return;
  const without = { ...plan, faults: plan.faults.filter((_, at) => at !== index) };
  faults[index].mattered = (await runPlan(without, { fixture })).toldHash !== result.toldHash;
}

function printTable(results) {
  const rows = new Map();
  for (const { id, strikes, mattered } of results.flatMap(({ faults }) => faults)) {
    const row = rows.get(id) ?? { planned: 0, struck: 0, times: 0, left: 0, mattered: 0 };
    row.planned += 1;
    row.struck += strikes > 0 ? 1 : 0;
    row.times += strikes;
    row.left += mattered === undefined ? 0 : 1;
    row.mattered += mattered === true ? 1 : 0;
    rows.set(id, row);
  }
  console.log('fault   planned  struck   times  mattered of those left out');
  for (const [id, row] of [...rows].sort()) {
    const counts = [row.planned, row.struck, row.times].map((count) => String(count).padStart(8)).join('');
    console.log(`${id.padEnd(7)}${counts}  ${row.mattered} of ${row.left}`);
  }
  const mean = (pick) =>
    (results.reduce((sum, result) => sum + pick(result), 0) / Math.max(1, results.length)).toFixed(1);
  console.log(
    `a seed has ${mean(({ actions }) => actions)} actions, ${mean(({ faults }) => faults.filter(({ strikes }) => strikes > 0).length)} faults that struck, ` +
      `${mean(({ counts }) => counts.placed)} orders placed, ${mean(({ counts }) => counts.accepted)} accepted, ${mean(({ counts }) => counts.notPlaced)} judged not placed, ` +
      `${mean(({ counts }) => counts.fills)} fills, ${mean(({ counts }) => counts.requests)} requests`,
  );
}

function printFailures(results) {
  for (const { seed, violations } of results) {
    const [first] = violations;
    if (first === undefined) continue;
    const oracles = [...new Set(violations.map(({ oracle }) => oracle))].join(' ');
    console.log(`seed ${seed}: ${oracles}; at ${(first.at / 1_000).toFixed(3)} s ${first.oracle} ${first.what}`);
  }
}

async function showSeed(connector, { seed, timeline }) {
  const { generate, runPlan, toTimeline } = await testkit();
  const { fixture } = await load(connector.fixture);
  const result = await runPlan(generate(Number(seed)), { fixture, keepLines: timeline });
  if (timeline) console.log(toTimeline(result));
  for (const { oracle, what } of result.violations) console.log(`${oracle} ${what}`);
  const struck = result.strikes.filter((strikes) => strikes > 0).length;
  const kinds = new Set(result.plan.faults.filter((_, index) => result.strikes[index] > 0).map(({ id }) => id)).size;
  console.log(
    `sim ${connector.id}: 1 seeds, ${result.violations.length} violations, ${struck} faults struck, ${kinds} kinds, trace ${result.hash}`,
  );
  return result.violations.length === 0;
}

const mostSeeds = 400;

/** Each planted bug must be found, be made small, fail as a file, and pass once it is taken out again. */
async function selfTest(connector) {
  const { createConnector } = await load('packages/core/dist/index.js');
  const { defects, readRegression, runPlan, sizeOf } = await testkit();
  const { fixture } = await load(connector.fixture);
  let proved = 0;
  for (const defect of defects) {
    const connect = (spec, given) => createConnector(defect.plant(spec), given);
    const found = await find(fixture, connect);
    if (found === undefined) {
      console.log(`${defect.name}: not found in ${mostSeeds} seeds`);
      continue;
    }
    const path = save('reports/simulation/self-test', defect.name, found.regression);
    const { plan, oracle } = readRegression(found.regression);
    const replay = async (given) => (await runPlan(plan, { fixture, ...given })).violations.map((each) => each.oracle);
    const [before, after] = [await replay({ connect }), await replay({})];
    const isProved = before.includes(oracle) && after.length === 0 && sizeOf(plan) <= 10;
    proved += isProved ? 1 : 0;
    console.log(
      `${defect.name}: ${oracle} at seed ${found.seed}, shrunk to ${sizeOf(plan)} events in ${(found.ms / 1_000).toFixed(1)} s, ` +
        `${before.includes(oracle) ? 'fails' : 'PASSES'} with it, ${after.length === 0 ? 'passes' : 'FAILS'} without: ${path}`,
    );
  }
  console.log(`sim ${connector.id} self-test: ${proved} of ${defects.length} planted bugs found, shrunk and replayed`);
  return proved === defects.length;
}

async function find(fixture, connect) {
  const { generate, runPlan, toRegression } = await testkit();
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const result = await runPlan(generate(seed), { fixture, connect });
    if (result.violations.length === 0) continue;
    const started = performance.now();
    const regression = await toRegression(result, { fixture, connect });
    return { seed, regression, ms: performance.now() - started };
  }
  return undefined;
}

function save(folder, name, regression) {
  mkdirSync(join(root, folder), { recursive: true });
  const path = `${folder}/${name}.json`;
  writeFileSync(join(root, path), `${JSON.stringify(regression, undefined, 2)}\n`);
  return path;
}

if (process.argv[1] === self) {
  if (process.argv[2] === '--worker') process.once('message', (job) => work(job).then(() => process.disconnect()));
  else process.exitCode = (await simulate(process.argv.slice(2))) ? 0 : 1;
}
