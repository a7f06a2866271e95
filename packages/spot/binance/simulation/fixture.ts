import type { SimulationFixture, WireAnswer } from '@hb/connector-testkit';

import { defaultMarkets } from '../emulator/index.js';
import { binance, type Credentials, type Options } from '../src/index.js';
import { createVenue, fine, requests, traded } from './venue.js';

const credentials = {
  apiKey: 'simulationKeyOfSixtyFourLettersAndDigits001122334455667788990AAB',
  apiSecret: 'simulationSecretOfSixtyFourLettersAndDigits00112233445566778AAB',
};

const markets = [...defaultMarkets.filter(({ symbol }) => symbol === 'BTCUSDT'), fine];

const answer = (status: number, code: number, msg: string): WireAnswer => ({
  status,
  body: JSON.stringify({ code, msg }),
});
const tooMuch = 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.';

const order = '"executionReport"';

/** Binance against its emulator, orders by REST. */
export const fixture: SimulationFixture<Options, Credentials, undefined> = {
  spec: binance,
  credentials,
  markets: traded,
  wire: {
    requests,
    streams: { market: '/ws ', account: '/ws-api/v3 ' },
    messages: {
      order,
      balance: '"outboundAccountPosition"',
      book: '"depthUpdate"',
      trade: '"e":"trade"',
      subscribe: '"SUBSCRIBE"',
    },
    answers: {
      unknown: [
        answer(503, -1000, 'Unknown error, please check your request or try again later.'),
        answer(500, -1006, 'An unexpected response was received from the message bus. Execution status unknown.'),
        answer(
          408,
          -1007,
          'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
        ),
      ],
      duplicate: answer(400, -2010, 'Duplicate order sent.'),
      unlisted: answer(400, -9876, 'This code is in no documentation.'),
      noOrder: answer(400, -2013, 'Order does not exist.'),
      nothingToCancel: answer(400, -2011, 'Unknown order sent.'),
      tooManyOrders: {
        ...answer(429, -1015, 'Too many new orders; current limit is 100 orders per 10 SECOND.'),
        headers: { 'retry-after': '2' },
      },
      tooManyRequests: { ...answer(429, -1003, tooMuch), headers: { 'retry-after': '3' } },
      banned: {
        ...answer(418, -1003, 'Way too much request weight used; IP banned.'),
        headers: { 'retry-after': '8' },
      },
    },
    unknownMessage: '{"subscriptionId":0,"event":{"e":"orderTeleported","E":1767225600000,"s":"BTCUSDT"}}',
    rewrites: {
      P03: [
        { match: order, from: /"X":"[A-Z_]+"/, to: '"X":"FROZEN"' },
        { match: '"status":', from: /"status":"[A-Z_]+"/, to: '"status":"FROZEN"' },
      ],
      P04: [
        { match: order, from: /"z":"[^"]*",/, to: '' },
        { match: '"executedQty"', from: /"executedQty":"[^"]*",/, to: '' },
        { match: '"depthUpdate"', from: /"U":\d+,/, to: '' },
        { match: '"outboundAccountPosition"', from: /"u":\d+,/, to: '' },
      ],
      P05: [
        { match: order, from: /"i":(\d+)/, to: '"i":"$1"' },
        { match: '"depthUpdate"', from: /"u":(\d+)/, to: '"u":"$1"' },
        { match: '"executedQty"', from: /"executedQty":"([^"]*)"/, to: '"executedQty":$1' },
      ],
      P06: [
        {
          match: order,
          from: /"e":"executionReport"/,
          to: '"__proto__":{"s":"X"},"constructor":1,"e":"executionReport"',
        },
        { match: '"depthUpdate"', from: /"e":"depthUpdate"/, to: '"e":"depthUpdate","__proto__":[],"toString":0' },
      ],
      P08: [
        { match: order, from: /"q":"(\d+)\.?(\d*)"/, to: '"q":"$1.$20000"' },
        { match: '"depthUpdate"', from: /"(\d+\.\d+)"\]/, to: '"$1000"]' },
      ],
      P09: [
        { match: order, from: /"l":"[^"]*"/, to: '"l":"NaN"' },
        { match: order, from: /"z":"[^"]*"/, to: '"z":"1e309"' },
        { match: '"depthUpdate"', from: /\["[^"]*",/, to: '["",' },
        { match: '"outboundAccountPosition"', from: /"f":"[^"]*"/, to: '"f":" "' },
        { match: '"executedQty"', from: /"executedQty":"[^"]*"/, to: '"executedQty":"-0x1"' },
      ],
    },
    heavyUse: ['x-mbx-used-weight-1m', '5990'],
  },
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
