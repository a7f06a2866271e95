import { isConnectorError, type BookUpdate, type OrderReport } from '@hb/connector-core';

import type { TestedSpec } from '../conformance/fixture.js';
import { alterMarket, alterTrading } from './alter-spec.js';

/** Changes a spec so that the connector over it has a bug. Applied once per connector, so that it may keep state. */
export type Defect = {
  readonly name: string;
  /** What somebody could have written. */
  readonly what: string;
  readonly plant: <O, C, W>(spec: TestedSpec<O, C, W>) => TestedSpec<O, C, W>;
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
    plant: (spec) =>
      alterTrading(spec, (trading) => ({
        ...trading,
        place: async (p, order, prepared) => {
          try {
            return await trading.place(p, order, prepared);
          } catch (error) {
            if (!isConnectorError(error) || error.outcome !== 'unknown') throw error;
            return trading.place(p, order, prepared);
          }
        },
      })),
  },
  {
    name: 'fills-from-stream-alone',
    what: 'what the list of fills says is ignored',
    plant: (spec) => alterTrading(spec, (trading) => ({ ...trading, fetchFills: async () => ({ fills: [] }) })),
  },
  {
    name: 'gaps-unseen',
    what: 'changes of a book are applied although others are missing before them',
    plant: (spec) => {
      const last = new Map<string, number>();
      const close = <E extends { readonly type: 'trade' | 'funding' }>(event: BookUpdate | E): BookUpdate | E => {
        if (event.type !== 'book') return event;
        const { sequence, symbol } = event;
        if (sequence.by !== 'range' && sequence.by !== 'chain') return event;
        const before = last.get(symbol) ?? Infinity;
        last.set(symbol, sequence.last);
        const first = Math.min(sequence.first, sequence.by === 'chain' ? before : before + 1);
        return { ...event, sequence: { ...sequence, first } };
      };
      return alterMarket(spec, (market) => {
        // Without the fast way, which would pass by the bug.
        const streams = Object.entries(market.feed.streams ?? {}).map(([name, { scan: _scan, ...stream }]) => {
          const parse: typeof stream.parse = (payload, look) => stream.parse(payload, look).map(close);
          return [name, { ...stream, parse }] as const;
        });
        return { ...market, feed: { ...market.feed, streams: Object.fromEntries(streams) } };
      });
    },
  },
  {
    name: 'not-found-is-canceled',
    what: 'a cancel that finds no order is believed to have found it cancelled',
    plant: (spec) =>
      alterTrading(spec, (trading) => ({
        ...trading,
        cancel: async (p, order): Promise<OrderReport> => {
          try {
            return await trading.cancel(p, order);
          } catch (error) {
            if (!isConnectorError(error, 'order-not-found')) throw error;
            const { market, clientOrderId, orderId } = order;
            const ids = { symbol: market.symbol, clientOrderId, ...(orderId !== undefined && { orderId }) };
            return { type: 'order', ...ids, status: 'canceled' };
          }
        },
      })),
  },
];
