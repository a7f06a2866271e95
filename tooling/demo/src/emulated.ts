import { setInterval, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

import { binance } from '@hb/connector-binance';
import { createConnector, decimal, type Connector } from '@hb/connector-core';
import { runMarketMaker } from '@hb/examples/market-maker';

import { describe, describeFill } from './screen.js';
import { createWitness } from './witness.js';
import { credentials, openWorld, type World } from './world.js';

const pair = 'BTC-USDT';
const runMs = 20_000;
const breakAfterMs = 8_000;
const settleMs = 10_000;

/** Runs the market maker on the emulated venue, then compares its books with the venue's. Throws on any difference. */
export async function runEmulated(): Promise<void> {
  const world = await openWorld();
  const { url, wsUrl } = world.served;
  const connector = createConnector(binance, {
    credentials,
    sandbox: true,
    hosts: { rest: url, public: `${wsUrl}/ws`, account: `${wsUrl}/ws-api/v3` },
  });
  try {
    await trade(connector, world);
  } finally {
    await connector.stop();
    await world.close();
  }
}

async function trade(connector: Connector, world: World): Promise<void> {
  const witness = createWitness(connector, world);
  connector.on('order-filled', (event) => {
    console.log(describeFill(event));
  });
  connector.on('warning', ({ error }) => {
    console.log(`warning ${error.message.split('\n')[0] ?? ''}`);
  });
  const printing = setInterval(() => {
    console.log(describe(connector, pair));
  }, 1_000);
  const breaking = setTimeout(() => {
    console.log('the venue breaks every connection');
    world.emulator.dropStreams();
    world.emulator.dropApi();
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
  report(connector, world);
  const failures = [
    ...differences(connector, world).map((asset) => `${asset} differs from the venue`),
    ...unsettled(connector).map((id) => `order ${id} is not settled`),
    ...witness.missing().map((what) => `the run did not show ${what}`),
    ...(world.emulator.usage().refusals > 0 ? ['the venue refused requests over its limits'] : []),
  ];
  if (failures.length > 0) throw new Error(failures.join('; '));
  console.log('every balance equals the venue, after a partial fill, a cancel that lost to a fill and a reconnect');
}

/** What the streams still have to tell arrives within moments. */
async function settle(connector: Connector, world: World): Promise<void> {
  const until = Date.now() + settleMs;
  while (Date.now() < until && differences(connector, world).length + unsettled(connector).length > 0) await sleep(50);
}

function differences(connector: Connector, world: World): readonly string[] {
  const ours = connector.balances();
  return [...world.balances()]
    .filter(([asset, amount]) => !decimal(amount).eq(ours.get(asset)?.total ?? decimal('0')))
    .map(([asset]) => asset);
}

function unsettled(connector: Connector): readonly string[] {
  return connector
    .orders()
    .filter(({ state, fillsComplete }) => state === 'open' || state === 'unknown' || state === 'sent' || !fillsComplete)
    .map(({ clientOrderId }) => clientOrderId);
}

function report(connector: Connector, world: World): void {
  const ours = connector.balances();
  console.log('\nasset  venue  ours');
  for (const [asset, amount] of world.balances()) {
    console.log(`${asset}  ${decimal(amount).toFixed()}  ${ours.get(asset)?.total.toFixed() ?? '0'}`);
  }
  const { counts } = connector.metrics();
  const { weights, refusals } = world.emulator.usage();
  const weight = weights.map(({ count, limit }) => `${String(count)}/${String(limit)}`).join(', ');
  console.log(
    `\norders ${String(connector.orders().length)}, cancels that lost to a fill ${String(world.raced.length)}`,
  );
  console.log(`broken connections ${String(counts['stream.drop'] ?? 0)}, book gaps ${String(counts['book.gap'] ?? 0)}`);
  console.log(`weight at the venue ${weight}, refused for limits ${String(refusals)}\n`);
}
