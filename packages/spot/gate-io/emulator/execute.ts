import { decodeJson, toHex } from '@hb/connector-core';
import {
  createBehaviours,
  createParameters,
  createRouter,
  isRefusal,
  readQuery,
  refuse,
  toJsonAnswer,
  toPairs,
} from '@hb/connector-testkit';
import type { ApiKey, Behaviours, Parameter, VenueAnswer, VenueRefusal, VenueRequest } from '@hb/connector-testkit';

import { accountRoutes } from './account.js';
import { charge, chargesOf, publicCharge } from './limits.js';
import { marketRoutes } from './market-data.js';
import { orderRoutes } from './orders.js';
import { isObject, merged, toProblem, type Venue } from './venue.js';

/** Times are off by at most so much. */
const skewSeconds = 60;

/** A request as either API reads it. */
type Incoming = {
  readonly address: string;
  readonly pairs: readonly Parameter[];
  readonly body: unknown;
  /** `x-gate-exptime`, in ms. */
  readonly expires: string | undefined;
  readonly isSocket: boolean;
  readonly authorize: () => ApiKey;
  /** Told what the answer says of limits. */
  readonly tell: (headers: Readonly<Record<string, string>>) => void;
};

export type Executor = Pick<Behaviours, 'behave'> & {
  readonly http: (request: VenueRequest) => VenueAnswer;
  /** Throws the venue's refusal. */
  readonly call: (name: string, incoming: Incoming) => unknown;
  /** Throws unless `text` was signed with the key, at about this time. */
  readonly check: (apiKey: string, time: string, text: string, signature: string) => ApiKey;
};

const router = createRouter([...marketRoutes, ...accountRoutes, ...orderRoutes]);

/** REST, and the same requests over a socket. https://www.gate.com/docs/developers/apiv4/en/ */
export function createExecutor(venue: Venue): Executor {
  const { clock, crypto, keys } = venue;
  const behaviours = createBehaviours(venue);

  function check(apiKey: string, time: string, text: string, signature: string): ApiKey {
    const key = keys.get(apiKey);
    if (key === undefined) throw refuse('INVALID_KEY', 'Invalid key provided', 401);
    if (!/^\d{10}$/.test(time) || Math.abs(Number(time) - clock.now() / 1_000) > skewSeconds)
      throw refuse('REQUEST_EXPIRED', 'gap between request Timestamp and server time exceeds 60', 403);
    if (signature.toLowerCase() !== toHex(crypto.hmac('sha512', key.signer, text)))
      throw refuse('INVALID_SIGNATURE', 'Signature mismatch', 401);
    return key;
  }
  function call(name: string, { pairs, body, ...incoming }: Incoming): unknown {
    const found = router.find(name);
    if (found === undefined) throw refuse('NOT_FOUND', `there is no ${name}`, 404);
    const { route, inPath } = found;
    const common = { venue, body, parameters: createParameters([...inPath, ...pairs], toProblem) };
    if (route.isPublic) {
      incoming.tell(charge(venue, publicCharge(route, incoming.address)));
      return behaviours.perform(route.names, (reads) => route.run({ ...common, reads }));
    }
    const key = incoming.authorize();
    if (route.limit !== undefined && !key.canTrade) throw refuse('READ_ONLY', 'API key is read-only', 403);
    const markets = Array.isArray(body) ? body.map(pairOf) : [common.parameters.text('currency_pair') ?? ''];
    for (const each of chargesOf(route, key, markets, incoming.isSocket)) incoming.tell(charge(venue, each));
    if (incoming.expires !== undefined && clock.now() > Number(incoming.expires))
      throw refuse('REQUEST_EXPIRED', 'the request came after its x-gate-exptime', 403);
    return behaviours.perform(route.names, (reads) => route.run({ ...common, reads, key }));
  }
  /** The key that signed method, path, query, body and time. */
  function authorize({ method, path, query, body, headers }: VenueRequest): ApiKey {
    const [apiKey, time, signature] = ['key', 'timestamp', 'sign'].map((name) => headers.get(name));
    if (apiKey === undefined || time === undefined || signature === undefined)
      throw refuse('MISSING_REQUIRED_HEADER', 'Missing required header: KEY, Timestamp or SIGN', 401);
    const bodyHash = toHex(crypto.hash('sha512', body));
    return check(apiKey, time, [method, path, decodeURIComponent(query), bodyHash, time].join('\n'), signature);
  }
  function http(request: VenueRequest): VenueAnswer {
    const { method, path, query, headers, address } = request;
    const at = String(clock.now() * 1_000);
    let told: Readonly<Record<string, string>> = { 'x-in-time': at, 'x-out-time': at };
    const tell: Incoming['tell'] = (limits) => (told = { ...told, ...limits });
    try {
      const [inQuery, body] = [readQuery(query), readBody(request.body)];
      if (inQuery === undefined) throw refuse('BAD_REQUEST', 'malformed query');
      const pairs = merged(isObject(body) ? toPairs(body) : [], inQuery);
      const expires = headers.get('x-gate-exptime');
      const incoming = { address, pairs, body, expires, isSocket: false, authorize: () => authorize(request), tell };
      const result = call(`${method} ${path}`, incoming);
      return toJsonAnswer(router.find(`${method} ${path}`)?.route.status ?? 200, result, told);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return toJsonAnswer(error.status, toErrorJson(error), { ...told, ...headersOf(error) });
    }
  }
  return { http, call, check, behave: (behaviour) => behaviours.behave(behaviour) };
}

/** https://www.gate.com/docs/developers/apiv4/en/#error-handling */
export function toErrorJson({ code, message }: VenueRefusal): object {
  return { label: code, message };
}

/** What a limit that is used up tells of itself. */
export function headersOf({ details: { data } }: VenueRefusal): Readonly<Record<string, string>> {
  return isObject(data) ? Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)])) : {};
}

function readBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return decodeJson(text);
  } catch {
    throw refuse('INVALID_REQUEST_BODY', 'the body is no JSON');
  }
}

function pairOf(order: unknown): string {
  return isObject(order) && 'currency_pair' in order ? String(order.currency_pair) : '';
}
