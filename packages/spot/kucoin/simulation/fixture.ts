import type { SimulationFixture, WireAnswer } from '@hb/connector-testkit';

import { defaultMarkets } from '../emulator/index.js';
import { kucoin, type Credentials, type Options } from '../src/index.js';
import { createVenue, fine, requests, traded } from './venue.js';

type Wire = { readonly feeAsset: string };

const credentials = {
  apiKey: '6720c0ffee5e55000157da42',
  apiSecret: 'simulate-c2e7-4f0e-9d3a-5ec7e7c0ffee',
  passphrase: 'simulationPassphrase88776655',
};

const markets = [...defaultMarkets.filter(({ symbol }) => symbol === 'BTC-USDT'), fine];

const answer = (status: number, code: number, msg: string): WireAnswer => ({
  status,
  body: JSON.stringify({ code: String(code), msg }),
});
const tooMany = answer(429, 429000, 'Too many requests in a short period of time, please retry later');

const order = '"orderChange"';
const book = '"trade.l2update"';
const balance = '"account.balance"';
const told = '"dealSize"';

/** KuCoin against its emulator, orders by the high-frequency API. */
export const fixture: SimulationFixture<Options, Credentials, Wire> = {
  spec: kucoin,
  credentials,
  markets: traded,
  wire: {
    requests,
    streams: { market: '/public ', account: '/private ' },
    messages: { order, balance, book, trade: '"trade.l3match"', subscribe: '"subscribe"' },
    answers: {
      unknown: [
        answer(500, 500000, 'Internal Server Error'),
        answer(200, 500000, 'Internal Server Error'),
        answer(503, 503000, 'Service Unavailable'),
      ],
      duplicate: answer(200, 400100, 'validation.createOrder.clientOidDuplicated'),
      unlisted: answer(200, 987654, 'This code is in no documentation.'),
      noOrder: answer(200, 400100, 'The order does not exist.'),
      nothingToCancel: answer(200, 400100, 'order_not_exist_or_not_allow_to_cancel'),
      tooManyOrders: { ...tooMany, headers: { 'gw-ratelimit-reset': '2000' } },
      tooManyRequests: { ...tooMany, headers: { 'gw-ratelimit-reset': '3000' } },
      banned: answer(403, 403, 'Forbidden'),
    },
    unknownMessage: '{"topic":"/spotMarket/tradeOrdersV2","type":"message","subject":"orderTeleported","data":{}}',
    rewrites: {
      P03: [
        { match: order, from: /"status":"[a-z]+"/, to: '"status":"frozen"' },
        { match: '"canceledSize"', from: /"status":"[a-z]+"/, to: '"status":"frozen"' },
      ],
      P04: [
        { match: order, from: /"orderId":"[^"]*",/, to: '' },
        { match: told, from: /"dealSize":"[^"]*",/, to: '' },
        { match: book, from: /"sequenceStart":\d+,/, to: '' },
        { match: balance, from: /"available":"[^"]*",/, to: '' },
      ],
      P05: [
        { match: order, from: /"ts":(\d+)/, to: '"ts":"$1"' },
        { match: book, from: /"sequenceEnd":(\d+)/, to: '"sequenceEnd":"$1"' },
        { match: told, from: /"dealSize":"([^"]*)"/, to: '"dealSize":$1' },
      ],
      P06: [
        { match: order, from: /"subject"/, to: '"__proto__":{"s":"X"},"constructor":1,"subject"' },
        { match: book, from: /"subject"/, to: '"__proto__":[],"toString":0,"subject"' },
      ],
      P08: [
        { match: order, from: /"originSize":"(\d+\.\d+)"/, to: '"originSize":"$10000"' },
        { match: book, from: /"(\d+\.\d+)","(\d+)"\]/, to: '"$1000","$2"]' },
      ],
      P09: [
        { match: order, from: /"matchSize":"[^"]*"/, to: '"matchSize":"NaN"' },
        { match: order, from: /"filledSize":"[^"]*"/, to: '"filledSize":"1e309"' },
        { match: book, from: /\["[^"]*",/, to: '["",' },
        { match: balance, from: /"available":"[^"]*"/, to: '"available":" "' },
        { match: told, from: /"dealSize":"[^"]*"/, to: '"dealSize":"-0x1"' },
      ],
    },
    refused: '"msg":',
    heavyUse: ['gw-ratelimit-remaining', '10'],
  },
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
