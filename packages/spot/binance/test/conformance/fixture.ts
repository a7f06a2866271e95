import type { SpotFixture } from '@hb/connector-testkit';

import { defaultMarkets } from '../../emulator/index.js';
import { createVenue, fine, traded } from '../../simulation/venue.js';
import { binance, type Credentials, type Options } from '../../src/index.js';

const credentials = {
  apiKey: 'conformanceKeyOfSixtyFourLettersAndDigits00112233445566778899AAB',
  apiSecret: 'canarySecretOfSixtyFourLettersAndDigits0011223344556677889900AAB',
};

const markets = [...defaultMarkets, fine];

/** Binance against its emulator, orders by REST. */
export const fixture: SpotFixture<Options, Credentials, undefined> = {
  spec: binance,
  credentials,
  markets: traded,
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
