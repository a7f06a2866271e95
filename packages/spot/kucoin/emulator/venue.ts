import { refuse, type VenueRefusal } from '@hb/connector-testkit';
import type {
  ApiKey,
  EngineMarket,
  EngineOrder,
  EngineReads,
  Exchange,
  Named,
  Parameters,
} from '@hb/connector-testkit';

import type { Limits, Pool } from './limits.js';
import type { MarketRules } from './markets.js';

/** Everything that a request may look at or change. */
export type Venue = Exchange & {
  readonly limits: Limits;
  readonly rules: ReadonlyMap<string, MarketRules>;
  readonly tokens: Map<string, Token>;
  /** Orders that the engine never saw: post-only ones that would have taken. */
  readonly cancelled: EngineOrder[];
  /** After how many seconds orders end by themselves, by their ids. */
  readonly lives: Map<number, number>;
  /** By account. */
  readonly deadmen: Map<string, Deadman>;
  /** A token, or a client order id for who sent none. */
  readonly newId: () => string;
  /** Runs later, unless the venue was stopped. Returns what ends it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Tells the owner of an order that the engine never saw. */
  readonly tellCancelled: (order: EngineOrder) => void;
};

/** What a token opens: the socket of an account, or the public one. */
export type Token = { readonly account: string | undefined; readonly endsAt: number };

/** Cancels everything unless it is set again in time. https://www.kucoin.com/docs-new/api-3470172 */
type Deadman = {
  readonly timeout: number;
  readonly symbols: string;
  /** In s. */
  readonly triggerTime: number;
  readonly end: () => void;
};

export type Call = {
  readonly venue: Venue;
  readonly reads: EngineReads;
  readonly parameters: Parameters;
  /** Where the request came in: `127.0.0.1:8080`. */
  readonly host: string;
};
export type SignedCall = Call & { readonly key: ApiKey };

/** One request of the documentation. */
export type Route = Named & { readonly pool: Pool; readonly weight: number } & (
    | { readonly access: 'anyone'; readonly run: (call: Call) => unknown }
    | { readonly access: 'owner' | 'trader'; readonly run: (call: SignedCall) => unknown }
  );

/** What anybody may ask. */
export function open(name: string, weight: number, run: (call: Call) => unknown): Route {
  return { names: [name], pool: 'public', weight, access: 'anyone', run };
}

/** What any key of an account may ask. */
export function own(name: string, weight: number, run: (call: SignedCall) => unknown, pool: Pool = 'spot'): Route {
  return { names: [name], pool, weight, access: 'owner', run };
}

/** What needs a key that may trade. */
export function trade(name: string, weight: number, run: (call: SignedCall) => unknown): Route {
  return { names: [name], pool: 'spot', weight, access: 'trader', run };
}

type Listed = { readonly market: EngineMarket; readonly rules: MarketRules };

/** The market of `symbol`. Throws 400100. */
export function findMarket(call: Call): Listed {
  return marketOf(call, call.parameters.required('symbol'));
}

export function marketOf({ venue, reads }: Pick<Call, 'venue' | 'reads'>, symbol: string): Listed {
  const market = reads.market(symbol);
  const rules = venue.rules.get(symbol);
  if (market === undefined || rules === undefined) throw invalid('symbol not exists');
  return { market, rules };
}

/** What is wrong with a request. Business errors come with status 200. */
export function invalid(message: string): VenueRefusal {
  return refuse('400100', message, 200);
}
