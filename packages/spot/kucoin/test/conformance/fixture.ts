import type { SpotFixture } from '@hb/connector-testkit';

import { defaultMarkets } from '../../emulator/index.js';
import { createVenue, fine, traded } from '../../simulation/venue.js';
import { kucoin, type Credentials, type Options } from '../../src/index.js';

type Wire = { readonly feeAsset: string };

const credentials = {
  apiKey: '6720c0ffee5e55000157da42',
  apiSecret: 'canary5e-c2e7-4f0e-9d3a-5ec7e7c0ffee',
  passphrase: 'canaryPassphrase88776655',
};

const markets = [...defaultMarkets, fine];

/** KuCoin against its emulator, orders by the high-frequency API. */
export const fixture: SpotFixture<Options, Credentials, Wire> = {
  spec: kucoin,
  credentials,
  markets: traded,
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
