import {
  refuse,
  type Alarms,
  type PerpetualEngine,
  type PerpetualMarket,
  type PerpetualReads,
} from '@hb/connector-testkit';
import type { Clock } from '@hb/connector-core';

import type { Authority } from './authority.js';
import type { Limits } from './limits.js';
import type { MarketRules } from './markets.js';

/** Everything that a request may look at or change. */
export type Venue = {
  readonly clock: Clock;
  readonly engine: PerpetualEngine;
  readonly authority: Authority;
  readonly limits: Limits;
  /** By the number of the asset. */
  readonly rules: MarketRules[];
  readonly alarms: Alarms;
};

/** Reads may lag behind what commands work on. */
export type Asked = {
  readonly venue: Venue;
  readonly reads: PerpetualReads;
  readonly params: Readonly<Record<string, unknown>>;
};

export type Listed = { readonly rules: MarketRules; readonly market: PerpetualMarket; readonly asset: number };

/** What is told of accounts and markets, now or as a replica has it. */
export type Seen = { readonly engine: PerpetualReads } & Pick<Venue, 'rules' | 'authority'>;

export function seenBy({ venue: { rules, authority }, reads }: Asked): Seen {
  return { engine: reads, rules, authority };
}

export function marketOf({ engine, rules: all }: Pick<Seen, 'engine' | 'rules'>, name: unknown): Listed {
  const asset = all.findIndex((each) => each.name === name);
  const [rules, market] = [all[asset], typeof name === 'string' ? engine.perpetual(name) : undefined];
  if (rules === undefined || market === undefined) throw malformed();
  return { rules, market, asset };
}

export function marketAt({ engine, rules: all }: Venue, asset: number): Listed | undefined {
  const rules = all[asset];
  const market = rules && engine.perpetual(rules.name);
  return rules === undefined || market === undefined ? undefined : { rules, market, asset };
}

/** The account whose address a request names; one that is not known has nothing. */
export function userOf({ venue, params }: Asked): { readonly user: string; readonly account: string } {
  const { user } = params;
  if (typeof user !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(user)) throw malformed();
  const address = user.toLowerCase();
  return { user: address, account: venue.authority.accountOf(address) ?? address };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint */
export function malformed(): Error {
  return refuse(422, 'Failed to deserialize the JSON body into the target type', 422);
}
