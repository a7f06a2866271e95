import fc from 'fast-check';
import { test } from 'vitest';

import { alice, bob, createBench, type Bench, type Params, type Wire } from './emulator-client.js';

/** What accounts do: everything that moves orders, with prices that meet. */
const command = fc.record({
  who: fc.constantFrom(alice, bob),
  act: fc.constantFrom(
    'limit',
    'limit',
    'maker',
    'ioc',
    'fok',
    'market',
    'quote',
    'cancel',
    'cancelAll',
    'amend',
    'wait',
  ),
  side: fc.constantFrom('BUY', 'SELL'),
  price: fc.integer({ min: 59_995, max: 60_005 }),
  amount: fc.integer({ min: 1, max: 20 }),
  nth: fc.nat(20),
  selfTradePreventionMode: fc.constantFrom('NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'),
});

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

async function run(bench: Bench, { who, act, nth, ...asked }: Command): Promise<void> {
  const { side, selfTradePreventionMode } = asked;
  const [symbol, quantity, price] = ['BTCUSDT', (asked.amount / 1_000).toFixed(3), String(asked.price)];
  const place = (params: Params) =>
    bench.signed(who, 'POST /api/v3/order', { symbol, side, selfTradePreventionMode, ...params });
  const own = bench.venue.engine.openOrders(who === alice ? 'alice' : 'bob');
  const orderId = own[nth % Math.max(1, own.length)]?.orderId ?? 0;
  const amended = { symbol, orderId, newQty: (asked.amount / 2_000).toFixed(5) };
  if (act === 'wait') await bench.clock.advance(60);
  if (act === 'limit') await place({ type: 'LIMIT', timeInForce: 'GTC', quantity, price });
  if (act === 'ioc' || act === 'fok') await place({ type: 'LIMIT', timeInForce: act.toUpperCase(), quantity, price });
  if (act === 'maker') await place({ type: 'LIMIT_MAKER', quantity, price });
  if (act === 'market') await place({ type: 'MARKET', quantity });
  if (act === 'quote') await place({ type: 'MARKET', quoteOrderQty: String(asked.amount * 10) });
  if (act === 'cancel') await bench.signed(who, 'DELETE /api/v3/order', { symbol, orderId });
  if (act === 'cancelAll') await bench.signed(who, 'DELETE /api/v3/openOrders', { symbol });
  if (act === 'amend') await bench.signed(who, 'PUT /api/v3/order/amend/keepPriority', amended);
}

type Depth = { readonly lastUpdateId: string; readonly bids: Levels; readonly asks: Levels };
type Levels = readonly (readonly [string, string])[];

/** The book that a client keeps by the documented procedure from a snapshot and the diffs after it. */
function keepBook(snapshot: Depth, diffs: readonly unknown[]): { sequence: string; bids: Levels; asks: Levels } {
  const sides = { b: new Map(snapshot.bids), a: new Map(snapshot.asks) };
  let updateId = Number(snapshot.lastUpdateId);
  for (const diff of diffs) {
    const { U, u, ...levels }: { U: string; u: string; b: Levels; a: Levels } = Object(diff);
    if (Number(u) <= updateId) continue;
    if (Number(U) > updateId + 1) throw new Error(`update ids ${U} to ${u} do not follow ${updateId}`);
    updateId = Number(u);
    for (const side of ['b', 'a'] as const) {
      for (const [price, amount] of levels[side]) {
        if (Number(amount) === 0) sides[side].delete(price);
        else sides[side].set(price, amount);
      }
    }
  }
  const falling = ([one]: readonly [string, string], [other]: readonly [string, string]) => Number(other) - Number(one);
  const [bids, asks] = [[...sides.b].toSorted(falling), [...sides.a].toSorted(falling).toReversed()];
  return { sequence: String(updateId), bids, asks };
}

