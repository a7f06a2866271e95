import { failures, joinRewrites, toFailure, toRewrites } from '@hb/binance-emulation';
import type { SimulationFixture } from '@hb/connector-testkit';

import { defaultMarkets } from '../emulator/index.js';
import { binance, type Credentials, type Options } from '../src/index.js';
import { createVenue, fine, requests, traded } from './venue.js';

const credentials = {
  apiKey: 'simulationKeyOfSixtyFourLettersAndDigits001122334455667788990AAB',
  apiSecret: 'simulationSecretOfSixtyFourLettersAndDigits00112233445566778AAB',
};

const markets = [...defaultMarkets.filter(({ symbol }) => symbol === 'BTCUSDT'), fine];

const tooMuch = 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.';

/** Binance against its emulator, orders by REST. */
export const fixture: SimulationFixture<Options, Credentials, undefined> = {
  spec: binance,
  credentials,
  markets: traded,
  wire: {
    requests,
    streams: { market: '/ws ', account: '/ws-api/v3 ' },
    messages: {
      order: '"executionReport"',
      balance: '"outboundAccountPosition"',
      book: '"depthUpdate"',
      trade: '"e":"trade"',
      subscribe: '"SUBSCRIBE"',
    },
    answers: {
      ...failures,
      duplicate: toFailure(400, -2010, 'Duplicate order sent.'),
      tooManyOrders: toFailure(429, -1015, 'Too many new orders; current limit is 100 orders per 10 SECOND.', 2),
      tooManyRequests: toFailure(429, -1003, tooMuch, 3),
      banned: toFailure(418, -1003, 'Way too much request weight used; IP banned.', 8),
    },
    unknownMessage: '{"subscriptionId":0,"event":{"e":"orderTeleported","E":1767225600000,"s":"BTCUSDT"}}',
    rewrites: joinRewrites(toRewrites('executionReport'), {
      P04: [
        { match: '"depthUpdate"', from: /"U":\d+,/, to: '' },
        { match: '"outboundAccountPosition"', from: /"u":\d+,/, to: '' },
      ],
      P09: [
        { match: '"outboundAccountPosition"', from: /"f":"[^"]*"/, to: '"f":" "' },
        { match: '"executedQty"', from: /"executedQty":"[^"]*"/, to: '"executedQty":"-0x1"' },
      ],
    }),
    heavyUse: ['x-mbx-used-weight-1m', '5990'],
  },
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
