import { expect, test } from 'vitest';

import { createWorld, limitOrder, type World } from './support/connector-world.js';

/** The calls as a script makes them that no compiler has checked. */
type Unchecked = {
  start(...given: unknown[]): Promise<unknown>;
  stop(...given: unknown[]): Promise<unknown>;
  watch(...given: unknown[]): Promise<unknown>;
  quote(...given: unknown[]): Promise<unknown>;
  place(...given: unknown[]): Promise<unknown>;
  placeMany(...given: unknown[]): Promise<unknown>;
  cancelAll(...given: unknown[]): Promise<unknown>;
  amend?(...given: unknown[]): Promise<unknown>;
  candles?(...given: unknown[]): Promise<unknown>;
  refresh(...given: unknown[]): Promise<unknown>;
  recentTrades?(...given: unknown[]): Promise<unknown>;
};

async function refusals(world: World, calls: Readonly<Record<string, readonly unknown[]>>): Promise<readonly string[]> {
  const unchecked: Unchecked = world.connector;
  const found: string[] = [];
  for (const [call, given] of Object.entries(calls)) {
    const name = call.replace(/ .*/, '');
    const member = Object.entries(unchecked).find(([key]) => key === name)?.[1];
    if (typeof member !== 'function') throw new Error(`the connector has no ${name}`);
    const refusal = await world.failure(Promise.resolve(Reflect.apply(member, unchecked, [...given])));
    expect(refusal).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    found.push(String(Reflect.get(Object(refusal), 'message')));
  }
  return found;
}

test('what a start cannot mean is refused, and leaves nothing running', async () => {
  const world = createWorld();
  const found = await refusals(world, {
    'start null': [null],
    'start text': ['BTC-USDT'],
    'start with one pair': [{ pairs: 'BTC-USDT' }],
    'start with no pairs': [{ pairs: null }],
    'start with an odd pair': [{ pairs: [undefined] }],
    'start with odd needs': [{ needs: 'book' }],
  });
  expect(found).toEqual([
    'tiny start: options: null is not an object',
    'tiny start: options: "BTC-USDT" is not an object',
    'tiny start: pairs: "BTC-USDT" is not a list',
    'tiny start: pairs: null is not a list',
    'tiny start: pairs: undefined is not text',
    'tiny start: needs: "book" is not an object',
  ]);
  expect(world.server.requests).toEqual([]);
  await world.start();
  await world.finish();
});

test('what a call cannot mean is refused by its name and value, and nothing is sent', async () => {
  const world = createWorld();
  await world.start();
  const sent = world.server.requests.length;
  const found = await refusals(world, {
    'watch nothing': [],
    'watch one channel': ['BTC-USDT', 'book'],
    'quote an odd side': ['BTC-USDT', 'hold', { base: '1' }],
    'quote no side': ['BTC-USDT', undefined, { base: '1' }],
    'quote no amount': ['BTC-USDT', 'buy', null],
    'place nothing': [],
    'place a list': [[limitOrder]],
    'placeMany of one': [limitOrder],
    'cancelAll null': [null],
    'cancelAll within NaN': [{ withinMs: Number.NaN }],
    'cancelAll within text': [{ withinMs: '5' }],
    'cancelAll of all': [{ scope: 'all' }],
    'cancelAll of an odd pair': [{ pair: 5 }],
    'amend to nothing': ['a'],
    'candles of no range': ['BTC-USDT'],
    'refresh everything': ['everything'],
    'refresh nothing': [],
    'recentTrades of nothing': [],
    'stop odd orders': [{ orders: 'maybe' }],
    'stop within NaN': [{ withinMs: Number.NaN }],
  });
  expect(found).toEqual([
    'tiny watch: pair: undefined is not text',
    'tiny watch: channels: "book" is not a list',
    'tiny quote: side: "hold" is not one of buy, sell',
    'tiny quote: side: undefined is not text',
    'tiny quote: amount: null is not an object',
    'tiny place: the order: undefined is not an object',
    'tiny place: the order: a list is not an object',
    'tiny placeMany: the orders: object is not a list',
    'tiny cancelAll: options: null is not an object',
    'tiny cancelAll: withinMs: NaN is not a time in ms',
    'tiny cancelAll: withinMs: "5" is not a time in ms',
    'tiny cancelAll: scope: "all" is not one of ours, account',
    'tiny cancelAll: pair: 5 is not text',
    'tiny amend: what to change: undefined is not an object',
    'tiny candles: the range: undefined is not an object',
    'tiny refresh: what: "everything" is not one of markets, balances, positions',
    'tiny refresh: what: undefined is not an object',
    'tiny: pair: undefined is not text',
    'tiny stop: orders: "maybe" is not one of keep, cancel',
    'tiny stop: withinMs: NaN is not a time in ms',
  ]);
  expect(world.server.requests).toHaveLength(sent);
  await world.finish();
});
