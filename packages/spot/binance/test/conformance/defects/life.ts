import { decimal, decodeJson, type Connector, type Order } from '@hb/connector-core';

import {
  doubled,
  inConnector,
  inMarketStream,
  inPorts,
  inRequests,
  inSpec,
  inTrading,
  inVerdicts,
  notRefused,
  type Planting,
  type Spec,
} from '../defect.js';

const marketsOnce = inSpec((spec) => {
  let known: ReturnType<Spec['market']['fetchMarkets']> | undefined;
  const fetchMarkets: Spec['market']['fetchMarkets'] = (p) => (known ??= spec.market.fetchMarkets(p));
  return { ...spec, market: { ...spec.market, fetchMarkets } };
});

/** Events whose ids are made by counting, anew in each process. */
const toldAnew = inConnector((connector) => {
  const boot = (boots += 1);
  return {
    on: (type, listener) => connector.on(type, (event) => listener({ ...event, id: `${boot} ${event.id}` })),
  };
});
let boots = 0;

/** What changes while a connector runs, and its end. One defect per case. */
export const lifeDefects: Readonly<Record<string, Planting>> = {
  'gap-rules-change': [marketsOnce, /changes told/],
  'gap-rules-unseen': [inVerdicts((verdict) => ({ ...verdict, outcome: 'unknown' })), notRefused],
  'gap-restart': [toldAnew, /opened more than once/],
  'gap-market-halted': [
    inSpec((spec) => ({
      ...spec,
      market: {
        ...spec.market,
        fetchMarkets: async (p) => (await spec.market.fetchMarkets(p)).filter(({ status }) => status === 'trading'),
      },
    })),
    /changes told/,
  ],
  'gap-precision': [
    inTrading(({ place }) => ({
      place: (p, order) => place(p, { ...order, amount: decimal(Number(order.amount.toFixed()).toPrecision(2)) }),
    })),
    /one step more/,
  ],
  'gap-cancel-after-part': [
    inTrading(({ cancel }) => ({
      cancel: async (p, order) => {
        const report = await cancel(p, order);
        return { ...report, filled: doubled(report.filled) };
      },
    })),
    /state and filled/,
  ],
  'gap-cancel-lost-race': [
    inConnector((connector) => ({
      cancel: async (clientOrderId) => {
        const before = connector.order(clientOrderId);
        const after = await connector.cancel(clientOrderId);
        return before ?? after;
      },
    })),
    /state and filled/,
  ],
  'gap-cancel-queued': [
    inConnector((connector) => ({ cancel: async (clientOrderId) => known(connector, clientOrderId) })),
    /state/,
  ],
  'gap-queued-too-long': [inRequests((request) => ({ ...request, sendWithinMs: 30_000 })), notRefused],
  'gap-pairs-under-traffic': [
    inConnector(() => ({ unwatch: async () => undefined })),
    /the book of the market removed/,
  ],
  amend: [
    inTrading(({ amend }) => ({
      ...(amend && {
        amend: {
          ...amend,
          id: 'new',
          run: async (p, order, to) => ({ ...(await amend.run(p, order, to)), orderId: '999', replaces: '18' }),
        },
      }),
    })),
    /the order is filled/,
  ],
  fees: [
    inTrading(({ fetchFees }) => ({
      ...(fetchFees && {
        fetchFees: async (p, market) => {
          const rates = await fetchFees(p, market);
          return { ...rates, maker: rates.maker.times('100') };
        },
      }),
    })),
    /maker and taker rates/,
  ],
  candles: [
    inSpec((spec) => {
      const { candles } = spec.market;
      if (candles === undefined) return spec;
      const fetch: typeof candles.fetch = async (p, market, range) =>
        [...(await candles.fetch(p, market, range))].reverse();
      return { ...spec, market: { ...spec.market, candles: { ...candles, fetch } } };
    }),
    /times/,
  ],
  'gap-stop': [
    inConnector((connector, { ports }) => ({
      stop: async (options) => {
        const left = await connector.stop(options);
        ports?.clock.at(1e9, () => undefined);
        return left;
      },
    })),
    /timers left/,
  ],
  'gap-stop-cancel': [inConnector((connector) => ({ stop: () => connector.stop() })), /orders left/],
  'gap-two-bots': [
    inConnector((connector) => ({ cancelAll: (options) => connector.cancelAll({ ...options, scope: 'account' }) })),
    /orders cancelled/,
  ],
  'gap-memory': [
    inPorts(({ ws }) => {
      const kept: Uint8Array[] = [];
      return {
        ws: {
          open: (url, on, limits) => {
            const frame = (bytes: Uint8Array): void => {
              kept.push(bytes.slice());
              on.frame(bytes);
            };
            return ws.open(url, { ...on, frame }, limits);
          },
        },
      };
    }),
    /KiB behind/,
  ],
  'gap-throughput': [
    inMarketStream((stream) => ({
      ...stream,
      decode: (bytes) => {
        for (let round = 0; round < 60; round += 1) decodeJson(bytes);
        return decodeJson(bytes);
      },
    })),
    /times as long/,
  ],
};

function known(connector: Connector, clientOrderId: string): Order {
  const order = connector.order(clientOrderId);
  if (order === undefined) throw new Error(`no order ${clientOrderId}`);
  return order;
}
