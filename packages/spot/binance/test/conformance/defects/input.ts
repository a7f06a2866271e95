import { decodeJson } from '@hb/connector-core';

import {
  anythingGoes,
  failedIsRefused,
  inConnector,
  inOptions,
  inRequests,
  inTrading,
  notRefused,
  uncapped,
  type Planting,
} from '../defect.js';
import { fixture } from '../fixture.js';

const readsAnyNumber = inTrading(({ fetchBalances }) => ({
  fetchBalances: (p) =>
    fetchBalances({
      ...p,
      call: (at, params, read) =>
        p.call(at, params, (json) => read(decodeJson(JSON.stringify(json).replace(/"?(?:NaN|1e1000000)"?/g, '"0"')))),
    }),
}));

/** What callers and venues get wrong. One defect per case. */
export const inputDefects: Readonly<Record<string, Planting>> = {
  'input-wrong-pair': [
    inRequests((request) => (request.pair === 'NO-SUCH' ? { ...request, pair: 'BTC-USDT' } : request)),
    notRefused,
  ],
  'input-price-rounds-to-nothing': [anythingGoes, /"not-sent" was expected/],
  'input-amount-too-small': [anythingGoes, /"not-sent" was expected/],
  'input-number': [inRequests((request) => ({ ...request, amount: '0.1' })), notRefused],
  'input-nan': [inRequests((request) => ({ ...request, amount: '0.1' })), notRefused],
  'input-huge-exponent': [
    inRequests((request) => (request.type === 'limit' ? { ...request, price: '60000' } : request)),
    notRefused,
  ],
  'input-not-positive': [inRequests((request) => ({ ...request, amount: '0.1' })), notRefused],
  'input-unknown-order': [
    inConnector((connector) => ({
      cancel: async (clientOrderId) => {
        await connector.refresh('balances');
        return connector.cancel(clientOrderId);
      },
    })),
    /requests/,
  ],
  'input-used-id': [inRequests(({ clientOrderId: _, ...request }) => request), notRefused],
  'input-bad-id': [inRequests(({ clientOrderId: _, ...request }) => request), notRefused],
  'input-missing-credentials': [inOptions(() => ({ credentials: fixture.credentials })), /status/],
  'input-wrong-credentials': [inOptions(() => ({ credentials: fixture.credentials })), notRefused],
  'input-html': [failedIsRefused, /bytes of text\/html/],
  'input-half-body': [failedIsRefused, /bytes of application\/json/],
  'input-50-mb': [uncapped, notRefused],
  'input-gzip-bomb': [uncapped, notRefused],
  'input-answer-nan': [readsAnyNumber, notRefused],
  'input-answer-huge-exponent': [readsAnyNumber, notRefused],
  'input-19-digit-id': [
    inTrading(({ place }) => ({
      place: async (p, order) => {
        const report = await place(p, order);
        return { ...report, orderId: String(BigInt(Number(report.orderId))) };
      },
    })),
    /orderId/,
  ],
};
