import { readPairs } from '@hb/binance-emulation';
import { createRouter, isRefusal, readMessageId, readObject, refuse, toPairs } from '@hb/connector-testkit';
import type { ApiKey, Parameter, Parameters, VenueRefusal } from '@hb/connector-testkit';
import type { VenueConnection, VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

import { routes, type Executed, type Executor } from './execute.js';
import { toParameters } from './parameters.js';
import { toErrorBody } from './rejection.js';
import type { Venue } from './venue.js';

type Parts = { readonly venue: Venue; readonly executor: Executor };

/** A connection to the WebSocket API, and what of it the venue itself needs. */
export type ApiConnection = VenueConnection & {
  /** Sends an event of an account to its subscriptions. */
  readonly tell: (account: string, event: object) => void;
  /** Ends every subscription, as when its authorisation is lost. */
  readonly terminate: () => void;
  readonly isListening: () => boolean;
};

type Request = {
  readonly method: string;
  readonly pairs: readonly Parameter[];
  readonly wantsLimits: boolean | undefined;
};

// Names of the REST API have a space in them, which no method has.
const router = createRouter(routes);
const sessionWeight = 2;
const mostSubscriptions = 1_000;
const mostIds = 65_535;
const always = ['apiKey', 'timestamp', 'signature', 'recvWindow', 'returnRateLimits'];

/** https://developers.binance.com/docs/binance-spot-api-docs/websocket-api */
export function createApiConnection(
  { venue, executor }: Parts,
  upgrade: VenueUpgrade,
  socket: VenueSocket,
): ApiConnection {
  const { address } = upgrade;
  const { limits, clock } = venue;
  const connectedSince = clock.now();
  const showsLimits = readPairs(upgrade.query).find(([name]) => name === 'returnRateLimits')?.[1] !== 'false';
  const subscriptions = new Map<number, { readonly account: string; readonly isOfSession: boolean }>();
  let session: { readonly key: ApiKey; readonly since: number } | undefined;
  let nextId = 0;

  const send = (subscriptionId: number, event: object) => socket.send(JSON.stringify({ subscriptionId, event }));

  function subscribe(account: string, isOfSession: boolean): unknown {
    const isActive = [...subscriptions.values()].some((each) => each.account === account);
    if (isActive) throw refuse(-2035, 'User Data Stream subscription already active.');
    if (nextId > mostIds || subscriptions.size >= mostSubscriptions) {
      throw refuse(-2042, 'Maximum subscription ID reached for this connection.');
    }
    subscriptions.set(nextId, { account, isOfSession });
    nextId += 1;
    return { subscriptionId: nextId - 1 };
  }
  function end(ids: readonly number[]): void {
    for (const id of ids) {
      send(id, { e: 'eventStreamTerminated', E: clock.now() });
      subscriptions.delete(id);
    }
  }
  const status = () => ({
    apiKey: session?.key.apiKey ?? null,
    authorizedSince: session?.since ?? null,
    connectedSince,
    returnRateLimits: showsLimits,
    serverTime: clock.now(),
    userDataStream: subscriptions.size > 0,
  });
  const authorize = (request: Request, parameters: Parameters) => {
    const claim = { apiKey: parameters.text('apiKey'), signedText: toSignedParams(request.pairs) };
    return executor.authorize(parameters, claim, 'USER_STREAM');
  };
  const sessionMethods: Readonly<Record<string, (request: Request, parameters: Parameters) => unknown>> = {
    'session.logon': (request, parameters) => {
      const key = authorize(request, parameters);
      if (key.signer.kind === 'hmac') throw refuse(-4056, 'HMAC_SHA256 API key is not supported.');
      session = { key, since: clock.now() };
      return status();
    },
    'session.status': status,
    'session.logout': () => {
      end([...subscriptions].flatMap(([id, { isOfSession }]) => (isOfSession ? [id] : [])));
      session = undefined;
      return status();
    },
    'session.subscriptions': () => Array.from(subscriptions.keys(), (subscriptionId) => ({ subscriptionId })),
    'userDataStream.subscribe': () => {
      if (session === undefined) throw refuse(-1002, 'You are not authorized to execute this request.', 401);
      return subscribe(session.key.account, true);
    },
    'userDataStream.subscribe.signature': (request, parameters) =>
      subscribe(authorize(request, parameters).account, false),
    'userDataStream.unsubscribe': (_, parameters) => {
      const id = parameters.integer('subscriptionId');
      const ids = id === undefined ? [...subscriptions.keys()] : [id];
      if (ids.length === 0 || (id !== undefined && !subscriptions.has(id))) {
        throw refuse(-2036, 'User Data Stream subscription not active.');
      }
      end(ids);
      return {};
    },
  };
  function execute(request: Request): Executed {
    const method = request.method.replace(/^v3\//, '');
    const own = Object.hasOwn(sessionMethods, method) ? sessionMethods[method] : undefined;
    const route = router.find(method)?.route;
    if (own !== undefined) {
      limits.admit(address, sessionWeight);
      return { result: own(request, toParameters(request.pairs)) };
    }
    if (route === undefined) throw refuse(-1020, 'This operation is not supported.');
    const { pairs } = request;
    const apiKey = pairs.find(([name]) => name === 'apiKey')?.[1];
    return executor.run(route, {
      address,
      pairs,
      always,
      apiKey,
      signedText: toSignedParams(pairs),
      session: session?.key,
    });
  }
  function receive(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    const reply = (wantsLimits: boolean | undefined, status: number, content: object, ordersOf?: string) => {
      const rateLimits = [...(ordersOf === undefined ? [] : limits.orders(ordersOf)), ...limits.weights(address)];
      const rest = { status, ...content, ...((wantsLimits ?? showsLimits) && { rateLimits }) };
      socket.send(`{"id":${readMessageId(text) ?? 'null'},${JSON.stringify(rest).slice(1)}`);
    };
    let request: Request | undefined;
    try {
      request = readRequest(text);
      const { result, ordersOf } = execute(request);
      reply(request.wantsLimits, 200, { result }, ordersOf);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      reply(request?.wantsLimits, error.status, { error: toError(error, clock.now()) });
      if (error.status === 418) socket.close(1008, 'IP banned');
    }
  }
  return {
    message: receive,
    closed: () => subscriptions.clear(),
    terminate: () => end([...subscriptions.keys()]),
    isListening: () => subscriptions.size > 0,
    tell: (account, event) => {
      for (const [id, subscription] of subscriptions) if (subscription.account === account) send(id, event);
    },
  };
}

/** `{ "id": 1, "method": "time", "params": { } }`. Throws -1135 for anything else. */
function readRequest(text: string): Request {
  const { method, params: given } = readObject(text) ?? {};
  if (typeof method !== 'string') throw refuse(-1135, 'Invalid JSON Request');
  const pairs = typeof given === 'object' && given !== null ? toPairs(given) : [];
  const wantsLimits = pairs.find(([name]) => name === 'returnRateLimits')?.[1];
  return { method, pairs, wantsLimits: wantsLimits === undefined ? undefined : wantsLimits === 'true' };
}

function toError(refusal: VenueRefusal, serverTime: number): object {
  const { retryAt } = refusal.details;
  const body = toErrorBody(refusal);
  return retryAt === undefined ? body : { ...body, data: { serverTime, retryAfter: retryAt } };
}

/** What the WebSocket API signs: all parameters but the signature, sorted by name, not encoded. */
function toSignedParams(pairs: readonly Parameter[]): string {
  return pairs
    .filter(([name]) => name !== 'signature')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
