import { ConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Ports } from '../ports/ports.js';
import { createRest, type CallContext, type Rest, type RestOptions } from '../rest/call.js';
import { createClockSync, type ClockSync } from '../rest/clock-sync.js';
import { createSigning, sealCredentials } from '../rest/credentials.js';
import { createNonce } from '../rest/nonce.js';
import type { Look, Private, Public } from '../spec/api.js';
import type { Common } from '../spec/common.js';
import type { StreamHandle } from '../stream/stream.js';
import { createThrottler, sharedPools, type Throttler } from '../throttler/throttler.js';
import type { Catalogue } from './catalogue.js';
import type { ConnectorOptions } from './options.js';

/** What the venue's functions are handed, and the parts behind it. */
export type Api<O, C> = {
  readonly public: (context?: CallContext) => Public<O>;
  /** Throws `auth` without credentials. */
  readonly private: (context?: CallContext) => Private<O, C>;
  readonly look: Look<O>;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly clockOffsetMs: () => number;
  /** Measures venue time and keeps measuring it. */
  readonly startClock: () => Promise<void>;
  readonly throttler: Throttler;
  /** Names the stream that carries requests. */
  readonly carryRequests: (find: (stream: string) => StreamHandle | undefined) => void;
  readonly close: () => void;
};

/** The first one that the spec lists. */
export function defaultEnvironment<O, C>(spec: Pick<Common<O, C>, 'environments'>): string {
  return Object.keys(spec.environments)[0] ?? '';
}

type ApiParts<W> = {
  readonly ports: Ports;
  /** Whatever stands for the way out of this process. */
  readonly door: object;
  readonly catalogue: Catalogue<W>;
  readonly meter: Meter;
};

const measureEveryMs = 300_000;
// Requests that leave a window apart must not arrive within one.
const requestJitterMs = 100;

export function createApi<O, C, W>(
  spec: Common<O, C>,
  given: ConnectorOptions<C>,
  { ports, door, catalogue, meter }: ApiParts<W>,
): Api<O, C> {
  const { clock } = ports;
  const environment = given.environment ?? defaultEnvironment(spec);
  const hosts = toHosts(spec, environment, given.hosts ?? {});
  const venueOptions = spec.options(given.options ?? {});
  const look: Look<O> = { options: venueOptions, market: catalogue.bySymbol };
  const throttler = createThrottler({
    clock,
    meter,
    pools: spec.limits(venueOptions),
    share: given.limitsShare ?? 1,
    marginMs: requestJitterMs,
    // The venue counts an address, whoever asks from it: connectors behind the same door share those counts.
    shared: sharedPools(door, `${spec.id} ${hosts['rest'] ?? ''}`),
  });
  const sealed = given.credentials && {
    credentials: sealCredentials<C>(spec.credentials, given.credentials),
    crypto: createSigning(ports.crypto),
  };
  let findStream = (_name: string): StreamHandle | undefined => undefined;
  let isClosed = false;
  const clockSync = spec.fetchTime && createVenueClock(spec.fetchTime);
  const now = clockSync?.now ?? ((): UnixMs => clock.now());
  const nonce = createNonce(now);

  const host = (name: string): string => {
    const address = hosts[name];
    if (address === undefined) throw new TypeError(`${spec.id}: there is no host '${name}'`);
    return address;
  };

  function createVenueClock(fetchTime: (p: Public<O>) => Promise<UnixMs>): ClockSync {
    const random = ports.random('clock-sync');
    return createClockSync({ clock, meter, random, fetchTime: () => fetchTime(toPublic()) });
  }

  const overStream: RestOptions['overStream'] = async (at, method, params, context) => {
    const name = at.host ?? '';
    const stream = findStream(name);
    if (stream === undefined) throw unavailable(`${spec.id} ${at.at}`, `the stream '${name}' is not open`);
    const { withinMs = 0, signal, onSend } = context;
    return stream.request(method, params, {
      deadlineMs: withinMs,
      lane: at.lane ?? 'data',
      ...(signal !== undefined && { signal }),
      ...(onSend !== undefined && { onSend }),
    });
  };

  const rest: Rest = createRest({
    id: spec.id,
    docs: spec.docs,
    hosts,
    http: ports.http,
    clock,
    throttler,
    judge: spec.judge,
    ...(spec.usage !== undefined && { usage: spec.usage }),
    ...(sealed !== undefined && { sign: (request) => spec.sign(toPrivate(), request) }),
    overStream,
    onClockSkew: async () => clockSync?.measure(),
    meter,
    ...(given.requestTimeoutMs !== undefined && { deadlineMs: given.requestTimeoutMs }),
  });

  function toPublic(context?: CallContext): Public<O> {
    return {
      ...look,
      now,
      environment,
      host,
      height: () => undefined,
      call: (at, params, read) => rest.call(at, params, read, context),
    };
  }

  function toPrivate(context?: CallContext): Private<O, C> {
    if (sealed !== undefined) return { ...toPublic(context), ...sealed, nonce };
    throw new ConnectorError('this needs credentials; without them there is market data only', {
      kind: 'auth',
      outcome: 'not-sent',
      operation: spec.id,
    });
  }

  return {
    public: toPublic,
    private: toPrivate,
    look,
    now,
    clockOffsetMs: () => clockSync?.offsetMs() ?? 0,
    startClock: async () => {
      await clockSync?.measure();
      if (!isClosed) clockSync?.start(measureEveryMs);
    },
    throttler,
    carryRequests: (find) => {
      findStream = find;
    },
    close: () => {
      isClosed = true;
      clockSync?.stop();
      throttler.close();
    },
  };
}

/** The addresses of the environment, with the user's own in their place. */
function toHosts<O, C>(
  spec: Common<O, C>,
  environment: string,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const hosts = spec.environments[environment];
  if (hosts === undefined) {
    throw refused(spec.id, `no environment '${environment}'; there is ${Object.keys(spec.environments).join(', ')}`);
  }
  const unknown = Object.keys(own).find((name) => hosts[name] === undefined);
  if (unknown !== undefined) throw refused(spec.id, `no host '${unknown}'; there is ${Object.keys(hosts).join(', ')}`);
  return { ...hosts, ...own };
}

function refused(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation });
}

function unavailable(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'venue-unavailable', outcome: 'not-sent', operation });
}
