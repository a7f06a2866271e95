import type { SpotFixture } from '@hb/connector-testkit';

import { defaultMarkets } from '../../emulator/index.js';
import { createVenue, fine, traded } from '../../simulation/venue.js';
import { gateIo, type Credentials, type Options } from '../../src/index.js';

const credentials = {
  apiKey: 'c0nf0rmance0keyc0nf0rmance0key00',
  apiSecret: 'canary0secret0canary0secret0canary0secret0canary0secret0canary00',
};

const markets = [...defaultMarkets, fine];

/** Gate against its emulator, orders by REST. */
export const fixture: SpotFixture<Options, Credentials, undefined> = {
  spec: gateIo,
  credentials,
  markets: traded,
  createVenue: (parts) => createVenue(parts, { credentials, markets }),
};
