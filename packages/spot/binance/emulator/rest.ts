import { readRequest, toNotFound, toRetryHeader, toSignedText, toUsageHeaders } from '@hb/binance-emulation';
import { createRouter, isRefusal, toJsonAnswer, type VenueAnswer, type VenueRequest } from '@hb/connector-testkit';

import { routes, type Executed, type Executor } from './execute.js';
import type { Limits } from './limits.js';
import { toErrorBody } from './rejection.js';

type Parts = { readonly executor: Executor; readonly limits: Limits; readonly now: () => number };

const json = { 'content-type': 'application/json;charset=UTF-8' } as const;
const router = createRouter(routes);

/** The REST API. https://developers.binance.com/docs/binance-spot-api-docs/rest-api */
export function answerRest({ executor, limits, now }: Parts, request: VenueRequest): VenueAnswer {
  const route = router.find(`${request.method} ${request.path}`)?.route;
  if (route === undefined) return toNotFound(request, router.hasPath(request.path) ? 405 : 404);
  const { query, body, address } = request;
  try {
    const executed = executor.run(route, {
      address,
      pairs: readRequest(request),
      always: [],
      apiKey: request.headers.get('x-mbx-apikey'),
      signedText: toSignedText(query, body),
    });
    const headers = { ...json, ...toWeightHeaders(limits, address), ...toOrderHeaders(limits, executed) };
    return toJsonAnswer(200, executed.result, headers);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const headers = { ...json, ...toWeightHeaders(limits, address), ...toRetryHeader(error, now()) };
    return toJsonAnswer(error.status, toErrorBody(error), headers);
  }
}

function toWeightHeaders(limits: Limits, address: string): Record<string, string> {
  const weights = limits.weights(address);
  const headers = toUsageHeaders('x-mbx-used-weight', weights);
  const [minute] = weights;
  if (minute !== undefined) headers['x-mbx-used-weight'] = String(minute.count);
  return headers;
}

function toOrderHeaders(limits: Limits, { ordersOf }: Executed): Record<string, string> {
  return ordersOf === undefined ? {} : toUsageHeaders('x-mbx-order-count', limits.orders(ordersOf));
}
