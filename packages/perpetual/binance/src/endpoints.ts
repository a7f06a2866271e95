import type { Answer, Charge, Endpoint, Params, Pool, Usage } from '@hb/connector-core';
import * as v from 'valibot';

/** What a user may choose: how many ms signed requests are valid. Throws on anything else. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#timing-security */
export const Options = v.strictObject({
  recvWindowMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60_000)), 5_000),
});
export type Options = v.InferOutput<typeof Options>;

const [second, minute] = [1_000, 60_000];
const window = (limit: number, perMs: number): { limit: number; perMs: number } => ({ limit, perMs });

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#limits, https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export const pools = {
  weight: { scope: 'ip', windows: [window(2_400, minute)] },
  // A batch counts differently in each.
  orders: { scope: 'account', windows: [window(300, 10 * second)] },
  minuteOrders: { scope: 'account', windows: [window(1_200, minute)] },
  funding: { scope: 'ip', windows: [window(500, 5 * minute)] },
  messages: { scope: 'connection', windows: [window(8, second)] }, // of 10: pongs may count too
} satisfies Readonly<Record<string, Pool>>;

const counters: readonly (readonly [header: string, counter: Omit<Usage, 'used'>])[] = [
  ['x-mbx-used-weight-1m', { pool: 'weight', perMs: minute }],
  ['x-mbx-order-count-10s', { pool: 'orders', perMs: 10 * second }],
  ['x-mbx-order-count-1m', { pool: 'minuteOrders', perMs: minute }],
];

/** `x-mbx-used-weight-1m: 70`. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#ip-limits */
export function usage({ headers }: Answer): readonly Usage[] {
  const told = counters.filter(([header]) => /^\d{1,9}$/.test(headers.get(header) ?? ''));
  return told.map(([header, counter]) => ({ used: Number(headers.get(header)), ...counter }));
}

const either = (name: string, withIt: number, without: number) => (params: Params) => ({
  weight: params[name] === undefined ? without : withIt,
});
const byLimit =
  (weights: Readonly<Record<number, number>>) =>
  ({ limit }: Params) => ({
    weight: Object.entries(weights).find(([most]) => Number(limit) <= Number(most))?.[1] ?? 20,
  });
const order: Charge = { orders: 1, minuteOrders: 1 };
const signed = { signed: true, encoding: 'query' } as const;

/** Paths and weights. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api, https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api, https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api, https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const endpoints = {
  // https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api
  time: { at: 'GET /fapi/v1/time', cost: { weight: 1 } },
  exchangeInfo: { at: 'GET /fapi/v1/exchangeInfo', cost: { weight: 1 }, maxBytes: 32 * 2 ** 20 },
  depth: { at: 'GET /fapi/v1/depth', cost: byLimit({ 50: 2, 100: 5, 500: 10, 1_000: 20 }) },
  trades: { at: 'GET /fapi/v1/trades', cost: { weight: 5 } },
  klines: { at: 'GET /fapi/v1/klines', cost: byLimit({ 99: 1, 499: 2, 1_000: 5, 1_500: 10 }) },
  premiumIndex: { at: 'GET /fapi/v1/premiumIndex', cost: either('symbol', 1, 10) },
  fundingInfo: { at: 'GET /fapi/v1/fundingInfo', cost: { funding: 1 } },
  tickers: { at: 'GET /fapi/v1/ticker/24hr', cost: either('symbol', 1, 40) },
  bookTickers: { at: 'GET /fapi/v1/ticker/bookTicker', cost: either('symbol', 2, 5) },
  // https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api
  place: { at: 'POST /fapi/v1/order', ...signed, lane: 'order', cost: order },
  placeMany: {
    ...{ at: 'POST /fapi/v1/batchOrders', ...signed, lane: 'order' },
    cost: { weight: 5, orders: 5, minuteOrders: 1 },
  },
  amend: { at: 'PUT /fapi/v1/order', ...signed, lane: 'order', cost: order },
  cancel: { at: 'DELETE /fapi/v1/order', ...signed, lane: 'cancel', cost: { weight: 1 } },
  cancelAll: { at: 'DELETE /fapi/v1/allOpenOrders', ...signed, lane: 'cancel', cost: { weight: 1 } },
  countdown: { at: 'POST /fapi/v1/countdownCancelAll', ...signed, cost: { weight: 10 } },
  order: { at: 'GET /fapi/v1/order', ...signed, cost: { weight: 1 } },
  openOrders: { at: 'GET /fapi/v1/openOrders', ...signed, cost: either('symbol', 1, 40) },
  allOrders: { at: 'GET /fapi/v1/allOrders', ...signed, cost: { weight: 5 } },
  userTrades: { at: 'GET /fapi/v1/userTrades', ...signed, cost: { weight: 5 } },
  positions: { at: 'GET /fapi/v3/positionRisk', ...signed, cost: { weight: 5 } },
  setMode: { at: 'POST /fapi/v1/positionSide/dual', ...signed, cost: { weight: 1 } },
  setMargin: { at: 'POST /fapi/v1/marginType', ...signed, cost: { weight: 1 } },
  setLeverage: { at: 'POST /fapi/v1/leverage', ...signed, cost: { weight: 1 } },
  // https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api
  balance: { at: 'GET /fapi/v3/balance', ...signed, cost: { weight: 5 } },
  account: { at: 'GET /fapi/v1/accountConfig', ...signed, cost: { weight: 5 } },
  symbols: { at: 'GET /fapi/v1/symbolConfig', ...signed, cost: { weight: 5 } },
  mode: { at: 'GET /fapi/v1/positionSide/dual', ...signed, cost: { weight: 30 } },
  income: { at: 'GET /fapi/v1/income', ...signed, cost: { weight: 30 } },
  commission: { at: 'GET /fapi/v1/commissionRate', ...signed, cost: { weight: 20 } },
  // https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams
  openStream: { at: 'POST /fapi/v1/listenKey', ...signed, cost: { weight: 1 } },
  keepStream: { at: 'PUT /fapi/v1/listenKey', ...signed, cost: { weight: 1 } },
} as const satisfies Readonly<Record<string, Endpoint>>;
