import { expect, test } from 'vitest';

import type { Common } from '../src/spec/common.js';
import type { Charge, Params } from '../src/spec/endpoint.js';
import { text, tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, limitOrder, type World } from './support/connector-world.js';

const { trading } = tiny;

/** At most two orders a second in each market; cancels are dearer while the order is younger than five seconds. */
const metered: TinySpec = {
  ...tiny,
  limits: (options) => ({
    ...tiny.limits(options),
    placing: { scope: 'account', per: 'symbol', windows: [{ limit: 2, perMs: 1_000 }] },
    heat: { scope: 'account', capacity: 20, refillPerMs: 0.001 },
  }),
  trading: {
    ...trading,
    place: ({ call }, { market, request, clientOrderId, amount, price }) => {
      const at = { at: 'POST /place', signed: true, lane: 'order', cost: { placing: 1 } } as const;
      const terms = { side: request.side, amount: amount.toFixed(), price: price?.toFixed() };
      return call(at, { symbol: market.symbol, clientOrderId, ...terms }, toReport(market.symbol));
    },
    cancel: ({ call }, { market, clientOrderId }) => {
      const at = { at: 'POST /cancel', signed: true, lane: 'cancel', cost: byAge } as const;
      return call(at, { symbol: market.symbol, clientOrderId }, toReport(market.symbol));
    },
  },
};

function byAge(_: Params, order?: { readonly ageMs: number }): Charge {
  return { heat: (order?.ageMs ?? 0) < 5_000 ? 8 : 1 };
}

const toReport = (symbol: string) => (): Awaited<ReturnType<typeof trading.place>> => ({
  type: 'order',
  symbol,
  status: 'open',
});

async function startedWorld(usage?: Common<never, never>['usage']): Promise<World> {
  const world = createWorld({ spec: { ...metered, ...(usage !== undefined && { usage }) } });
  await world.start({});
  return world;
}

/** When orders of a market reached the venue, in seconds after the first. */
function arrivals({ server }: World, symbol: string): readonly number[] {
  const [first, ...others] = server
    .requestsFor('POST /place')
    .filter(({ params }) => text(params, 'symbol') === symbol)
    .map(({ at }) => at);
  return [0, ...others.map((at) => Math.floor((at - (first ?? 0)) / 1_000))];
}

test('a limit per market holds back orders of that market alone', async () => {
  const world = await startedWorld();
  const pairs = ['BTC-USDT', 'BTC-USDT', 'BTC-USDT', 'ETH-USDT', 'ETH-USDT'];
  await world.settle(Promise.all(pairs.map((pair) => world.connector.place({ ...limitOrder, pair }))));
  expect([arrivals(world, 'BTCUSDT'), arrivals(world, 'ETHUSDT')]).toEqual([
    [0, 0, 1],
    [0, 0],
  ]);
  await world.finish();
});

test('what the venue says is used of a limit per market counts for the market that was asked about', async () => {
  const world = await startedWorld(() => [{ pool: 'placing', perMs: 1_000, used: 2 }]);
  await world.place();
  const pairs = ['BTC-USDT', 'ETH-USDT'];
  await world.settle(Promise.all(pairs.map((pair) => world.connector.place({ ...limitOrder, pair }))));
  expect([arrivals(world, 'BTCUSDT'), arrivals(world, 'ETHUSDT')]).toEqual([[0, 1], [0]]);
  await world.finish();
});

test('a cancel is charged by the age of its order', async () => {
  const world = await startedWorld();
  const heat = (): number =>
    Math.round(world.connector.metrics().limits.find(({ pool }) => pool === 'heat')?.used ?? 0);
  const old = await world.place();
  await world.clock.advance(10_000);
  const young = await world.place();
  await world.settle(world.connector.cancel(young.clientOrderId));
  expect(heat()).toBe(8);
  await world.settle(world.connector.cancel(old.clientOrderId));
  expect(heat()).toBe(9);
  await world.finish();
});
