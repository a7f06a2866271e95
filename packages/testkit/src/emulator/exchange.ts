import type { Clock, Crypto } from '@hb/connector-core';

import { createEngine } from '../engine/engine.js';
import type { Engine, EngineOptions, FeePlan, MarketDefinition } from '../engine/types.js';
import { openAccounts, type ApiKey, type VenueAccount } from './accounts.js';

export type ExchangeOptions = Pick<EngineOptions, 'selfTrade' | 'clientIds'> & {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  readonly markets: readonly MarketDefinition[];
  /** Decimal places kept of an asset. */
  readonly digits: (asset: string) => number;
  /** Beside those of the markets. */
  readonly otherAssets?: readonly string[];
  readonly accounts: readonly VenueAccount[];
  /** Of accounts that name none. */
  readonly fees: FeePlan;
};

/** What an emulated venue stands on: an engine with markets and funded accounts, and the keys that open them. */
export type Exchange = {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly engine: Engine;
  /** By `apiKey`. */
  readonly keys: ReadonlyMap<string, ApiKey>;
};

/** Throws a `RangeError` for markets, balances or fees that are malformed. */
export function openExchange(options: ExchangeOptions): Exchange {
  const { clock, crypto, markets, digits, otherAssets = [], accounts, fees, ...rules } = options;
  const assets = new Set([...markets.flatMap(({ base, quote }) => [base, quote]), ...otherAssets]);
  const engine = createEngine({
    ...rules,
    now: () => clock.now(),
    assets: Object.fromEntries(Array.from(assets, (asset) => [asset, digits(asset)])),
    markets,
  });
  return { clock, crypto, engine, keys: openAccounts({ engine, crypto }, accounts, fees) };
}
