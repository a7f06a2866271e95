import { decimal, decodeJson, type AccountEvent } from '@hb/connector-core';

import {
  anythingGoes,
  inAccountEvents,
  inAccountStream,
  inConnector,
  inSpec,
  inTrading,
  inVerdicts,
  notRefused,
  swallowing,
  unseenIsCanceled,
  type Planting,
  type Defect,
} from '../defect.js';

const cancelAlwaysWorks = inTrading(({ cancel }) => ({
  cancel: (p, order) =>
    cancel(p, order).catch(() => ({
      ...({
        type: 'order',
        symbol: order.market.symbol,
        clientOrderId: order.clientOrderId,
        status: 'canceled',
      } as const),
    })),
}));

function without(isDropped: (event: AccountEvent) => boolean): Defect {
  return inAccountEvents((events) => events.filter((event) => !isDropped(event)));
}

/** Orders as commands, queries and the stream tell of them. One defect per case. */
export const orderDefects: Readonly<Record<string, Planting>> = {
  13: [
    inTrading(({ place }) => ({
      place: (p, order) => place(p, { ...order, amount: order.amount.plus(order.market.amount.step) }),
    })),
    /the order at the venue/,
  ],
  14: [
    inTrading(({ place }) => ({
      place: (p, order) => place(p, { ...order, request: { ...order.request, side: 'buy' } }),
    })),
    /the order at the venue/,
  ],
  15: [
    inVerdicts((verdict) => (verdict.kind === 'insufficient-balance' ? { ...verdict, outcome: 'unknown' } : verdict)),
    notRefused,
  ],
  16: [anythingGoes, /not-sent/],
  17: [
    inTrading(() => ({
      cancel: async (_, { market, clientOrderId }) => ({
        type: 'order',
        symbol: market.symbol,
        clientOrderId,
        status: 'canceled',
      }),
    })),
    /state here and at the venue/,
  ],
  18: [cancelAlwaysWorks, notRefused],
  19: [cancelAlwaysWorks, notRefused],
  20: [cancelAlwaysWorks, /orders cancelled/],
  21: [
    inTrading(({ fetchBalances }) => ({
      fetchBalances: async (p) => ({ ...(await fetchBalances(p)), complete: false }),
    })),
    /total of BTC/,
  ],
  22: [
    inTrading(({ fetchFills }) => ({
      fetchFills: async (p, since) => {
        const { fills } = await fetchFills(p, since);
        return { fills: fills.map(({ fees: _, ...fill }) => fill) };
      },
    })),
    /fees of/,
  ],
  23: [
    inTrading(({ fetchOrder }) => ({
      fetchOrder: async (p, order) => {
        const report = await fetchOrder(p, order);
        return report && { ...report, status: 'open' };
      },
    })),
    /events/,
  ],
  24: [
    inTrading(({ fetchOrder }) => ({
      fetchOrder: async (p, order) => {
        const report = await fetchOrder(p, order);
        return report && { ...report, status: 'expired' };
      },
    })),
    /the order/,
  ],
  25: [unseenIsCanceled, notRefused],
  26: [
    inTrading(({ fetchFills }) => ({
      fetchFills: async (p, since) => {
        const { fills } = await fetchFills(p, since);
        return { fills: fills.flatMap((fill) => [fill, { ...fill, fillId: `${fill.fillId}0` }]) };
      },
    })),
    /events/,
  ],
  27: [
    inTrading(({ fetchFills }) => ({
      fetchFills: (p, since) =>
        fetchFills(p, since).catch(() => ({
          fills: [
            {
              ...({ type: 'fill', symbol: since.market?.symbol ?? '', fillId: 'guessed', at: p.now() } as const),
              ...{ orderId: since.orderId ?? '', price: decimal('60000'), amount: decimal('0.00036') },
            },
          ],
        })),
    })),
    /state, fillsComplete/,
  ],
  28: [without((event) => event.type === 'order' && event.status === 'open'), /the stream tells/],
  29: [without((event) => event.type === 'order' && event.status !== 'open'), /the stream tells/],
  30: [
    inAccountEvents((events) =>
      events.flatMap((event): AccountEvent[] =>
        event.type === 'fill' ? [event, { ...event, fillId: `${event.fillId}0` }] : [event],
      ),
    ),
    /the stream tells/,
  ],
  31: [without(({ type }) => type === 'balances'), /balances/],
  32: [
    inConnector((connector) => ({ closed: (clientOrderId) => connector.closed(clientOrderId) })),
    /condition does not hold/,
  ],
  33: [inAccountStream((stream) => swallowing(stream, decodeJson)), /the message is told/],
  34: [unseenIsCanceled, /state after four answers/],
  35: [
    inTrading(() => ({
      cancel: async (_, { market, clientOrderId }) => ({
        type: 'order',
        symbol: market.symbol,
        clientOrderId,
        status: 'canceled',
      }),
    })),
    /state here and at the venue/,
  ],
  36: [cancelAlwaysWorks, notRefused],
  37: [
    inSpec((spec) => ({ ...spec, orders: { ...spec.orders, settle: { ...spec.orders.settle, lagMs: 1e9 } } })),
    /it is judged not placed/,
  ],
  38: [without((event) => event.type === 'order' && event.status === 'canceled'), /the stream tells/],
  39: [unseenIsCanceled, /state after four answers/],
};
