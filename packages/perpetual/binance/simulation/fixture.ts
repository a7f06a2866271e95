import { failures, joinRewrites, toFailure, toRewrites } from '@hb/binance-emulation';
import type { PerpetualSimulationFixture } from '@hb/connector-testkit';

import { defaultMarkets } from '../emulator/index.js';
import { binancePerpetual, type Credentials, type Options } from '../src/index.js';
import { createVenue, requests, traded } from './venue.js';

const credentials = {
  apiKey: 'simulationKeyOfSixtyFourLettersAndDigits001122334455667788990AAB',
  apiSecret: 'simulationSecretOfSixtyFourLettersAndDigits00112233445566778AAB',
};

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
      ...failures,
      duplicate: toFailure(400, -4116, 'ClientOrderId is duplicated.'),
      tooManyOrders: toFailure(429, -1015, 'Too many new orders; current limit is 300 orders per 10 SECOND.', 2),
      tooManyRequests: toFailure(429, -1003, 'Too many requests; current limit is 2400 requests per minute.', 3),
      banned: toFailure(418, -1003, 'Way too many requests; IP banned.', 8),
    },
    unknownMessage: '{"e":"ORDER_TELEPORTED","E":1767225600000,"s":"BTCUSDT"}',
    rewrites: joinRewrites(toRewrites('ORDER_TRADE_UPDATE'), {
      P03: [
        { match: account, from: /"ps":"[A-Z]+"/, to: '"ps":"DIAGONAL"' },
        { match: '"positionSide"', from: /"positionSide":"[A-Z]+"/, to: '"positionSide":"DIAGONAL"' },
      ],
      P04: [
        { match: '"depthUpdate"', from: /"pu":\d+,/, to: '' },
        { match: account, from: /"pa":"[^"]*",/, to: '' },
        { match: '"incomeType"', from: /"tranId":\d+,/, to: '' },
      ],
      P05: [{ match: '"incomeType"', from: /"income":"([^"]*)"/, to: '"income":$1' }],
      P08: [{ match: account, from: /"wb":"(\d+)\.?(\d*)"/, to: '"wb":"$1.$2000"' }],
      P09: [
        { match: account, from: /"wb":"[^"]*"/, to: '"wb":" "' },
        { match: account, from: /"pa":"[^"]*"/, to: '"pa":"NaN"' },
        { match: '"executedQty"', from: /"executedQty":"[^"]*"/, to: '"executedQty":"-0x1"' },
        { match: '"positionAmt"', from: /"positionAmt":"[^"]*"/, to: '"positionAmt":"1e3"' },
      ],
    }),
    heavyUse: ['x-mbx-used-weight-1m', '2390'],
  },
  createVenue: (parts) => createVenue(parts, { credentials, markets: defaultMarkets }),
};
