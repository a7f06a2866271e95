import { checkSignature, checkTiming, findKey, type Security } from '@hb/binance-emulation';
import {
  createBehaviours,
  type ApiKey,
  type Behaviour,
  type EngineReads,
  type Parameter,
  type Parameters,
} from '@hb/connector-testkit';

import { accountRoutes } from './account.js';
import { marketRoutes } from './market-data.js';
import { orderRoutes } from './orders.js';
import { refuseUnknown, toParameters } from './parameters.js';
import type { Route, Venue } from './venue.js';

/** A request as either API reads it. */
type Incoming = {
  readonly address: string;
  readonly pairs: readonly Parameter[];
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
  const behaviours = createBehaviours(venue);

  function authorize(parameters: Parameters, claim: Claim, security: Security): ApiKey {
    const isAdHoc = claim.session === undefined || parameters.text('signature') !== undefined;
    const key = isAdHoc ? findKey(venue.keys, claim.apiKey, security) : claim.session;
    checkTiming(parameters, venue.clock.now());
    if (isAdHoc) checkSignature(venue.crypto, key, claim.signedText, parameters.text('signature'));
    return key;
  }
  function dispatch(
    route: Route,
    call: { venue: Venue; reads: EngineReads; parameters: Parameters },
    claim: Claim,
  ): Executed {
    if (route.security === undefined) return { result: route.run(call) };
    const key = authorize(call.parameters, claim, route.security);
    const settings = venue.accounts.get(key.account);
    if (settings === undefined) throw new RangeError(`there is no account ${key.account}`);
    const result = route.run({ ...call, key, settings });
    return { result, ...(route.countsOrders && { ordersOf: key.account }) };
  }
  return {
    authorize,
    run(route, incoming) {
      const parameters = toParameters(incoming.pairs);
      const weight = typeof route.weight === 'number' ? route.weight : route.weight(parameters);
      const isFree = route.security !== undefined && route.isFreeWhenDone === true;
      venue.limits.admit(incoming.address, isFree ? 0 : weight);
      try {
        refuseUnknown(parameters, [...route.accepts, ...incoming.always, ...(route.security ? securityNames : [])]);
        return behaviours.perform(route.names, (reads) => dispatch(route, { venue, reads, parameters }, incoming));
      } catch (error) {
        if (isFree) venue.limits.addWeight(incoming.address, weight);
        throw error;
      }
    },
    behave: (behaviour) => behaviours.behave(behaviour),
  };
}
