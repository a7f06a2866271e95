import { setInterval, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Connector } from '@hb/connector-core';
import { runMarketMaker } from '@hb/examples/market-maker';

import { describeLedgers, differences, toLedger } from './ledger.js';
import { passAll } from './pass.js';
import { describe, describeFill } from './screen.js';
import { openFutures, openSpot, type Venue } from './venues.js';
import { createWitness } from './witness.js';
import { openWorld, type World } from './world.js';

const pair = 'BTC-USDT';
const runMs = 20_000;
const breakAfterMs = 8_000;
const settleMs = 10_000;

/** Runs the same market maker on both emulated venues at once, then compares its books with theirs. Throws on any difference. */
export async function runEmulated(): Promise<void> {
  await passAll([openSpot(), openFutures()].map((venue) => run(venue)));
  console.log(
    'every balance and position equals the venue’s, after a partial fill, a cancel that lost to a fill and a reconnect at each',
  );
}

/** What went wrong at one venue; nothing when all is well. */
async function run(venue: Venue): Promise<readonly string[]> {
  const world = await openWorld(venue);
  const connector = venue.connect(world.served);
  try {
    return (await trade(connector, world)).map((problem) => `${venue.name}: ${problem}`);
  } finally {
    await connector.stop();
    await world.close();
  }
}

async function trade(connector: Connector, world: World): Promise<readonly string[]> {
  const { name, breakAll, emulator } = world.venue;
  const witness = createWitness(connector, world);
  const print = (text: string): void => {
    console.log(text.replaceAll(/^/gm, `${name} | `));
  };
  connector.on('order-filled', (event) => print(describeFill(event)));
  connector.on('warning', ({ error }) => print(`warning ${error.message.split('\n')[0] ?? ''}`));
  const printing = setInterval(() => print(describe(connector, pair)), 1_000);
  const breaking = setTimeout(() => {
    print('the venue breaks every connection');
    breakAll();
  }, breakAfterMs);
  try {
    const signal = AbortSignal.timeout(runMs);
    await runMarketMaker(connector, { pair, amount: '0.02', spread: '0.0001', tolerance: '0.00002', signal });
  } finally {
    clearInterval(printing);
    clearTimeout(breaking);
  }
  world.calm();
  await connector.cancelAll();
  await settle(connector, world);
  print(report(connector, world));
  return [
    ...wrong(connector, world).map((what) => `${what} differs from the venue`),
    ...unsettled(connector).map((id) => `order ${id} is not settled`),
    ...witness.missing().map((what) => `the run did not show ${what}`),
    ...(emulator.usage().refusals > 0 ? ['the venue refused requests over its limits'] : []),
  ];
}

/** What the streams still have to tell arrives within moments. */
async function settle(connector: Connector, world: World): Promise<void> {
  const until = Date.now() + settleMs;
  while (Date.now() < until && wrong(connector, world).length + unsettled(connector).length > 0) await sleep(50);
}

/** What the connector does not say as the venue does. */
function wrong(connector: Connector, { owned, venue }: World): readonly string[] {
  return differences(toLedger(connector, venue.symbol), owned());
}

function unsettled(connector: Connector): readonly string[] {
  return connector
    .orders()
    .filter(({ state, fillsComplete }) => state === 'open' || state === 'unknown' || state === 'sent' || !fillsComplete)
    .map(({ clientOrderId }) => clientOrderId);
}

function report(connector: Connector, world: World): string {
  const { counts } = connector.metrics();
  const { weights, refusals } = world.venue.emulator.usage();
  const weight = weights.map(({ count, limit }) => `${String(count)}/${String(limit)}`).join(', ');
  return [
    '',
    ...describeLedgers(toLedger(connector, world.venue.symbol), world.owned()),
    `orders ${String(connector.orders().length)}, cancels that lost to a fill ${String(world.raced.length)}`,
    `broken connections ${String(counts['stream.drop'] ?? 0)}, book gaps ${String(counts['book.gap'] ?? 0)}`,
    `weight at the venue ${weight}, refused for limits ${String(refusals)}`,
  ].join('\n');
}
