import type { Connector } from '@hb/connector-core';

import type { Ledger } from './ledger.js';

/** Where the rebalancer runs: a venue with a quiet market, and the trader's connector to it. */
export type Place = {
  readonly name: string;
  readonly connector: Connector;
  readonly pair: string;
  /** The pair as the venue calls it. */
  readonly symbol: string;
  /** Under what the ledgers have what is bought. */
  readonly bought: string;
  /** Others sell, and the price falls by some percent. */
  readonly fall: () => Promise<void>;
  /** What the venue says that the trader owns. */
  readonly owned: () => Promise<Ledger>;
  readonly close: () => Promise<void>;
};
