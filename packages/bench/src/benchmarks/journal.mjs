import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { compare, interleave } from '../harness/interleave.mjs';

const variants = new URL('journal-variants.mjs', import.meta.url).href;
const server = fileURLToPath(new URL('../venues/order-server.mjs', import.meta.url));

/** What it costs that orders are on record before they leave, and how long it takes to take the records up again. */
export async function journal({ quick }) {
  const rounds = quick ? 3 : 11;
  const orders = quick ? 10_000 : 100_000;
  const records = await interleave(variants, ['bare append and sync', 'journal'], {
    rounds,
    parameters: { count: quick ? 30 : 200 },
  });
  const kept = compare(records, 'bare append and sync');
  const placed = await placing({ rounds, count: quick ? 50 : 200 });
  const started = await interleave(variants, ['first start', 'restart'], {
    rounds: quick ? 1 : 3,
    warmUps: 0,
    parameters: { orders },
  });
  const starts = compare(started, 'first start');
  return [
    { what: 'a bare append and sync', figure: kept['bare append and sync'].median / 1e6, unit: 'ms', kind: 'time' },
    beside('an order on record, beside that', kept.journal.ratio, 1.3),
    { what: 'place, journal in memory', figure: placed['place, in memory'].median / 1e3, unit: 'µs', kind: 'time' },
    beside('place with durability os, beside that', placed['place, os'].ratio),
    beside('place with durability none, beside that', placed['place, none'].ratio, 1.2),
    {
      what: `a restart after ${orders} orders, longer than a first start by`,
      figure: (starts.restart.median - starts['first start'].median) / 1e6,
      unit: 'ms',
      kind: 'time',
    },
  ];
}

async function placing({ rounds, count }) {
  const venue = fork(server);
  try {
    const port = await new Promise((resolve) => venue.once('message', resolve));
    const parameters = { rest: `http://127.0.0.1:${port}`, count };
    const names = ['place, in memory', 'place, os', 'place, none'];
    return compare(await interleave(variants, names, { rounds, parameters }), 'place, in memory');
  } finally {
    venue.kill();
  }
}

function beside(what, figure, atMost) {
  return { what, figure, unit: 'x', kind: 'time', ...(atMost !== undefined && { atMost }) };
}
