import type { Answer, Endpoint, Pool, Usage } from '@hb/connector-core';
import * as v from 'valibot';

/** What a user may choose: the API, the VIP level, the version of the API key. Throws on anything else. */
export const Options = v.strictObject({
  hf: v.optional(v.boolean(), true),
  vip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(12)), 0),
  keyVersion: v.optional(v.picklist(['2', '3']), '3'),
});
export type Options = v.InferOutput<typeof Options>;

/** Thousands per 30 s, for VIP 0 to 12. @see https://www.kucoin.com/docs-new/rate-limit */
const quotas = {
  spot: [4, 6, 8, 10, 13, 16, 20, 23, 26, 30, 33, 36, 40],
  management: [2, 2, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20],
} as const;
const quotaMs = 30_000;
const pool = (scope: Pool['scope'], limit: number, perMs = quotaMs): Pool => ({ scope, windows: [{ limit, perMs }] });

/** @see https://www.kucoin.com/docs-new/rate-limit; of streams: https://github.com/Kucoin/kucoin-api-docs */
export const limits = ({ vip }: Options): Readonly<Record<string, Pool>> => ({
  spot: pool('account', (quotas.spot[vip] ?? quotas.spot[0]) * 1_000),
  management: pool('account', (quotas.management[vip] ?? quotas.management[0]) * 1_000),
  public: pool('ip', 2_000),
  connections: pool('ip', 30, 60_000),
  messages: pool('connection', 100, 10_000),
});

/** `gw-ratelimit-limit: 4000`, `gw-ratelimit-remaining: 3998`, of the pool that was charged. @see https://www.kucoin.com/docs-new/rate-limit */
export function usage({ headers }: Answer, { cost = {} }: Endpoint): readonly Usage[] {
  const [limit = 0, remaining = 0] = ['limit', 'remaining'].map((name) => Number(headers.get(`gw-ratelimit-${name}`)));
  return Object.keys(cost).map((name) => ({ pool: name, perMs: quotaMs, used: limit - remaining }));
}

const charge = (pool: string) => (weight: number) => ({ cost: { [pool]: weight } });
const [spot, open] = [charge('spot'), charge('public')];

/** Paths and weights in the order of the documentation; `wire.ts` links the page of each. @see https://www.kucoin.com/docs-new/rate-limit */
export const endpoints = {
  keyInfo: { at: 'GET /api/v1/user/api-key', signed: true, cost: { management: 20 } },
  accounts: { at: 'GET /api/v1/accounts', signed: true, cost: { management: 5 } },
  fees: { at: 'GET /api/v1/trade-fees', signed: true, ...spot(3) },
  symbols: { at: 'GET /api/v2/symbols', ...open(4) },
  tickers: { at: 'GET /api/v1/market/allTickers', ...open(15) },
  trades: { at: 'GET /api/v1/market/histories', ...open(3) },
  candles: { at: 'GET /api/v1/market/candles', ...open(3) },
  book: { at: 'GET /api/v1/market/orderbook/level2_100', ...open(2) },
  time: { at: 'GET /api/v1/timestamp', ...open(3) },
  publicToken: { at: 'POST /api/v1/bullet-public', ...open(10) },
  privateToken: { at: 'POST /api/v1/bullet-private', signed: true, ...spot(10) },
} as const satisfies Readonly<Record<string, Endpoint>>;

const order = { signed: true, lane: 'order' } as const;
const cancel = { signed: true, lane: 'cancel' } as const;

/** @see https://www.kucoin.com/docs-new/api-3470188 and those beside it */
export const hf = {
  place: { at: 'POST /api/v1/hf/orders', ...order, ...spot(1) },
  placeMany: { at: 'POST /api/v1/hf/orders/multi', ...order, ...spot(1) },
  cancel: { at: 'DELETE /api/v1/hf/orders/sync/{orderId}', ...cancel, ...spot(1) },
  cancelByClientId: { at: 'DELETE /api/v1/hf/orders/sync/client-order/{clientOid}', ...cancel, ...spot(1) },
  cancelAll: { at: 'DELETE /api/v1/hf/orders', ...cancel, ...spot(2) },
  amend: { at: 'POST /api/v1/hf/orders/alter', ...order, ...spot(1) },
  order: { at: 'GET /api/v1/hf/orders/{orderId}', signed: true, ...spot(2) },
  orderByClientId: { at: 'GET /api/v1/hf/orders/client-order/{clientOid}', signed: true, ...spot(2) },
  openSymbols: { at: 'GET /api/v1/hf/orders/active/symbols', signed: true, ...spot(2) },
  openOrders: { at: 'GET /api/v1/hf/orders/active', signed: true, ...spot(2) },
  closedOrders: { at: 'GET /api/v1/hf/orders/done', signed: true, ...spot(2) },
  fills: { at: 'GET /api/v1/hf/fills', signed: true, ...spot(2) },
  deadman: { at: 'POST /api/v1/hf/orders/dead-cancel-all', ...cancel, ...spot(2) },
} as const satisfies Readonly<Record<string, Endpoint>>;

/** The API before it: "abandoned" by the venue, which answers still. @see https://www.kucoin.com/docs-new/api-3470333 and those beside it */
export const classic = {
  place: { at: 'POST /api/v1/orders', ...order, ...spot(2) },
  cancel: { at: 'DELETE /api/v1/orders/{orderId}', ...cancel, ...spot(3) },
  cancelByClientId: { at: 'DELETE /api/v1/order/client-order/{clientOid}', ...cancel, ...spot(3) },
  cancelAll: { at: 'DELETE /api/v1/orders', ...cancel, ...spot(20) },
  order: { at: 'GET /api/v1/orders/{orderId}', signed: true, ...spot(2) },
  orderByClientId: { at: 'GET /api/v1/order/client-order/{clientOid}', signed: true, ...spot(3) },
  orders: { at: 'GET /api/v1/orders', signed: true, ...spot(2) },
  fills: { at: 'GET /api/v1/fills', signed: true, ...spot(10) },
} as const satisfies Readonly<Record<string, Endpoint>>;
