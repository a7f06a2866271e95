import type { Clock, Crypto } from '@hb/connector-core';

import { createEngine } from '../engine/engine.js';
import { createPerpetualEngine } from '../engine/perpetual/engine.js';
import type { PerpetualDefinition, PerpetualEngine } from '../engine/perpetual/types.js';
import type { Engine, EngineOptions, FeePlan, MarketDefinition } from '../engine/types.js';
import { openAccounts, type ApiKey, type VenueAccount } from './accounts.js';

/** What an emulated venue trades, for whom and under which rules. */
export type ExchangeOptions<M = MarketDefinition> = Pick<EngineOptions, 'selfTrade' | 'clientIds'> & {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  readonly markets: readonly M[];
  /** Decimal places kept of an asset. */
  readonly digits: (asset: string) => number;
  /** Beside those of the markets. */
  readonly otherAssets?: readonly string[];
  readonly accounts: readonly VenueAccount[];
  /** Of accounts that name none. */
  readonly fees: FeePlan;
};

/** What an emulated venue stands on: an engine with markets and funded accounts, and the keys that open them. */
export type Exchange<E = Engine> = {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly engine: E;
  /** By `apiKey`. */
  readonly keys: ReadonlyMap<string, ApiKey>;
};

/** Of spot markets. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function openExchange(options: ExchangeOptions): Exchange {
  const assets = options.markets.flatMap(({ base, quote }) => [base, quote]);
  return openWith(createEngine({ ...toEngineOptions(options, assets), markets: options.markets }), options);
}

/** Of perpetuals. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function openPerpetualExchange(options: ExchangeOptions<PerpetualDefinition>): Exchange<PerpetualEngine> {
  const assets = options.markets.map(({ perpetual }) => perpetual.settle);
  return openWith(createPerpetualEngine({ ...toEngineOptions(options, assets), markets: options.markets }), options);
}

type Common = Omit<ExchangeOptions, 'markets'>;

function toEngineOptions({ clock, digits, otherAssets = [], selfTrade, clientIds }: Common, traded: readonly string[]) {
  const assets = new Set([...traded, ...otherAssets]);
  return {
    now: () => clock.now(),
    assets: Object.fromEntries(Array.from(assets, (asset) => [asset, digits(asset)])),
    ...(selfTrade !== undefined && { selfTrade }),
    ...(clientIds !== undefined && { clientIds }),
  };
}

function openWith<E extends Engine>(engine: E, { clock, crypto, accounts, fees }: Common): Exchange<E> {
  return { clock, crypto, engine, keys: openAccounts({ engine, crypto }, accounts, fees) };
}
