import type { Answer, Endpoint, Pool, Usage } from '@hb/connector-core';
import * as v from 'valibot';

/** What a user may choose: how orders, cancels and amendments go. Throws on anything else. */
export const Options = v.strictObject({ orderEntry: v.optional(v.picklist(['rest', 'websocket']), 'rest') });
export type Options = v.InferOutput<typeof Options>;

const open = <const At extends Endpoint['at']>(at: At) => ({ at, cost: { [at]: 1 } });
const own = <const At extends Endpoint['at']>(at: At) => ({ ...open(at), signed: true }) as const;

/** Paths in the order of the documentation, linked above each group. @see https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule */
export const endpoints = {
  // https://www.gate.com/docs/developers/apiv4/en/spot
  currencyPairs: { ...open('GET /api/v4/spot/currency_pairs'), maxBytes: 32 * 2 ** 20 },
  tickers: open('GET /api/v4/spot/tickers'),
  orderBook: open('GET /api/v4/spot/order_book'),
  trades: open('GET /api/v4/spot/trades'),
  candlesticks: open('GET /api/v4/spot/candlesticks'),
  batchFee: own('GET /api/v4/spot/batch_fee'),
  accounts: own('GET /api/v4/spot/accounts'),
  openOrders: own('GET /api/v4/spot/open_orders'),
  orders: own('GET /api/v4/spot/orders'),
  order: own('GET /api/v4/spot/orders/{order_id}'),
  myTrades: own('GET /api/v4/spot/my_trades'),
  time: open('GET /api/v4/spot/time'),
  countdown: own('POST /api/v4/spot/countdown_cancel_all'),
  // https://www.gate.com/docs/developers/apiv4/en/account
  accountDetail: own('GET /api/v4/account/detail'),
} as const satisfies Readonly<Record<string, Endpoint>>;

/** In ms: the venue refuses a request that reaches it later. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const deadlineHeader = 'x-gate-exptime';
const order = { signed: true, lane: 'order', headers: [deadlineHeader] } as const;
const cancel = { signed: true, lane: 'cancel', cost: { cancels: 1 } } as const;
const overSocket = { orders: 1, 'orders over the socket': 1 } as const;

/** @see https://www.gate.com/docs/developers/apiv4/en/spot, https://www.gate.com/docs/developers/apiv4/ws/en/#spot-account-trade */
export const commands = {
  rest: {
    place: { at: 'POST /api/v4/spot/orders', ...order, cost: { orders: 1 } },
    cancel: { at: 'DELETE /api/v4/spot/orders/{order_id}', ...cancel },
    amend: { at: 'PATCH /api/v4/spot/orders/{order_id}', ...order, cost: { orders: 1 } },
  },
  websocket: {
    place: { at: 'RPC spot.order_place', host: 'account', ...order, cost: overSocket },
    cancel: { at: 'RPC spot.order_cancel', host: 'account', ...cancel },
    amend: { at: 'RPC spot.order_amend', host: 'account', ...order, cost: overSocket },
  },
  placeMany: { at: 'POST /api/v4/spot/batch_orders', ...order, body: 'orders', cost: { orders: 1 } },
  cancelAll: { at: 'DELETE /api/v4/spot/orders', ...cancel },
} as const satisfies Record<Options['orderEntry'], Record<'place' | 'cancel' | 'amend', Endpoint>> &
  Record<'placeMany' | 'cancelAll', Endpoint>;

const limit = (count: number, perMs: number) => ({ windows: [{ limit: count, perMs }] });

/** Commands by kind; every other endpoint by itself. @see https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule */
export const pools: Readonly<Record<string, Pool & ReturnType<typeof limit>>> = {
  orders: { scope: 'account', per: 'symbol', ...limit(10, 1_000) },
  'orders over the socket': { scope: 'account', ...limit(10, 1_000) },
  cancels: { scope: 'account', ...limit(200, 1_000) },
  ...Object.fromEntries(
    Object.values<Endpoint>(endpoints).map(({ at, signed }) => [
      at,
      { scope: signed ? 'account' : 'ip', ...limit(200, 10_000) },
    ]),
  ),
};

/** `X-Gate-RateLimit-Requests-Remain: 9`, of the endpoint that answers. @see https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule */
export function usage({ headers }: Answer, { cost }: Endpoint): readonly Usage[] {
  const remain = headers.get('x-gate-ratelimit-requests-remain') ?? '';
  const [pool = ''] = Object.keys(cost ?? {});
  const window = Object.entries(pools).find(([name]) => name === pool)?.[1].windows[0];
  if (window === undefined || !/^\d{1,6}$/.test(remain)) return [];
  return [{ pool, perMs: window.perMs, used: window.limit - Number(remain) }];
}
