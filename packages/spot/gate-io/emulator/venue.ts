import { refuse, type ApiKey, type EngineMarket, type EngineReads, type Exchange } from '@hb/connector-testkit';
import type { Named, Parameter, ParameterProblem, Parameters, VenueLimits, VenueRefusal } from '@hb/connector-testkit';

import type { MarketRules } from './markets.js';

/** Per endpoint and address, per endpoint and account, commands per account. https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule */
export type LimitName = 'public' | 'private' | 'orders' | 'socketOrders' | 'cancels';

/** Everything that a request may look at or change. */
export type Venue = Exchange & {
  readonly rules: ReadonlyMap<string, MarketRules>;
  readonly limits: VenueLimits<LimitName>;
  /** Cancels the orders of a market, or of all, after so many seconds; zero disarms. */
  readonly countDown: (account: string, market: string | undefined, seconds: number) => void;
};

/** `body`: the JSON that came, for requests that bring a list. */
export type Call = {
  readonly venue: Venue;
  readonly reads: EngineReads;
  readonly parameters: Parameters;
  readonly body: unknown;
};
export type SignedCall = Call & { readonly key: ApiKey };

/** One request of the documentation, by REST and over the socket: `POST /api/v4/spot/orders`, `spot.order_place`. */
export type Route = Named & { readonly limit?: 'orders' | 'cancels'; readonly status?: number } & (
    | { readonly isPublic: true; readonly run: (call: Call) => unknown }
    | { readonly isPublic?: never; readonly run: (call: SignedCall) => unknown }
  );

export function invalid(message: string): VenueRefusal {
  return refuse('INVALID_PARAM_VALUE', message);
}

/** In the venue's words. */
export function toProblem({ name, ...problem }: ParameterProblem): VenueRefusal {
  if (problem.type === 'missing') return refuse('MISSING_REQUIRED_PARAM', `Missing required parameter: ${name}`);
  if (problem.type === 'too-precise')
    return refuse('INVALID_PRECISION', `Invalid ${name} precision: ${problem.digits} decimal places at most`);
  return invalid(`Invalid parameter: ${name}`);
}

type Found = { readonly market: EngineMarket; readonly rules: MarketRules };

/** The market of `currency_pair`. */
export function marketOf({ venue, parameters }: Pick<Call, 'venue' | 'parameters'>, given?: string): Found {
  const id = given ?? parameters.required('currency_pair');
  const [market, rules] = [venue.engine.market(id), venue.rules.get(id)];
  if (market === undefined || rules === undefined) throw refuse('INVALID_CURRENCY_PAIR', `Invalid currency pair ${id}`);
  return { market, rules };
}

/** Of all markets, or of the one that was asked for. */
export function marketsOf(call: Call): readonly EngineMarket[] {
  const id = call.parameters.text('currency_pair');
  return id === undefined ? call.reads.markets() : [marketOf(call, id).market];
}

/** A numbered page, newest first. */
export function paged<T>({ parameters }: Call, items: readonly T[], most: number): readonly T[] {
  const [limit, page] = [parameters.limit(100, most), parameters.integer('page') ?? 1];
  if (page < 1 || limit * (page - 1) > 100_000) throw invalid('Invalid parameter: page');
  return items.toReversed().slice((page - 1) * limit, page * limit);
}

/** Whether a time lies within `from` and `to`, in seconds, of at most 30 days; 7 days where one of them is left out. */
export function spanOf({ parameters, venue }: Call): (at: number) => boolean {
  const [from, to] = [parameters.integer('from'), parameters.integer('to')];
  const [now, week] = [Math.floor(venue.clock.now() / 1_000) + 1, 7 * 86_400];
  const last = to ?? (from === undefined ? now : Math.min(now, from + week));
  const first = from ?? last - week;
  if (last - first > 30 * 86_400 || last < first) throw invalid('Invalid time range: 30 days at most');
  return (at) => at >= first * 1_000 && at < (last + 1) * 1_000;
}

/** Two lists of names, the first one wins. */
export function merged(first: readonly Parameter[], second: readonly Parameter[]): readonly Parameter[] {
  const names = new Set(first.map(([name]) => name));
  return [...first, ...second.filter(([name]) => !names.has(name))];
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
