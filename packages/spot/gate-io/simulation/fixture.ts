import type { SimulationFixture, WireAnswer } from '@hb/connector-testkit';

import { defaultMarkets } from '../emulator/index.js';
import { gateIo, type Credentials, type Options } from '../src/index.js';
import { createVenue, fine, requests, traded } from './venue.js';

const credentials = {
  apiKey: 's1mulat10n0keys1mulat10n0key0000',
  apiSecret: 's1mulat10n0secrets1mulat10n0secrets1mulat10n0secrets1mulat10n000',
};

const markets = [...defaultMarkets.filter(({ id }) => id === 'BTC_USDT'), fine];

const answer = (status: number, label: string, message: string): WireAnswer => ({
  status,
  body: JSON.stringify({ label, message }),
});
const tooMany = answer(429, 'TOO_MANY_REQUESTS', 'Request Rate Limit Exceeded');

const order = '"channel":"spot.orders","event":"update"';
const book = '"depthUpdate"';
const balance = '"channel":"spot.balances","event":"update"';

/** Gate against its emulator, orders by REST. */
export const fixture: SimulationFixture<Options, Credentials, undefined> = {
  spec: gateIo,
  credentials,
  markets: traded,
  wire: {
    requests,
    streams: { market: '/ws/v4/ ', account: '/v4/ws/spot ' },
    messages: {
      ...{ order, balance, book },
      trade: '"channel":"spot.trades","event":"update"',
      subscribe: '"event":"subscribe"',
    },
    answers: {
      unknown: [
        answer(500, 'INTERNAL', 'Internal server error'),
        answer(503, 'SERVER_ERROR', 'Internal server error'),
        answer(503, 'TOO_BUSY', 'System is busy'),
      ],
      duplicate: answer(400, 'REPEATED_CREATION', 'An open order has this text'),
      unlisted: answer(400, 'NO_SUCH_LABEL', 'This label is in no documentation'),
      noOrder: answer(404, 'ORDER_NOT_FOUND', 'Order not found'),
      nothingToCancel: answer(404, 'ORDER_NOT_FOUND', 'Order not found'),
      tooManyOrders: tooMany,
      tooManyRequests: tooMany,
      banned: { ...tooMany, headers: { 'retry-after': '8' } },
    },
    unknownMessage: '{"time":1767225600,"channel":"spot.teleports","event":"update","result":[{"id":"1"}]}',
    rewrites: {
      P03: [
        { match: order, from: /"event":"(?:put|finish)"/, to: '"event":"frozen"' },
        { match: '"status":', from: /"status":"(?:open|closed|cancelled)"/, to: '"status":"frozen"' },
      ],
      P04: [
        { match: order, from: /"left":"[^"]*",/, to: '' },
        { match: '"filled_total"', from: /"filled_total":"[^"]*",/, to: '' },
        { match: book, from: /"U":\d+,/, to: '' },
        { match: balance, from: /"total":"[^"]*",/, to: '' },
      ],
      P05: [
        { match: order, from: /"left":"([^"]*)"/, to: '"left":$1' },
        { match: book, from: /"u":(\d+)/, to: '"u":"$1"' },
        { match: '"filled_total"', from: /"filled_total":"([^"]*)"/, to: '"filled_total":$1' },
      ],
      P06: [
        { match: order, from: /"result":\[\{/, to: '"result":[{"__proto__":{"id":"X"},"constructor":1,' },
        { match: book, from: /"e":"depthUpdate"/, to: '"e":"depthUpdate","__proto__":[],"toString":0' },
      ],
      P08: [
        { match: order, from: /"amount":"(\d+)"/, to: '"amount":"$1.0000"' },
        { match: order, from: /"amount":"(\d+\.\d+)"/, to: '"amount":"$10000"' },
        { match: book, from: /"(\d+\.\d+)"\]/, to: '"$1000"]' },
      ],
      P09: [
        { match: order, from: /"left":"[^"]*"/, to: '"left":"NaN"' },
        { match: order, from: /"filled_total":"[^"]*"/, to: '"filled_total":"1e309"' },
        { match: book, from: /\["[^"]*",/, to: '["",' },
        { match: balance, from: /"available":"[^"]*"/, to: '"available":" "' },
        { match: '"filled_total"', from: /"left":"[^"]*"/, to: '"left":"-0x1"' },
      ],
    },
    heavyUse: ['x-gate-ratelimit-requests-remain', '1'],
  },
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
