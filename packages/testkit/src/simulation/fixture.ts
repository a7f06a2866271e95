import type { CredentialsInput, PerpetualSpec, SpotSpec } from '@hb/connector-core';

import type { FixtureMarket, FixtureVenue, TestedSpec, VenueParts } from '../conformance/fixture.js';
import type { EngineOrder, Execution } from '../engine/types.js';

/** A request that a fault can be about. */
export type SimulatedRequest =
  | 'place'
  | 'cancel'
  | 'amend'
  | 'fetchOrder'
  | 'fetchOpenOrders'
  | 'fetchFills'
  | 'fetchBalances'
  | 'fetchBook'
  | 'fetchMarkets'
  | 'fetchTime';

/** A request of perpetuals that a fault can be about. */
export type MarginRequest = 'fetchPositions' | 'fetchPayments' | 'fetchFunding';

/** Of a spot venue. */
export type SimulationFixture<O, C, W> = Simulated<C, SpotSpec<O, C, W>>;

/** Of a venue with linear contracts, on an engine of perpetuals. Its emulator leaves marks and payments to the simulation; it only tells them. */
export type PerpetualSimulationFixture<O, C, W> = Simulated<C, PerpetualSpec<O, C, W>>;

/** What can be simulated. */
export type AnySimulationFixture<O, C, W> = Simulated<C, TestedSpec<O, C, W>>;

/** All that the simulation must be told of a connector; the rest it reads from the spec. */
export type Simulated<C, Spec> = {
  readonly spec: Spec;
  /** Accepted by the emulator. Secrets must be found nowhere else, so give them unusual values. */
  readonly credentials: CredentialsInput<C>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Where the script trades. */
  readonly markets: readonly FixtureMarket[];
  readonly wire: SimulationWire;
  readonly createVenue: (parts: VenueParts) => SimulationVenue;
};

/** An answer of the venue as it goes over the wire. */
export type WireAnswer = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Replaces what `from` matches in messages or answers that contain `match`. */
export type Rewrite = { readonly match: string; readonly from: RegExp; readonly to: string };

/** How the venue's traffic looks, so that faults can be about parts of it. */
export type SimulationWire = {
  /** Text that only such a request has: `'POST /api/v3/order?'`. Left out: the venue has none, or it goes over a stream. */
  readonly requests: Readonly<Partial<Record<SimulatedRequest | MarginRequest, string>>>;
  /** Text with which every message of a stream begins, the path and a space: `'/ws '`. */
  readonly streams: Readonly<Record<'market' | 'account', string>>;
  /** Text that only messages of that kind have. */
  readonly messages: Readonly<Record<'order' | 'balance' | 'book' | 'trade' | 'subscribe', string>>;
  readonly answers: {
    /** The venue does not know what became of the order. */
    readonly unknown: readonly WireAnswer[];
    /** The client order id is taken. */
    readonly duplicate: WireAnswer;
    /** A code that no documentation has. */
    readonly unlisted: WireAnswer;
    /** A query: there is no such order. */
    readonly noOrder: WireAnswer;
    /** A cancel or an amendment: there is no such order. */
    readonly nothingToCancel: WireAnswer;
    readonly tooManyOrders: WireAnswer;
    readonly tooManyRequests: WireAnswer;
    readonly banned: WireAnswer;
  };
  /** Messages of kinds that no documentation has, to take the place of others on the account's stream. */
  readonly unknownMessage: string;
  /** What makes a message or an answer hard to read, by the id of the fault: `P03`, `P04`. */
  readonly rewrites: Readonly<Record<string, readonly Rewrite[]>>;
  /** Text that refusals have, and no good answer, where they come with status 200 too. */
  readonly refused?: string;
  /** A header that tells how much of a limit is used, close to all of it. */
  readonly heavyUse?: readonly [name: string, value: string];
};

/** A venue that can be made to misbehave from the inside. */
export type SimulationVenue = FixtureVenue & {
  /** From now on such queries answer as things stood `lagMs` ago. Returns what ends it. */
  readonly lag: (request: SimulatedRequest, lagMs: number) => () => void;
  /** The same of queries about positions and funding; left out on spot. */
  readonly lagMargin?: (request: MarginRequest, lagMs: number) => () => void;
  /** Loses the next change of a market's book inside the venue. Left out where books are not numbered. */
  readonly loseBookUpdate?: (symbol: string) => void;
  /** What the venue says of an order that it ended itself, where that is not `expired`. */
  readonly toEnd?: (order: EngineOrder) => 'canceled' | 'rejected';
  /** How fills name a trade; by the venue's id when left out. */
  readonly toFillId?: (execution: Execution) => string;
  /** How long the venue tells of an order that ended without a fill; for ever when left out. */
  readonly forgottenMs?: number;
  /** How deep the venue's books go; as deep as there are orders when left out. */
  readonly bookLevels?: number;
  /** Announces that it will close every connection, and does. */
  readonly shutDown?: (afterMs: number) => void;
};
