import { ExchangeClient, HttpTransport, InfoClient, SubscriptionClient, WebSocketTransport } from '@nktkas/hyperliquid';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { keys, owner, startVenue, vault, type Venue } from './hyperliquid-perpetual-venue.js';

let venue: Venue;
let transport: HttpTransport;
let sockets: WebSocketTransport;
let info: InfoClient;
let client: ExchangeClient;
let streams: SubscriptionClient;

const cloid = `0x${'12'.repeat(16)}` as const;

function order(
  changed: Partial<{ p: string; s: string; b: boolean; r: boolean; c: `0x${string}` }> = {},
  tif: 'Gtc' | 'Ioc' | 'Alo' = 'Gtc',
) {
  return { a: 0, b: true, p: '50000', s: '0.01', r: false, t: { limit: { tif } }, ...changed };
}

/** Resolves with what `listen` hears first that passes. */
function first<T>(listen: (hear: (data: T) => void) => Promise<unknown>, passes: (data: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    listen((data) => {
      if (passes(data)) resolve(data);
    }).catch(reject);
  });
}

/** What the client finds by itself in newer versions of Node. */
function socketClass(): typeof globalThis.WebSocket {
  const found: object = WebSocket;
  if (isSocketClass(found)) return found;
  throw new Error('no WebSocket');
}

function isSocketClass(value: object): value is typeof globalThis.WebSocket {
  return 'CONNECTING' in value;
}

beforeAll(async () => {
  venue = await startVenue();
  const { url, wsUrl } = venue.served;
  transport = new HttpTransport({ apiUrl: url });
  sockets = new WebSocketTransport({ url: `${wsUrl}/ws`, reconnect: { WebSocket: socketClass() } });
  info = new InfoClient({ transport });
  client = new ExchangeClient({ transport, wallet: privateKeyToAccount(keys.agent) });
  streams = new SubscriptionClient({ transport: sockets });
});

beforeEach(() => venue.reset());

afterAll(async () => {
  await sockets.close();
  await venue.stop();
});

test('markets, prices and the book are read', async () => {
  const [meta, contexts] = await info.metaAndAssetCtxs();
  expect(meta.universe[0]).toMatchObject({ name: 'BTC', szDecimals: 5, maxLeverage: 40 });
  expect(contexts[0]).toMatchObject({ funding: expect.any(String), oraclePx: expect.any(String) });
  expect(await info.l2Book({ coin: 'BTC' })).toMatchObject({
    coin: 'BTC',
    levels: [
      [{ px: '59990.0', sz: '1.0', n: 1 }, { px: '59980.0' }, { px: '59900.0' }],
      [{ px: '60010.0', sz: '1.0', n: 1 }, { px: '60020.0' }, { px: '60100.0' }],
    ],
  });
});

test('an order is placed, found, modified and cancelled, with the key of an agent', async () => {
  const placed = await client.order({ orders: [order({ c: cloid })], grouping: 'na' });
  const [status] = placed.response.data.statuses;
  expect(status).toMatchObject({ resting: { oid: expect.any(Number) } });
  expect(await info.orderStatus({ user: owner, oid: cloid })).toMatchObject({
    status: 'order',
    order: { status: 'open', order: { coin: 'BTC', side: 'B', limitPx: '50000.0', sz: '0.01', cloid, tif: 'Gtc' } },
  });
  const modified = await client.batchModify({
    modifies: [{ oid: cloid, order: order({ c: cloid, p: '50001', s: '0.02' }) }],
  });
  expect(modified.response.data.statuses).toMatchObject([{ resting: {} }]);
  expect(await info.frontendOpenOrders({ user: owner })).toMatchObject([{ cloid, limitPx: '50001.0', origSz: '0.02' }]);
  await client.cancelByCloid({ cancels: [{ asset: 0, cloid }] });
  expect(await info.openOrders({ user: owner })).toEqual([]);
  expect((await info.historicalOrders({ user: owner })).map((each) => each.status)).toContain('canceled');
});

test('an order fills; fills, position, collateral and leverage are read', async () => {
  await client.updateLeverage({ asset: 0, isCross: true, leverage: 10 });
  const placed = await client.order({ orders: [order({ p: '60010', s: '0.1' }, 'Ioc')], grouping: 'na' });
  expect(placed.response.data.statuses).toMatchObject([{ filled: { totalSz: '0.1', avgPx: '60010.0' } }]);
  expect(await info.userFills({ user: owner })).toMatchObject([
    { coin: 'BTC', px: '60010.0', sz: '0.1', side: 'B', crossed: true, fee: '2.70045', feeToken: 'USDC' },
  ]);
  const state = await info.clearinghouseState({ user: owner });
  expect(state.assetPositions).toMatchObject([
    { position: { coin: 'BTC', szi: '0.1', entryPx: '60010.0', leverage: { type: 'cross', value: 10 } } },
  ]);
  expect(Number(state.withdrawable)).toBeGreaterThan(90_000);
  await client.order({ orders: [order({ b: false, r: true, p: '59990', s: '0.1' }, 'Ioc')], grouping: 'na' });
  expect((await info.clearinghouseState({ user: owner })).assetPositions).toEqual([]);
});

