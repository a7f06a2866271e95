import type { PerpetualFixture } from '@hb/connector-testkit';

import { defaultMarkets } from '../../emulator/index.js';
import { createVenue, traded } from '../../simulation/venue.js';
import { binancePerpetual, type Credentials, type Options } from '../../src/index.js';

const credentials = {
  apiKey: 'conformanceKeyOfSixtyFourLettersAndDigits00112233445566778899AAB',
  apiSecret: 'canarySecretOfSixtyFourLettersAndDigits0011223344556677889900AAB',
};

const markets = defaultMarkets;

/** Binance USD-M futures against their emulator. */
export const fixture: PerpetualFixture<Options, Credentials, undefined> = {
  spec: binancePerpetual,
  credentials,
  markets: traded,
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
