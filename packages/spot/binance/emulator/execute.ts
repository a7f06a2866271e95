import { accountRoutes } from './account.js';
import { checkSignature, checkTiming, findKey, type ApiKey, type Security } from './authority.js';
import { marketRoutes } from './market-data.js';
import { orderRoutes } from './orders.js';
import { createParameters, refuseUnknown, type Parameters } from './parameters.js';
import { refuse } from './refusal.js';
import { asOf } from './replica.js';
import type { Reads, Route, Venue } from './venue.js';

/** Something odd that the venue does, as data. Counted per behaviour, over the requests that go by its name in either API. */
export type Behaviour = {
  /** `GET /api/v3/order` or `order.status`. */
  readonly at: string;
  /** The first request that it happens to, from 1; 1 when left out. */
  readonly nth?: number;
  /** How many in a row; all that follow when left out. */
  readonly times?: number;
} & (
  | {
      /** Reads answer as things stood this long ago. */
      readonly lagMs: number;
    }
  | {
      /** The answer; `acted`: the request was carried out all the same, its outcome is just not told. */
      readonly answer: { readonly status: number; readonly code: number; readonly message: string };
      readonly acted: boolean;
    }
);

/** A request as either API reads it. */
type Incoming = {
  readonly address: string;
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** Names that every request of that API may bring, beside those of security. */
  readonly always: readonly string[];
} & Claim;

/** Who somebody says to be: by a key and a signature, or by a session that proved it. */
type Claim = {
  readonly apiKey: string | undefined;
  readonly signedText: string;
  readonly session?: ApiKey | undefined;
};

/** What an answer tells beside its content. */
export type Executed = { readonly result: unknown; readonly ordersOf?: string };

export interface Executor {
  /** Throws the venue's refusal. */
  run(route: Route, incoming: Incoming): Executed;
  /** The key that may do this. Throws -2014, -2015, -1021, -1022 or -1102. */
  authorize(parameters: Parameters, claim: Claim, security: Security): ApiKey;
  /** Returns what ends it. */
  behave(behaviour: Behaviour): () => void;
}

export const routes: readonly Route[] = [...marketRoutes, ...accountRoutes, ...orderRoutes];

const securityNames = ['recvWindow', 'timestamp', 'signature'];

export function createExecutor(venue: Venue): Executor {
  const behaviours = new Map<Behaviour, { count: number }>();

  function authorize(parameters: Parameters, claim: Claim, security: Security): ApiKey {
    const isAdHoc = claim.session === undefined || parameters.text('signature') !== undefined;
    const key = isAdHoc ? findKey(venue.keys, claim.apiKey, security) : claim.session;
    checkTiming(parameters, venue.clock.now());
    if (isAdHoc) checkSignature(venue.crypto, key, claim.signedText, parameters.text('signature'));
    return key;
  }
  function perform(route: Route, parameters: Parameters, incoming: Incoming): Executed {
    refuseUnknown(parameters, [...route.accepts, ...incoming.always, ...(route.security ? securityNames : [])]);
    const odd = strike(route);
    const lagging = odd.find((behaviour) => 'lagMs' in behaviour);
    const reads: Reads = lagging === undefined ? venue.engine : asOf(venue.engine, venue.clock.now() - lagging.lagMs);
    const answered = odd.find((behaviour) => 'answer' in behaviour);
    if (answered?.acted === false) throw told(answered.answer);
    const executed = dispatch(route, { venue, reads, parameters }, incoming);
    if (answered !== undefined) throw told(answered.answer);
    return executed;
  }
  function dispatch(
    route: Route,
    call: { venue: Venue; reads: Reads; parameters: Parameters },
    claim: Claim,
  ): Executed {
    if (route.security === undefined) return { result: route.run(call) };
    const key = authorize(call.parameters, claim, route.security);
    const settings = venue.accounts.get(key.account);
    if (settings === undefined) throw new RangeError(`there is no account ${key.account}`);
    const result = route.run({ ...call, key, settings });
    return { result, ...(route.countsOrders && { ordersOf: key.account }) };
  }
  /** The behaviours that this request meets. */
  function strike({ names }: Route): readonly Behaviour[] {
    return [...behaviours].flatMap(([behaviour, state]) => {
      const { at, nth = 1, times = Infinity } = behaviour;
      if (!names.includes(at)) return [];
      state.count += 1;
      return state.count >= nth && state.count < nth + times ? [behaviour] : [];
    });
  }
  return {
    authorize,
    run(route, incoming) {
      const parameters = createParameters(incoming.pairs);
      const weight = typeof route.weight === 'number' ? route.weight : route.weight(parameters);
      const isFree = route.security !== undefined && route.isFreeWhenDone === true;
      venue.limits.admit(incoming.address, isFree ? 0 : weight);
      try {
        return perform(route, parameters, incoming);
      } catch (error) {
        if (isFree) venue.limits.addWeight(incoming.address, weight);
        throw error;
      }
    },
    behave(behaviour) {
      behaviours.set(behaviour, { count: 0 });
      return () => behaviours.delete(behaviour);
    },
  };
}

function told({ status, code, message }: { status: number; code: number; message: string }) {
  return refuse(code, message, status);
}