test('the streams tell of the book, of trades, orders, fills and the account', async () => {
  const book = first<{ coin: string }>(
    (hear) => streams.l2Book({ coin: 'BTC' }, hear),
    () => true,
  );
  const trade = first<readonly { px: string }[]>(
    (hear) => streams.trades({ coin: 'BTC' }, hear),
    () => true,
  );
  const opened = first<readonly { status: string }[]>(
    (hear) => streams.orderUpdates({ user: owner }, hear),
    () => true,
  );
  const fill = first<{ isSnapshot?: true; fills: readonly { px: string }[] }>(
    (hear) => streams.userFills({ user: owner }, hear),
    ({ isSnapshot }) => isSnapshot !== true,
  );
  const state = first<{ clearinghouseStates: readonly unknown[] }>(
    (hear) => streams.allDexsClearinghouseState({ user: owner }, hear),
    () => true,
  );
  expect(await book).toMatchObject({ coin: 'BTC' });
  expect((await state).clearinghouseStates).toHaveLength(1);
  await client.order({ orders: [order({ p: '60000', s: '0.01' }, 'Alo')], grouping: 'na' });
  expect(await opened).toMatchObject([{ status: 'open', order: { limitPx: '60000.0' } }]);
  venue.take('buy', '60000', '0.01');
  expect((await fill).fills).toMatchObject([{ px: '60000.0', sz: '0.01', crossed: false }]);
  expect(await trade).toMatchObject([{ coin: 'BTC', px: '60000.0', side: 'A' }]);
});

test('a vault is traded for by its leader', async () => {
  await client.order({ orders: [order()], grouping: 'na' }, { vaultAddress: vault });
  expect(await info.openOrders({ user: vault })).toHaveLength(1);
  expect(await info.openOrders({ user: owner })).toEqual([]);
});

test('orders are cancelled at a time', async () => {
  await client.order({ orders: [order()], grouping: 'na' });
  await client.scheduleCancel({ time: Date.now() + 6_000 });
  await client.scheduleCancel();
  await expect(client.scheduleCancel({ time: Date.now() + 1_000 })).rejects.toThrow('too early');
});

test.each([
  ['a price off the tick', order({ p: '50000.5' }), 'Price must be divisible by tick size'],
  ['a small order', order({ s: '0.0001', p: '50000' }), 'minimum value of $10'],
  ['more than the margin allows', order({ s: '1000' }), 'Insufficient margin'],
  ['a reduction of nothing', order({ r: true }), 'Reduce only order would increase position'],
])('refuses %s', async (_, refused, words) => {
  await expect(client.order({ orders: [refused], grouping: 'na' })).rejects.toThrow(words);
});

test('refuses a post-only order that would trade, an ioc order without a match, and a cancel of nothing', async () => {
  await expect(client.order({ orders: [order({ p: '60010' }, 'Alo')], grouping: 'na' })).rejects.toThrow(
    'bbo was 59990.0@60010.0',
  );
  await expect(client.order({ orders: [order({}, 'Ioc')], grouping: 'na' })).rejects.toThrow(
    'could not immediately match',
  );
  await expect(client.cancel({ cancels: [{ a: 0, o: 1 }] })).rejects.toThrow('never placed');
});

test('a modified order must rest: one that would trade is refused, and leaves none', async () => {
  const placed = await client.order({ orders: [order()], grouping: 'na' });
  const [status] = placed.response.data.statuses;
  const oid = typeof status === 'object' && 'resting' in status ? status.resting.oid : Number.NaN;
  await expect(client.batchModify({ modifies: [{ oid, order: order({ p: '60010' }) }] })).rejects.toThrow('bbo was');
  expect(await info.openOrders({ user: owner })).toEqual([]);
  await expect(client.batchModify({ modifies: [{ oid, order: order() }] })).rejects.toThrow('Cannot modify');
});

test('refuses a key that nobody knows, a network that is another, and an action that has expired', async () => {
  const stranger = new ExchangeClient({ transport, wallet: privateKeyToAccount(keys.stranger) });
  await expect(stranger.order({ orders: [order()], grouping: 'na' })).rejects.toThrow('does not exist');
  const testnet = new HttpTransport({ apiUrl: venue.served.url, isTestnet: true });
  const elsewhere = new ExchangeClient({ transport: testnet, wallet: privateKeyToAccount(keys.owner) });
  await expect(elsewhere.order({ orders: [order()], grouping: 'na' })).rejects.toThrow('does not exist');
  const late = { expiresAfter: Date.now() - 1_000 };
  await expect(client.order({ orders: [order()], grouping: 'na' }, late)).rejects.toThrow('expired');
});
