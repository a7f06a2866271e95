import { createPerpetualBehaviours, createRouter, isRefusal, toJsonAnswer } from '@hb/connector-testkit';
import type {
  ApiKey,
  Behaviour,
  Parameter,
  Parameters,
  VenueAnswer,
  VenueRefusal,
  VenueRequest,
} from '@hb/connector-testkit';

import { accountRoutes } from './account.js';
import { checkSignature, checkTiming, findKey, toSignedText, type Security } from './authority.js';
import { toIntervalLetters, type CountedLimit, type Limits } from './limits.js';
import { marginRoutes } from './margin.js';
import { marketRoutes } from './market-data.js';
import { orderRoutes } from './orders.js';
import { readPairs, toParameters } from './parameters.js';
import type { Route, Venue } from './venue.js';

const router = createRouter([...marketRoutes, ...accountRoutes, ...orderRoutes, ...marginRoutes]);
const json = { 'content-type': 'application/json' } as const;

export type Rest = {
  readonly answer: (request: VenueRequest) => VenueAnswer;
  /** Returns what ends it. */
  readonly behave: (behaviour: Behaviour) => () => void;
};

/** The REST API. https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info */
export function createRest(venue: Venue): Rest {
  const behaviours = createPerpetualBehaviours(venue);

  function authorize(parameters: Parameters, request: VenueRequest, security: Security): ApiKey {
    const key = findKey(venue.keys, request.headers.get('x-mbx-apikey'), security);
    if (security === 'USER_STREAM') return key;
    checkTiming(parameters, venue.clock.now());
    checkSignature(venue.crypto, key, toSignedText(request.query, request.body), parameters.text('signature'));
    return key;
  }
  function run(route: Route, request: VenueRequest): { readonly result: unknown; readonly ordersOf?: string } {
    const parameters = toParameters(readAll(request));
    venue.limits.admit(request.address, typeof route.weight === 'number' ? route.weight : route.weight(parameters));
    return behaviours.perform(route.names, (reads) => {
      if (route.security === undefined) return { result: route.run({ venue, reads, parameters }) };
      const key = authorize(parameters, request, route.security);
      const result = route.run({ venue, reads, parameters, key });
      return { result, ...(route.countsOrders === true && { ordersOf: key.account }) };
    });
  }
  return {
    answer: (request) => {
      const route = router.find(`${request.method} ${request.path}`)?.route;
      if (route === undefined) return toNotFound(request);
      const { address } = request;
      try {
        const { result, ordersOf } = run(route, request);
        const orders = ordersOf === undefined ? {} : toHeaders('x-mbx-order-count', venue.limits.orders(ordersOf));
        return toJsonAnswer(200, result, { ...json, ...toWeights(venue.limits, address), ...orders });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const headers = { ...json, ...toWeights(venue.limits, address), ...toRetryHeader(error, venue.clock.now()) };
        return toJsonAnswer(error.status, { code: error.code, msg: error.message }, headers);
      }
    },
    behave: (behaviour) => behaviours.behave(behaviour),
  };
}

/** A name that is in the query counts there, not in the body. */
function readAll({ query, body }: VenueRequest): readonly Parameter[] {
  const inQuery = readPairs(query);
  const names = new Set(inQuery.map(([name]) => name));
  return [...inQuery, ...readPairs(body).filter(([name]) => !names.has(name))];
}

function toWeights(limits: Limits, address: string): Record<string, string> {
  return toHeaders('x-mbx-used-weight', limits.weights(address));
}

function toHeaders(name: string, counted: readonly CountedLimit[]): Record<string, string> {
  return Object.fromEntries(counted.map((limit) => [`${name}-${toIntervalLetters(limit)}`, String(limit.count)]));
}

function toRetryHeader({ details }: VenueRefusal, now: number): Record<string, string> {
  if (details.retryAt === undefined) return {};
  return { 'retry-after': String(Math.ceil((details.retryAt - now) / 1_000)) };
}

function toNotFound({ method, path }: VenueRequest): VenueAnswer {
  const status = router.hasPath(path) ? 405 : 404;
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html><body><h2>${status} ${method} ${path}</h2></body></html>`,
  };
}