/** The last balance of each asset that an account's stream told. */
function keepBalances(api: Wire): Map<string, readonly [string, string]> {
  const held = new Map<string, readonly [string, string]>();
  for (const message of api.received) {
    const { event }: { event?: { e: string; B: { a: string; f: string; l: string }[] } } = Object(message);
    if (event?.e === 'outboundAccountPosition') for (const { a, f, l } of event.B) held.set(a, [f, l]);
  }
  return held;
}

test('whatever accounts do, money is kept, diffs lead to the book and user streams to orders and balances', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 60 }), fc.nat(19), async (commands, joinAt) => {
      const bench = createBench();
      const apis = [alice, bob].map((client) => {
        const api = bench.open('/ws-api/v3');
        api.send({ id: 0, ...bench.rpc(client, 'userDataStream.subscribe.signature') });
        return api;
      });
      let joined: { wire: Wire; snapshot: Depth } | undefined;
      for (const [index, each] of commands.entries()) {
        await run(bench, each);
        if (index !== joinAt) continue;
        const wire = bench.open('/ws/btcusdt@depth@100ms');
        const { body } = await bench.get('/api/v3/depth', 'symbol=BTCUSDT&limit=5000');
        joined = { wire, snapshot: Object(body) };
      }
      await bench.clock.advance(100);
      bench.venue.engine.audit();
      if (joined === undefined) throw new Error('nobody joined');
      const { body } = await bench.get('/api/v3/depth', 'symbol=BTCUSDT&limit=5000');
      const { lastUpdateId, bids, asks }: Depth = Object(body);
      expectEqual(keepBook(joined.snapshot, joined.wire.received), { sequence: lastUpdateId, bids, asks });
      for (const [index, client] of [alice, bob].entries()) {
        const api = apis[index];
        if (api !== undefined) await checkAccount(bench, client, api);
      }
    }),
    { seed: 20_260_731, numRuns: 10 },
  );
});

async function checkAccount(bench: Bench, client: Parameters<Bench['signed']>[0], api: Wire): Promise<void> {
  const ask = async (at: string, params: Params): Promise<Record<string, string>[]> =>
    listOf((await bench.signed(client, at, params)).body);
  const told = keepBalances(api);
  const account: { balances: Record<string, string>[] } = Object(
    (await bench.signed(client, 'GET /api/v3/account')).body,
  );
  for (const { asset = '', free, locked } of account.balances) {
    if (told.has(asset)) expectEqual(told.get(asset), [free, locked]);
  }
  const reports = api.received.flatMap((message) => {
    const { event }: { event?: Record<string, string> } = Object(message);
    return event?.['e'] === 'executionReport' ? [event] : [];
  });
  const orders = await ask('GET /api/v3/allOrders', { symbol: 'BTCUSDT', limit: 1_000 });
  const latest = new Map(reports.map((event) => [event['i'], event]));
  expectEqual(
    Array.from(latest.values(), ({ i, X, z, Z, c }) => ({ i, X, z, Z, c })),
    orders.map((order) => ({
      ...{ i: order['orderId'], X: order['status'], z: order['executedQty'] },
      ...{ Z: order['cummulativeQuoteQty'], c: order['clientOrderId'] },
    })),
  );
  const fills = await ask('GET /api/v3/myTrades', { symbol: 'BTCUSDT', limit: 1_000 });
  expectEqual(
    reports.filter((event) => event['x'] === 'TRADE').map(({ t, i, l, L, n, N, m }) => ({ t, i, l, L, n, N, m })),
    fills.map((fill) => ({
      ...{ t: fill['id'], i: fill['orderId'], l: fill['qty'], L: fill['price'] },
      ...{ n: fill['commission'], N: fill['commissionAsset'], m: fill['isMaker'] },
    })),
  );
}

function listOf(body: unknown): Record<string, string>[] {
  return Array.isArray(body) ? body.map((each: Record<string, string>) => each) : [];
}

function expectEqual(actual: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${one}\nis not\n${other}`);
}
