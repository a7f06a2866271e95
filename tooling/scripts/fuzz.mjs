// Puts odd messages before every parser of built connectors, in worker processes. `npm run fuzz -- --help` tells what it can do.
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { serve } from './worker.mjs';
import { exists, load, read, root, simulated, testkit } from './workspace.mjs';

const self = fileURLToPath(import.meta.url);
const usage = `npm run fuzz -- [--connector ID] [--messages N | --total N] [--seed S]
  --connector  the connector's id; all that have a simulation when left out
  --messages   how many for each connector, 100000 when left out
  --total      how many for all connectors together, at least 4000 for each
  --seed       another seed, other messages; 1 when left out`;

const options = {
  connector: { type: 'string' },
  messages: { type: 'string', default: '100000' },
  total: { type: 'string' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
};

const leastFramed = 0.3;
const leastMessages = 4_000;
const mostShown = 10;
const warmMessages = 20_000;
const mostGrownMiB = 32;
// V8 takes as much as it may before it collects; in a small heap, what is taken is what is needed.
const smallHeap = ['--max-semi-space-size=2', '--max-old-space-size=64'];

/** Runs what the command line asks for; false when anything does not hold. */
export async function fuzzConnectors(parameters) {
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return console.log(usage) ?? true;
  const chosen = simulated().filter(({ id }) => id === (values.connector ?? id));
  if (chosen.length === 0) {
    console.error(`no connector ${values.connector ?? ''} can be fuzzed`);
    return false;
  }
  const share = values.total === undefined ? undefined : Math.floor(Number(values.total) / chosen.length);
  const messages = share === undefined ? Number(values.messages) : Math.max(leastMessages, share);
  let isGood = true;
  for (const connector of chosen) {
    isGood = (await fuzzOne(connector, { messages, seed: Number(values.seed) })) && isGood;
  }
  return isGood;
}

async function fuzzOne(connector, { messages, seed }) {
  const processes = Math.max(1, Math.min(availableParallelism(), Math.floor(messages / leastMessages)));
  const started = performance.now();
  const shares = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const count = Math.floor(messages / processes) + (index < messages % processes ? 1 : 0);
      return inWorker({ connector, messages: count, seed: seed * 1_000 + index });
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  const sum = (pick) => shares.reduce((total, share) => total + pick(share), 0);
  const [done, framed, grownMiB] = [
    sum((of) => of.messages),
    sum((of) => of.framed * of.messages),
    sum((of) => of.grownMiB),
  ];
  const violations = shares.flatMap((share) => share.violations);
  printTallies(shares.flatMap((share) => share.tallies));
  for (const { parser, what, message } of violations.slice(0, mostShown))
    console.log(`${parser}: ${what}\n  ${message}`);
  const part = framed / Math.max(1, done);
  const isComplete = done >= messages;
  if (!isComplete) console.log(`${messages - done} messages were not sent: a worker ended early`);
  if (part < leastFramed)
    console.log(`too few messages got past frame: the corpus resembles nothing that the venue sends`);
  console.log(
    `${(done / seconds).toFixed(0)} messages a second on ${processes} processes, ${(100 * part).toFixed(1)} % past frame`,
  );
  console.log(
    `fuzz ${connector.id}: ${done} messages, ${violations.length} violations, rss +${Math.ceil(grownMiB)} MiB`,
  );
  return violations.length === 0 && isComplete && part >= leastFramed && grownMiB < mostGrownMiB;
}

function printTallies(tallies) {
  const rows = new Map();
  for (const [parser, { messages, framed, read: taken }] of tallies) {
    const row = rows.get(parser) ?? [0, 0, 0];
    rows.set(parser, [row[0] + messages, row[1] + framed, row[2] + taken]);
  }
  console.log(`${'parser'.padEnd(24)}${'messages'.padStart(10)}${'past frame'.padStart(12)}${'read'.padStart(8)}`);
  for (const [parser, [messages, framed, taken]] of [...rows].sort()) {
    const shares = [framed, taken].map((count) => `${((100 * count) / Math.max(1, messages)).toFixed(0)} %`);
    console.log(
      `${parser.padEnd(24)}${String(messages).padStart(10)}${shares[0].padStart(12)}${shares[1].padStart(8)}`,
    );
  }
}

function inWorker(job) {
  return new Promise((resolve) => {
    const child = fork(self, ['--worker'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--expose-gc', ...smallHeap],
    });
    let share = { messages: 0, framed: 0, grownMiB: 0, tallies: [], violations: [] };
    child.on('message', (message) => (share = message));
    child.on('close', () => resolve(share));
    child.send(job);
  });
}

async function work({ connector, messages, seed }) {
  const { fuzz } = await testkit();
  const { fixture } = await load(connector.fixture);
  // Counted from when everything is warm.
  let before;
  const progress = (done) => {
    if (before === undefined && done >= Math.min(Math.max(messages / 10, warmMessages), messages / 2)) before = rss();
  };
  const result = await fuzz({ fixture, messages, seed, documents: documentsOf(connector), progress });
  const after = rss();
  const grownMiB = Math.max(0, after - (before ?? after)) / 1_048_576;
  process.send({ ...result, tallies: [...result.tallies], grownMiB });
}

function rss() {
  globalThis.gc();
  return process.memoryUsage().rss;
}

/** The payloads of the connector's test fixtures as they were recorded, those of a list also one by one. */
function documentsOf({ folder }) {
  const fixtures = `${folder}/test/fixtures`;
  if (!exists(fixtures)) return [];
  return readdirSync(join(root, fixtures))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => payloadsOf(read(`${fixtures}/${name}`)));
}

/** `payload` comes last in a fixture. Cut out rather than parsed: parsing would round numbers. */
function payloadsOf(text) {
  const { payload } = JSON.parse(text);
  const whole = /"payload":\s*([^]*)\}\s*$/.exec(text)?.[1]?.trim();
  const parts = Array.isArray(payload) ? payload.map((part) => JSON.stringify(part)) : [];
  return [whole ?? JSON.stringify(payload), ...parts];
}

if (process.argv[1] === self) {
  if (process.argv[2] === '--worker') serve(work);
  else process.exitCode = (await fuzzConnectors(process.argv.slice(2))) ? 0 : 1;
}
