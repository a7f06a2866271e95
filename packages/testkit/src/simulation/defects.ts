import { isConnectorError, type MarketEvent, type OrderReport, type SpotSpec } from '@hb/connector-core';

/** Changes a spec so that the connector over it has a bug. Applied once per connector, so that it may keep state. */
export type Defect = {
  readonly name: string;
  /** What somebody could have written. */
  readonly what: string;
  readonly plant: <O, C, W>(spec: SpotSpec<O, C, W>) => SpotSpec<O, C, W>;
};

/** Known bugs, to show that the simulation finds such. */
export const defects: readonly Defect[] = [
  {
    name: 'server-error-is-refusal',
    what: 'an HTTP 5xx is believed to mean that an order was not accepted',
    plant: (spec) => ({
      ...spec,
      judge: (answer, at) => {
        const verdict = spec.judge(answer, at);
        return verdict && answer.status >= 500 ? { ...verdict, outcome: 'refused' } : verdict;
      },
    }),
  },
  {
    name: 'blind-resend',
    what: 'an order is sent again when its answer is lost',
    plant: (spec) => ({
      ...spec,
      trading: {
        ...spec.trading,
        place: async (p, order, prepared) => {
          try {
            return await spec.trading.place(p, order, prepared);
          } catch (error) {
            if (!isConnectorError(error) || error.outcome !== 'unknown') throw error;
            return spec.trading.place(p, order, prepared);
          }
        },
      },
    }),
  },
  {
    name: 'fills-from-stream-alone',
    what: 'what the list of fills says is ignored',
    plant: (spec) => ({
      ...spec,
      trading: { ...spec.trading, fetchFills: async () => ({ fills: [] }) },
    }),
  },
  {
    name: 'gaps-unseen',
    what: 'changes of a book are applied although others are missing before them',
    plant: (spec) => {
      const last = new Map<string, number>();
      const close = (event: MarketEvent): MarketEvent => {
        if (event.type !== 'book' || event.sequence.by !== 'range') return event;
        const first = Math.min(event.sequence.first, (last.get(event.symbol) ?? Infinity) + 1);
        last.set(event.symbol, event.sequence.last);
        return { ...event, sequence: { ...event.sequence, first } };
      };
      const { feed } = spec.market;
      // Without the fast way, which would pass by the bug.
      const streams = Object.entries(feed.streams ?? {}).map(([name, { scan: _scan, ...stream }]) => {
        const parse: typeof stream.parse = (payload, look) => stream.parse(payload, look).map(close);
        return [name, { ...stream, parse }] as const;
      });
      return { ...spec, market: { ...spec.market, feed: { ...feed, streams: Object.fromEntries(streams) } } };
    },
  },
  {
    name: 'not-found-is-canceled',
    what: 'a cancel that finds no order is believed to have found it cancelled',
    plant: (spec) => ({
      ...spec,
      trading: {
        ...spec.trading,
        cancel: async (p, order): Promise<OrderReport> => {
          try {
            return await spec.trading.cancel(p, order);
          } catch (error) {
            if (!isConnectorError(error, 'order-not-found')) throw error;
            const { market, clientOrderId, orderId } = order;
            const ids = { symbol: market.symbol, clientOrderId, ...(orderId !== undefined && { orderId }) };
            return { type: 'order', ...ids, status: 'canceled' };
          }
        },
      },
    }),
  },
];
