import type { PerpetualSimulationFixture, WireAnswer } from '@hb/connector-testkit';

import { defaultMarkets } from '../emulator/index.js';
import { binancePerpetual, type Credentials, type Options } from '../src/index.js';
import { createVenue, requests, traded } from './venue.js';

const credentials = {
  apiKey: 'simulationKeyOfSixtyFourLettersAndDigits001122334455667788990AAB',
  apiSecret: 'simulationSecretOfSixtyFourLettersAndDigits00112233445566778AAB',
};

const answer = (status: number, code: number, msg: string): WireAnswer => ({
  status,
  body: JSON.stringify({ code, msg }),
});

const [order, account] = ['"ORDER_TRADE_UPDATE"', '"ACCOUNT_UPDATE"'];

/** Binance USD-M futures against their emulator. */
export const fixture: PerpetualSimulationFixture<Options, Credentials, undefined> = {
  spec: binancePerpetual,
  credentials,
  markets: traded,
  wire: {
    requests,
    // Books and other market data have a route each; the account's names its key.
    streams: { market: '/ws ', account: '/private/ws/' },
    messages: { order, balance: account, book: '"depthUpdate"', trade: '"aggTrade"', subscribe: '"SUBSCRIBE"' },
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
      duplicate: answer(400, -4116, 'ClientOrderId is duplicated.'),
      unlisted: answer(400, -9876, 'This code is in no documentation.'),
      noOrder: answer(400, -2013, 'Order does not exist.'),
      nothingToCancel: answer(400, -2011, 'Unknown order sent.'),
      tooManyOrders: {
        ...answer(429, -1015, 'Too many new orders; current limit is 300 orders per 10 SECOND.'),
        headers: { 'retry-after': '2' },
      },
      tooManyRequests: {
        ...answer(429, -1003, 'Too many requests; current limit is 2400 requests per minute.'),
        headers: { 'retry-after': '3' },
      },
      banned: {
        ...answer(418, -1003, 'Way too many requests; IP banned.'),
        headers: { 'retry-after': '8' },
      },
    },
    unknownMessage: '{"e":"ORDER_TELEPORTED","E":1767225600000,"s":"BTCUSDT"}',
    rewrites: {
      P03: [
        { match: order, from: /"X":"[A-Z_]+"/, to: '"X":"FROZEN"' },
        { match: '"status":', from: /"status":"[A-Z_]+"/, to: '"status":"FROZEN"' },
        { match: account, from: /"ps":"[A-Z]+"/, to: '"ps":"DIAGONAL"' },
        { match: '"positionSide"', from: /"positionSide":"[A-Z]+"/, to: '"positionSide":"DIAGONAL"' },
      ],
      P04: [
        { match: order, from: /"z":"[^"]*",/, to: '' },
        { match: '"executedQty"', from: /"executedQty":"[^"]*",/, to: '' },
        { match: '"depthUpdate"', from: /"pu":\d+,/, to: '' },
        { match: account, from: /"pa":"[^"]*",/, to: '' },
        { match: '"incomeType"', from: /"tranId":\d+,/, to: '' },
      ],
      P05: [
        { match: order, from: /"i":(\d+)/, to: '"i":"$1"' },
        { match: '"depthUpdate"', from: /"u":(\d+)/, to: '"u":"$1"' },
        { match: '"executedQty"', from: /"executedQty":"([^"]*)"/, to: '"executedQty":$1' },
        { match: '"incomeType"', from: /"income":"([^"]*)"/, to: '"income":$1' },
      ],
      P06: [
        {
          match: order,
          from: /"e":"ORDER_TRADE_UPDATE"/,
          to: '"__proto__":{"s":"X"},"constructor":1,"e":"ORDER_TRADE_UPDATE"',
        },
        { match: '"depthUpdate"', from: /"e":"depthUpdate"/, to: '"e":"depthUpdate","__proto__":[],"toString":0' },
      ],
      P08: [
        { match: order, from: /"q":"(\d+)\.?(\d*)"/, to: '"q":"$1.$20000"' },
        { match: '"depthUpdate"', from: /"(\d+\.\d+)"\]/, to: '"$1000"]' },
        { match: account, from: /"wb":"(\d+)\.?(\d*)"/, to: '"wb":"$1.$2000"' },
      ],
      P09: [
        { match: order, from: /"l":"[^"]*"/, to: '"l":"NaN"' },
        { match: order, from: /"z":"[^"]*"/, to: '"z":"1e309"' },
        { match: '"depthUpdate"', from: /\["[^"]*",/, to: '["",' },
        { match: account, from: /"wb":"[^"]*"/, to: '"wb":" "' },
        { match: account, from: /"pa":"[^"]*"/, to: '"pa":"NaN"' },
        { match: '"executedQty"', from: /"executedQty":"[^"]*"/, to: '"executedQty":"-0x1"' },
        { match: '"positionAmt"', from: /"positionAmt":"[^"]*"/, to: '"positionAmt":"1e3"' },
      ],
    },
    heavyUse: ['x-mbx-used-weight-1m', '2390'],
  },
  createVenue: (parts) => createVenue(parts, { credentials, markets: defaultMarkets }),
};
