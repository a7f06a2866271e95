import type { Answer, Charge, Endpoint, Params, Pool, Usage } from '@hb/connector-core';
import * as v from 'valibot';

/** What a user may choose: how order commands go, how many ms signed requests are valid. Throws on anything else. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security */
export const Options = v.strictObject({
  orderEntry: v.optional(v.picklist(['rest', 'websocket']), 'rest'),
  recvWindowMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60_000)), 5_000),
});
export type Options = v.InferOutput<typeof Options>;

const [second, minute, day] = [1_000, 60_000, 86_400_000];
const window = (limit: number, perMs: number): { limit: number; perMs: number } => ({ limit, perMs });

/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits, https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#websocket-limits */
export const pools = {
  weight: { scope: 'ip', windows: [window(6_000, minute)] },
  requests: { scope: 'ip', windows: [window(300_000, 5 * minute)] }, // https://developers.binance.com/docs/binance-spot-api-docs/CHANGELOG (2026-03-27)
  orders: { scope: 'account', windows: [window(100, 10 * second), window(200_000, day)] }, // https://developers.binance.com/docs/binance-spot-api-docs/faqs/order_count_decrement
  connections: { scope: 'ip', windows: [window(300, 5 * minute)] },
  messages: { scope: 'connection', windows: [window(4, second)] }, // of 5: pongs count too
} satisfies Readonly<Record<string, Pool>>;

const counters: readonly (readonly [header: string, counter: Omit<Usage, 'used'>])[] = [
  ['x-mbx-used-weight-1m', { pool: 'weight', perMs: minute }],
  ['x-mbx-order-count-10s', { pool: 'orders', perMs: 10 * second }],
  ['x-mbx-order-count-1d', { pool: 'orders', perMs: day }],
];

/** `x-mbx-used-weight-1m: 70`. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits#ip-limits */
export function usage({ headers }: Answer): readonly Usage[] {
  const told = counters.filter(([header]) => /^\d{1,9}$/.test(headers.get(header) ?? ''));
  return told.map(([header, counter]) => ({ used: Number(headers.get(header)), ...counter }));
}

const weighs = (weight: number): Charge => ({ weight, requests: 1 });
const either = (name: string, withIt: number, without: number) => (params: Params) =>
  weighs(params[name] === undefined ? without : withIt);
const depthWeights = { 100: 5, 500: 25, 1_000: 50 };
const byDepth = ({ limit = 100 }: Params): Charge =>
  weighs(Object.entries(depthWeights).find(([most]) => Number(limit) <= Number(most))?.[1] ?? 250);

/** Paths and weights in the order of the documentation, linked above each group. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits */
export const endpoints = {
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
  time: { at: 'GET /api/v3/time', cost: weighs(1) },
  exchangeInfo: { at: 'GET /api/v3/exchangeInfo', cost: weighs(20), maxBytes: 64 * 2 ** 20 },
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
  depth: { at: 'GET /api/v3/depth', cost: byDepth },
  trades: { at: 'GET /api/v3/trades', cost: weighs(25) },
  klines: { at: 'GET /api/v3/klines', cost: weighs(2) },
  tickers: { at: 'GET /api/v3/ticker/24hr', cost: either('symbol', 2, 80) },
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
  account: { at: 'GET /api/v3/account', signed: true, cost: weighs(20) },
  order: { at: 'GET /api/v3/order', signed: true, cost: weighs(4) },
  openOrders: { at: 'GET /api/v3/openOrders', signed: true, cost: either('symbol', 6, 80) },
  allOrders: { at: 'GET /api/v3/allOrders', signed: true, cost: weighs(20) },
  myTrades: { at: 'GET /api/v3/myTrades', signed: true, cost: either('orderId', 5, 20) },
  commission: { at: 'GET /api/v3/account/commission', signed: true, cost: weighs(20) },
  // https://developers.binance.com/docs/wallet/account/api-key-permission, with a limit of its own
  keyPermission: { at: 'GET /sapi/v1/account/apiRestrictions', signed: true },
} as const satisfies Readonly<Record<string, Endpoint>>;

const order = { signed: true, lane: 'order', encoding: 'query' } as const;
const cancel = { signed: true, lane: 'cancel', encoding: 'query' } as const;

/** Only those that fail weigh anything. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints, https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/trading-requests */
export const commands = {
  rest: {
    place: { at: 'POST /api/v3/order', ...order, cost: { ...weighs(1), orders: 1 } },
    cancel: { at: 'DELETE /api/v3/order', ...cancel, cost: weighs(1) },
    cancelAll: { at: 'DELETE /api/v3/openOrders', ...cancel, cost: weighs(1) },
    amend: { at: 'PUT /api/v3/order/amend/keepPriority', ...order, cost: weighs(4) },
  },
  websocket: {
    place: { at: 'RPC order.place', host: 'account', ...order, cost: { weight: 1, orders: 1 } },
    cancel: { at: 'RPC order.cancel', host: 'account', ...cancel, cost: { weight: 1 } },
    cancelAll: { at: 'RPC openOrders.cancelAll', host: 'account', ...cancel, cost: { weight: 1 } },
    amend: { at: 'RPC order.amend.keepPriority', host: 'account', ...order, cost: { weight: 4 } },
  },
} as const satisfies Record<Options['orderEntry'], Record<'place' | 'cancel' | 'cancelAll' | 'amend', Endpoint>>;
