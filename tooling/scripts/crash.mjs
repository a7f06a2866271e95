// Kills a process that trades, at numbered calls of its ports, while the venue lives on: `npm run crash -- --rounds N`.
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compare } from './crash-compare.mjs';
import { nameOf, points } from './crash-points.mjs';
import { load } from './workspace.mjs';

const self = fileURLToPath(import.meta.url);
const child = fileURLToPath(new URL('crash-child.mjs', import.meta.url));
const credentials = { apiKey: 'crash', apiSecret: 'a key of the emulator, good for nothing else' };
const account = 'trader';
const market = 'BTCUSDT';
const checkEvery = 100;
const longestMs = 120_000;
/** Between two processes: limits that the venue counts by the minute must not add up over processes. */
const pauseMs = 60_000;

const usage = `npm run crash -- [--rounds N]
  --rounds  how many kills, 2000 when left out; there are ${points.length} points at which to`;

const options = { rounds: { type: 'string', default: '2000' }, help: { type: 'boolean', default: false } };

/** Runs what the command line asks for; false when anything was lost or doubled. */
export async function crash(parameters) {
  const { values } = parseArgs({ args: parameters, options });
  const rounds = Number(values.rounds);
  if (values.help || !(rounds >= 1)) {
    console.log(usage);
    return values.help;
  }
  const started = performance.now();
  const tally = new Map(points.map((point) => [nameOf(point), { point, kills: 0, misses: 0 }]));
  const budget = { left: rounds };
  const lanes = Array.from({ length: Math.min(availableParallelism(), rounds) }, () => runLane(tally, budget));
  const found = (await Promise.all(lanes)).flat();
  const hit = [...tally.values()].filter(({ kills }) => kills > 0);
  const kills = hit.reduce((sum, each) => sum + each.kills, 0);
  const count = (kind) => found.filter((each) => each.kind === kind).length;
  console.log(
    `each point ${Math.min(...[...tally.values()].map((each) => each.kills))} times or more, in ${((performance.now() - started) / 1_000).toFixed(0)} s`,
  );
  console.log(`crash: ${kills} kills at ${hit.length} points, ${count('lost')} lost, ${count('doubled')} doubled`);
  return found.length === 0 && kills >= rounds;
}

/** One venue and one journal, and one process after another on it. */
async function runLane(tally, budget) {
  const folder = mkdtempSync(join(tmpdir(), 'hb-crash-'));
  const venue = await openVenue();
  const seen = { verified: new Set() };
  const found = [];
  const job = { hosts: venue.hosts, credentials, data: join(folder, 'data'), notes: join(folder, 'notes') };
  const check = async () => {
    const { report, problem } = await runChild({ ...job, ahead: venue.ahead(), point: null, isCheck: true });
    if (problem !== undefined) found.push({ kind: 'lost', what: `a check: ${problem}` });
    found.push(...compare({ report, notes: readNotes(job.notes), venue: venue.truth(), seen }));
    venue.passTime();
  };
  let kills = 0;
  let idle = 0;
  while (budget.left > 0 && idle < points.length && found.length === 0) {
    budget.left -= 1;
    const next = pick(tally);
    next.misses += 1;
    const { signal, problem } = await runChild({ ...job, ahead: venue.ahead(), point: next.point, isCheck: false });
    venue.passTime();
    if (problem !== undefined) found.push({ kind: 'lost', what: `${nameOf(next.point)}: ${problem}` });
    if (signal === 'SIGKILL') {
      next.misses -= 1;
      next.kills += 1;
      kills += 1;
      idle = 0;
    } else {
      // It did not come by there this time.
      budget.left += 1;
      idle += 1;
    }
    if (signal === 'SIGKILL' && kills % checkEvery === 0) await check();
  }
  if (found.length === 0) await check();
  await venue.close();
  for (const { what } of found.slice(0, 20)) console.log(what);
  if (found.length === 0) rmSync(folder, { recursive: true });
  else console.log(`kept: ${folder}, after ${kills} kills`);
  return found;
}

/** The one at which the fewest were killed; one that is seldom passed is not tried all the time. */
function pick(tally) {
  const cost = ({ kills, misses }) => kills + misses / 4;
  return [...tally.values()].reduce((least, each) => (cost(each) < cost(least) ? each : least));
}

function runChild(job) {
  return new Promise((resolve) => {
    const trader = fork(child, [], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    let report;
    let problem = '';
    const timer = setTimeout(() => trader.kill('SIGTERM'), longestMs);
    trader.stderr.on('data', (text) => {
      problem += text;
    });
    trader.on('message', (message) => {
      report = message;
    });
    trader.on('close', (code, signal) => {
      clearTimeout(timer);
      const isEnded = signal === 'SIGKILL' || code === 0;
      resolve({
        signal,
        report,
        ...(!isEnded && { problem: `the process ended with ${code ?? signal}: ${problem.slice(0, 600)}` }),
      });
    });
    trader.send(job);
  });
}

async function openVenue() {
  const { nodePorts } = await load('packages/core/dist/index.js');
  const { createBinanceEmulator } = await load('packages/spot/binance/dist/emulator/index.js');
  const { createNoise, createRandom, placeLadder, serveVenue } = await load('packages/testkit/dist/index.js');
  const { clock: own, crypto } = nodePorts();
  let offset = 0;
  const clock = { ...own, now: () => own.now() + offset, mono: () => own.mono(), at: own.at, soon: own.soon };
  const emulator = createBinanceEmulator({
    clock,
    crypto,
    accounts: [
      { ...credentials, name: account, balances: { BTC: '1000', USDT: '60000000' } },
      { apiKey: 'ladder', apiSecret: 'ladder', name: 'ladder', balances: { BTC: '10000', USDT: '600000000' } },
    ],
  });
  const { engine } = emulator;
  placeLadder(engine, { account: 'ladder', market, mid: '60000', levels: 200, step: '2', amount: '0.2' });
  const noise = createNoise({
    engine,
    clock,
    random: createRandom('crash'),
    prey: [account],
    markets: [{ market, mid: '60000', spread: 400, amount: '0.002', everyMs: 25, drift: 300 }],
  });
  const served = await serveVenue(emulator);
  return {
    hosts: { rest: served.url, public: `${served.wsUrl}/ws`, account: `${served.wsUrl}/ws-api/v3` },
    truth: () => ({
      orders: engine.orders(account),
      executions: engine.executions(account),
      format: engine.market(market).amount,
    }),
    passTime: () => {
      offset += pauseMs;
    },
    /** By how much its clock is ahead of the machine's: the trader's has to be so too. */
    ahead: () => offset,
    close: async () => {
      noise.stop();
      emulator.stop();
      await served.close();
    },
  };
}

function readNotes(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

if (process.argv[1] === self) process.exitCode = (await crash(process.argv.slice(2))) ? 0 : 1;
