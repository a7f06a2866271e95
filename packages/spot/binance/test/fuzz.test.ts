import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { judge } from '../src/errors.js';
import { binance } from '../src/index.js';
import * as market from '../src/market.js';
import * as trading from '../src/trading.js';
import { account, market as btc } from './api.js';
import { plain } from './plain.js';
import { payload } from './wire-fixture.js';

const runs = { seed: 20_260_721, numRuns: 1_000 };
const look = { options: binance.options({}), market: () => undefined };

const Amount = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/));
const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const Name = v.pipe(v.string(), v.nonEmpty());
const At = v.pipe(v.number(), v.safeInteger());
const Side = v.picklist(['buy', 'sell']);
const Levels = v.array(v.tuple([Amount, Amount]));
const Fees = v.array(v.strictObject({ asset: Name, amount: Amount }));

/** What may come out: nothing but complete, typed values. */
const Told = v.variant('type', [
  v.strictObject({
    type: v.literal('book'),
    symbol: Name,
    snapshot: v.boolean(),
    sequence: v.strictObject({ by: v.literal('range'), first: At, last: At }),
    bids: Levels,
    asks: Levels,
    at: v.exactOptional(At),
    depth: v.exactOptional(At),
  }),
  v.strictObject({ type: v.literal('trade'), symbol: Name, id: Id, side: Side, price: Amount, amount: Amount, at: At }),
  v.strictObject({
    type: v.literal('order'),
    symbol: Name,
    orderId: Id,
    clientOrderId: v.string(),
    status: v.picklist(['open', 'filled', 'canceled', 'expired', 'rejected']),
    reason: v.exactOptional(v.string()),
    at: v.exactOptional(At),
    filled: Amount,
    filledQuote: v.exactOptional(Amount),
    terms: v.strictObject({ side: Side, amount: Amount, price: v.exactOptional(Amount) }),
  }),
  v.strictObject({
    type: v.literal('fill'),
    symbol: Name,
    fillId: Id,
    orderId: Id,
    clientOrderId: v.exactOptional(v.string()),
    side: Side,
    price: Amount,
    amount: Amount,
    at: At,
    fees: Fees,
    liquidity: v.picklist(['maker', 'taker']),
  }),
  v.strictObject({
    type: v.literal('balances'),
    complete: v.boolean(),
    at: At,
    entries: v.array(v.strictObject({ asset: Name, total: Amount, available: Amount })),
  }),
  v.strictObject({ type: v.literal('refetch'), what: v.literal('balances') }),
]);

/** What a payload may hold instead of what it should: other JSON, near misses and what breaks careless readers. */
const odd = fc.oneof(
  fc.constantFrom(
    '',
    '-1',
    '0',
    'NaN',
    'Infinity',
    '1e1000000',
    '1e5',
    '.',
    '0x10',
    ' 1',
    '1,5',
    '00',
    '-0',
    '9'.repeat(400),
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'NEW', 'TRADE', 'executionReport', 'depthUpdate'),
  fc.string(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom<unknown>(null, undefined, true, [], {}, [[]], [['1']], [['1', '2', '3']]),
  fc.jsonValue(),
);

/** A payload with one part, however deep, replaced or removed. */
function mutated(whole: unknown): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...pathsOf(whole)), odd).map(([path, value]) => replaced(whole, path, value));
}

function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (String(index) === name ? replaced(each, rest, by) : each));
  const members = v.parse(v.record(v.string(), v.unknown()), value);
  return { ...members, [name]: replaced(members[name], rest, by) };
}

/** Either says what is invalid, or yields values that are complete. */
async function yieldsOnlyWhole(run: () => unknown, whole: v.GenericSchema = v.array(Told)): Promise<void> {
  let told: unknown;
  try {
    told = await run();
  } catch (error) {
    expect(error).toEqual(expect.objectContaining({ message: expect.stringMatching(/^Invalid/) }));
    return;
  }
  v.parse(whole, plain(told));
}

const streams = [
  ['ws.depth-update', market],
  ['ws.trade', market],
  ['ws.execution-report', trading],
  ['ws.account-position', trading],
  ['ws.balance-update', trading],
] as const;

describe.each(streams)('%s with anything changed', (name, venue) => {
  test('is framed and parsed to whole values or refused', async () => {
    const run = (message: unknown) => () => {
      const framed = venue.frame(message);
      return framed.type === 'data' ? venue.parse(framed.payload, look) : [];
    };
    await fc.assert(
      fc.asyncProperty(mutated(payload(name)), async (message) => yieldsOnlyWhole(run(message))),
      runs,
    );
  });
});

const since = { market: btc };
const ref = { market: btc, clientOrderId: 'mine' };
const answers = [
  ['rest.depth', 'GET /api/v3/depth', async (p) => [await market.fetchBook(p, btc)]],
  ['rest.trades', 'GET /api/v3/trades', async (p) => market.fetchTrades(p, btc)],
  ['rest.order-queried', 'GET /api/v3/order', async (p) => [await trading.fetchOrder(p, ref)]],
  ['rest.order-cancelled', 'DELETE /api/v3/order', async (p) => [await trading.cancel(p, ref)]],
  ['rest.open-orders', 'GET /api/v3/openOrders', async (p) => trading.fetchOpenOrders(p)],
  ['rest.all-orders', 'GET /api/v3/allOrders', async (p) => trading.fetchClosedOrders(p, since)],
  ['rest.my-trades', 'GET /api/v3/myTrades', async (p) => (await trading.fetchFills(p, since)).fills],
  ['rest.account', 'GET /api/v3/account', async (p) => [await trading.fetchBalances(p)]],
] as const satisfies readonly (readonly [
  string,
  string,
  (p: ReturnType<typeof account>) => Promise<readonly unknown[]>,
])[];

describe.each(answers)('%s with anything changed', (name, at, run) => {
  test('is read as whole values or refused', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(payload(name)), async (body) =>
        yieldsOnlyWhole(async () => run(account({ answers: { [at]: body } }))),
      ),
      runs,
    );
  });
});

test('markets with anything changed keep their rules whole or are left out', async () => {
  const Rule = v.looseObject({ step: Amount, min: v.exactOptional(Amount), max: v.exactOptional(Amount) });
  const Market = v.looseObject({
    pair: Name,
    symbol: Name,
    price: Rule,
    amount: Rule,
    minNotional: v.exactOptional(Amount),
  });
  const property = fc.asyncProperty(mutated(payload('rest.exchange-info')), async (body) => {
    const p = account({ answers: { 'GET /api/v3/exchangeInfo': body } });
    await yieldsOnlyWhole(async () => market.fetchMarkets(p), v.array(Market));
  });
  await fc.assert(property, runs);
});

test('any answer that is an error gets a verdict, and only a listed one proves anything', () => {
  const status = fc.integer({ min: 400, max: 599 });
  const body = fc.oneof(odd, fc.record({ code: odd, msg: odd, data: odd }));
  const property = fc.property(status, body, (code, told) => {
    const verdict = judge({ status: code, headers: new Map(), body: told });
    expect(verdict?.message).toEqual(expect.any(String));
    if (code >= 500) expect(verdict?.outcome).toBe('unknown');
  });
  fc.assert(property, runs);
});
