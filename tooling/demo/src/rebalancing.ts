import { setTimeout as sleep } from 'node:timers/promises';

import { sum, type Connector, type Decimal, type Order } from '@hb/connector-core';
import { rebalance } from '@hb/examples/rebalance';

import { describeLedgers, differences, toLedger } from './ledger.js';
import { openUniswap } from './on-chain.js';
import { passAll } from './pass.js';
import type { Place } from './place.js';
import { openQuiet } from './quiet.js';
import { openFutures, openSpot } from './venues.js';

const options = { target: '0.5', tolerance: '0.01', maxSlippage: '0.005' };
const settleMs = 10_000;

/**
 * Runs the same rebalancer at once on an order book, on a perpetual and on Uniswap: with money alone, when the price has fallen,
 * and when there is nothing to do. Then compares what the connectors say with the venues. Throws on any difference.
 */
export async function runRebalancing(): Promise<void> {
  await passAll([openQuiet(openSpot({ USDT: '60000' })), openQuiet(openFutures()), openUniswap()].map(run));
  console.log(
    'rebalanced on a spot venue, a perpetual one and Uniswap: every balance equals theirs, to the last unit\n',
  );
}

async function run(opening: Promise<Place>): Promise<readonly string[]> {
  const place = await opening;
  try {
    return (await trade(place)).map((problem) => `${place.name}: ${problem}`);
  } finally {
    await place.connector.stop();
    await place.close();
  }
}

async function trade(place: Place): Promise<readonly string[]> {
  const { name, connector, pair } = place;
  const print = (text: string): void => {
    console.log(text.replaceAll(/^/gm, `${name} | rebalance: `));
  };
  const step = async (): Promise<Order | undefined> => {
    const order = await rebalance(connector, { ...options, pair });
    print(describeOrder(order));
    await settle(place);
    return order;
  };
  const first = await step();
  await place.fall();
  print('the price falls');
  const [second, third] = [await step(), await step()];
  const owned = await place.owned();
  print(describeLedgers(toLedger(connector, place.symbol), owned).join('\n'));
  return [
    ...[first, second].filter((order) => order?.state !== 'filled' || order.side !== 'buy').map(() => 'no buy'),
    ...(third === undefined ? [] : ['traded with nothing to do']),
    ...(await wrong(place)).map((what) => `${what} differs from the venue`),
    ...(bought(connector).eq(owned.get(place.bought) ?? '0') ? [] : ['the orders do not add up']),
  ];
}

/** `buy 0.49995 filled at 60003, fee 0.0004 BTC`. */
function describeOrder(order: Order | undefined): string {
  if (order === undefined) return 'near enough, nothing to do';
  const { side, filled, state, averagePrice, fees } = order;
  const paid = fees.map(({ amount, asset }) => `${amount.toFixed()} ${asset}`).join(' + ');
  return `${side} ${filled.toFixed()} ${state} at ${averagePrice?.toFixed(2) ?? '?'}, fee ${paid || 'none'}`;
}

/** What streams and nodes still have to tell arrives within moments. */
async function settle(place: Place): Promise<void> {
  const until = Date.now() + settleMs;
  while (Date.now() < until && (await wrong(place)).length > 0) await sleep(20);
}

/** What the connector does not say as the venue does. */
async function wrong({ connector, symbol, owned }: Place): Promise<readonly string[]> {
  return differences(toLedger(connector, symbol), await owned());
}

/** What the orders bought of the base asset, less what was kept of it as a fee. */
function bought(connector: Connector): Decimal {
  return sum(
    connector.orders().map(({ pair, filled, fees }) => {
      const base = connector.markets.get(pair)?.base;
      return filled.minus(sum(fees.flatMap(({ asset, amount }) => (asset === base ? [amount] : []))));
    }),
  );
}
