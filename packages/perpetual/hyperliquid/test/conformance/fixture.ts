import type { PerpetualFixture } from '@hb/connector-testkit';

import { createVenue, traded } from '../../simulation/venue.js';
import { hyperliquidPerpetual, type Credentials, type Options, type Wire } from '../../src/index.js';

/** Made up for tests. */
const [owner, agent] = [`0x${'0123456789abcdef'.repeat(4)}`, `0x${'fedcba9876543210'.repeat(4)}`];

/** Hyperliquid's perpetuals against their emulator, with the key of an agent. */
export const fixture: PerpetualFixture<Options, Credentials, Wire> = {
  spec: hyperliquidPerpetual,
  credentials: { privateKey: agent, address: '0xfcad0b19bb29d4674531d6f115237e16afce377c' },
  markets: traded,
  createVenue: (parts) => createVenue(parts, { owner, agent }),
};
