import { createRouter, isRefusal, toJsonAnswer } from '@hb/connector-testkit';
import type { Parameter, VenueAnswer, VenueRefusal, VenueRequest } from '@hb/connector-testkit';

import { toSignedText } from './authority.js';
import { routes, type Executed, type Executor } from './execute.js';
import { toIntervalLetters, type CountedLimit, type Limits } from './limits.js';
import { readPairs } from './parameters.js';
import { toErrorBody } from './rejection.js';

type Parts = { readonly executor: Executor; readonly limits: Limits; readonly now: () => number };

const json = { 'content-type': 'application/json;charset=UTF-8' } as const;
const router = createRouter(routes);

/** The REST API. https://developers.binance.com/docs/binance-spot-api-docs/rest-api */
export function answerRest({ executor, limits, now }: Parts, request: VenueRequest): VenueAnswer {
  const route = router.find(`${request.method} ${request.path}`)?.route;
  if (route === undefined) return toNotFound(request);
  const { query, body, address } = request;
  try {
    const executed = executor.run(route, {
      address,
      pairs: readAll(query, body),
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

/** A name that is in the query counts there, not in the body. */
function readAll(query: string, body: string): readonly Parameter[] {
  const inQuery = readPairs(query);
  const names = new Set(inQuery.map(([name]) => name));
  return [...inQuery, ...readPairs(body).filter(([name]) => !names.has(name))];
}

function toWeightHeaders(limits: Limits, address: string): Record<string, string> {
  const weights = limits.weights(address);
  const headers = toHeaders('x-mbx-used-weight', weights);
  const [minute] = weights;
  if (minute !== undefined) headers['x-mbx-used-weight'] = String(minute.count);
  return headers;
}

function toOrderHeaders(limits: Limits, { ordersOf }: Executed): Record<string, string> {
  return ordersOf === undefined ? {} : toHeaders('x-mbx-order-count', limits.orders(ordersOf));
}

function toHeaders(name: string, counted: readonly CountedLimit[]): Record<string, string> {
  return Object.fromEntries(
    counted.map((limit) => [`${name}-${toIntervalLetters(limit).toLowerCase()}`, String(limit.count)]),
  );
}

function toRetryHeader({ details }: VenueRefusal, now: number): Record<string, string> {
  if (details.retryAt === undefined) return {};
  return { 'retry-after': String(Math.ceil((details.retryAt - now) / 1_000)) };
}

function toNotFound({ method, path }: VenueRequest): VenueAnswer {
  const isKnown = router.hasPath(path);
  const body = `<html><body><h2>${isKnown ? 405 : 404} ${method} ${path}</h2></body></html>`;
  return { status: isKnown ? 405 : 404, headers: { 'content-type': 'text/html' }, body };
}
