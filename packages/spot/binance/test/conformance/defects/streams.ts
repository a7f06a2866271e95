import { decimal, decodeJson } from '@hb/connector-core';

import {
  doubled,
  inAccountEvents,
  inAccountStream,
  inConnector,
  inOptions,
  inPorts,
  inSpec,
  lenient,
  misreadAccount,
  swallowing,
  type Planting,
  type Spec,
} from '../defect.js';

const zero = decimal('0');

/** The account’s stream. One defect per case. */
export const streamDefects: Readonly<Record<string, Planting>> = {
  'gap-account-reconnect': [
    inConnector((connector) => ({
      get status() {
        return { ...connector.status, account: 'ready' as const };
      },
    })),
    /the break shows/,
  ],
  'gap-session-expiry': [
    inAccountStream((stream) => ({
      ...stream,
      frame: (message) => {
        const frame = stream.frame(message);
        return frame.type === 'reconnect' ? { type: 'ignore' } : frame;
      },
    })),
    /the new session tells of fills/,
  ],
  'gap-account-silence': [
    inPorts(({ ws }) => ({
      ws: {
        open: (url, on, limits) => {
          const connection = ws.open(url, on, limits);
          return { ...connection, ping: () => on.pong() };
        },
      },
    })),
    /the silence is found out/,
  ],
  'gap-account-audit': [inOptions(() => ({ auditEveryMs: 1e9 })), /the fill is told/],
  'gap-account-duplicates': [
    inSpec((spec) => {
      let arrived = 0;
      return misreadAccount(spec, (events) => {
        arrived += 1;
        return events.map((event) => (event.type === 'fill' ? { ...event, fillId: String(arrived) } : event));
      });
    }),
    /the fills are told/,
  ],
  'gap-account-reordered': [
    inSpec((spec) => {
      // Takes what was filled for what is new since the last message.
      let before = zero;
      return misreadAccount(spec, (events) => {
        const told = events.find((event) => event.type === 'order')?.filled ?? zero;
        const amount = told.minus(before);
        before = told;
        return events.map((event) => (event.type === 'fill' ? { ...event, amount } : event));
      });
    }),
    /events/,
  ],
  'gap-fill-before-ack': [
    inSpec((spec) => {
      let placing = 0;
      const place: Spec['trading']['place'] = async (p, order) => {
        placing += 1;
        try {
          return await spec.trading.place(p, order);
        } finally {
          placing -= 1;
        }
      };
      return misreadAccount({ ...spec, trading: { ...spec.trading, place } }, (events) => (placing > 0 ? [] : events));
    }),
    /condition does not hold/,
  ],
  'gap-open-after-filled': [
    inAccountEvents((events) =>
      events.map((event) =>
        event.type === 'order' && event.status === 'open' ? { ...event, filled: doubled(event.terms?.amount) } : event,
      ),
    ),
    /state/,
  ],
  'input-account-half-frame': [inAccountStream((stream) => swallowing(stream, decodeJson)), /the fill is told/],
  'input-account-nan': [
    inAccountStream((stream) => ({ ...stream, parse: (payload, look) => lenient(() => stream.parse(payload, look)) })),
    /the fill is told/,
  ],
};
