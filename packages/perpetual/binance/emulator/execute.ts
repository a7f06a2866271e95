import {
  checkSignature,
  checkTiming,
  findKey,
  readRequest,
  toNotFound,
  toRetryHeader,
  toSignedText,
  toUsageHeaders,
  type Security,
} from '@hb/binance-emulation';
import { createPerpetualBehaviours, createRouter, isRefusal, toJsonAnswer } from '@hb/connector-testkit';
import type { ApiKey, Behaviour, Parameters, VenueAnswer, VenueRequest } from '@hb/connector-testkit';

import { accountRoutes } from './account.js';
import type { Limits } from './limits.js';
import { marginRoutes } from './margin.js';
import { marketRoutes } from './market-data.js';
import { orderRoutes } from './orders.js';
import { toParameters } from './parameters.js';
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
    const parameters = toParameters(readRequest(request));
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
      if (route === undefined) return toNotFound(request, router.hasPath(request.path) ? 405 : 404);
      const { address } = request;
      try {
        const { result, ordersOf } = run(route, request);
        const orders = ordersOf === undefined ? {} : toUsageHeaders('x-mbx-order-count', venue.limits.orders(ordersOf));
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

function toWeights(limits: Limits, address: string): Record<string, string> {
  return toUsageHeaders('x-mbx-used-weight', limits.weights(address));
}
