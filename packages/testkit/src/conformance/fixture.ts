import type { Clock, CredentialsInput, Crypto, Pair, PerpetualSpec, SpotSpec } from '@hb/connector-core';

import type { PerpetualEngine } from '../engine/perpetual/types.js';
import type { Engine } from '../engine/types.js';
import type { Random } from '../random.js';
import type { EmulatedVenue } from '../venue.js';

export type SpotFixture<O, C, W> = Fixture<C, SpotSpec<O, C, W>>;

/** Of a venue with linear contracts. Its emulator leaves marks and payments to the suite; it only tells them. */
export type PerpetualFixture<O, C, W> = Fixture<C, PerpetualSpec<O, C, W>, PerpetualFixtureVenue>;

/** What the suite can be about. */
export type TestedSpec<O, C, W> = SpotSpec<O, C, W> | PerpetualSpec<O, C, W>;

/** All that the suite must be told of a connector; the rest it reads from the spec. */
export type Fixture<C, Spec, Venue = FixtureVenue> = {
  readonly spec: Spec;
  /** Accepted by the emulator. Secrets must be found nowhere else, so give them unusual values. */
  readonly credentials: CredentialsInput<C>;
  /** The venue's options, as a user would pass them. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Two markets of the emulator with different assets: one to trade on, one beside it. */
  readonly markets: readonly [FixtureMarket, FixtureMarket];
  /** A venue of its own for every case, on this clock. */
  readonly createVenue: (parts: VenueParts) => Venue;
};

/** A market as the emulator has it from the start. Its steps are the engine's. */
export type FixtureMarket = {
  readonly pair: Pair;
  /** About where it trades: `'60000'`. */
  readonly price: string;
  readonly minAmount: string;
  readonly minNotional?: string;
};

/** An emulated venue with what the suite must be able to do to it. */
export type FixtureVenue = {
  readonly venue: EmulatedVenue;
  readonly engine: Engine;
  /** What the engine calls the account that the credentials open. */
  readonly account: string;
  /** For the spec's hosts, on loopback: `{ rest: 'http://venue.localhost' }`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** How many requests, orders, messages and connections a rate limit has turned away. */
  readonly limitRefusals: () => number;
  /** The venue changes a market's least amount: listings show it from now on, orders below are refused. */
  readonly setMinAmount: (pair: Pair, minAmount: string) => void;
  /** Ends what authorises the account's streams, as when a listen key runs out. Left out where streams need none. */
  readonly endSession?: () => void;
};

export type PerpetualFixtureVenue = FixtureVenue & { readonly engine: PerpetualEngine };

/** What a venue is made from. Signatures are checked with the real `crypto`. */
export type VenueParts = { readonly clock: Clock; readonly crypto: Crypto; readonly random: Random };
