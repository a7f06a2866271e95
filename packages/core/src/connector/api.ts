import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import { createMemoryJournal, type NonceMark } from '../orders/journal.js';
import type { Ports, WireRequest } from '../ports/ports.js';
import { createRest, type CallContext, type Rest, type RestOptions } from '../rest/call.js';
import { createClockSync, type ClockSync } from '../rest/clock-sync.js';
import { createSigning, sealCredentials } from '../rest/credentials.js';
import { createNonces } from './nonces.js';
import type { Look, Private, Public } from '../spec/api.js';
import type { Common } from '../spec/common.js';
import type { Endpoint } from '../spec/endpoint.js';
import type { StreamHandle } from '../stream/stream.js';
import { createThrottler, sharedPools, type Throttler } from '../throttler/throttler.js';
import type { Catalogue } from './catalogue.js';
import { createEnding, withSignal } from './ends.js';
import { createHeight, type Height } from './height.js';
import { defaultEnvironment, toHosts } from './hosts.js';
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
  /** Lets requests out, measures venue time and the chain's height, and keeps measuring them. */
  readonly open: () => Promise<void>;
  readonly throttler: Throttler;
  /** Names the stream that carries requests. */
  readonly carryRequests: (find: (stream: string) => StreamHandle | undefined) => void;
  /** Names what keeps nonces rising from one run to the next. */
  readonly keepNonces: (mark: NonceMark) => void;
  /** Ends requests that wait or are under way, and refuses later ones. */
  readonly close: () => void;
};

type ApiParts<W> = {
  readonly ports: Ports;
  /** Whatever stands for the way out of this process. */
  readonly door: object;
  readonly catalogue: Catalogue<W>;
  readonly meter: Meter;
};

const measureEveryMs = 300_000;
// Over a connection of orders: it is open before the first order, and is closed after 45 s of which nothing used it.
const warmEveryMs = 30_000;
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
  const sealed =
    given.credentials === undefined
      ? undefined
      : { credentials: sealCredentials<C>(spec.credentials, given.credentials), crypto: createSigning(ports.crypto) };
  let findStream = (_name: string): StreamHandle | undefined => undefined;
  let phase: 'new' | 'open' | 'closed' = 'new';
  const closing = createEnding();
  const overOrders = sealed && ({ pool: 'orders' } as const);
  const clockSync = spec.fetchTime && createVenueClock(spec.fetchTime);
  const now = clockSync?.now ?? ((): UnixMs => clock.now());
  const height = spec.fetchHeight && createChainHeight(spec.fetchHeight);
  let nonceMark = createMemoryJournal({ now }).nonces;
  const nonces = createNonces(now, { upTo: () => nonceMark.upTo(), note: (upTo) => nonceMark.note(upTo) });
  const latestHeight = (): number | undefined => height?.latest();

  const host = (name: string): string => {
    const address = hosts[name];
    if (address === undefined) throw new TypeError(`${spec.id}: there is no host '${name}'`);
    return address;
  };

  function createVenueClock(fetchTime: (p: Public<O>) => Promise<UnixMs>): ClockSync {
    const random = ports.random('clock-sync');
    return createClockSync({ clock, meter, random, fetchTime: () => fetchTime(toPublic(overOrders)) });
  }

  function createChainHeight(fetchHeight: (p: Public<O>) => Promise<number>): Height {
    return createHeight({ clock, meter, fetchHeight: () => fetchHeight(toPublic()) });
  }

  const overStream: RestOptions['overStream'] = async (at, method, params, context) => {
    const name = at.host ?? '';
    const stream = findStream(name);
    if (stream === undefined) throw unsent(`${spec.id} ${at.at}`, 'venue-unavailable', `no stream '${name}' is open`);
    const { withinMs = 0, signal, onSend } = context;
    return stream.request(method, params, {
      deadlineMs: withinMs,
      lane: at.lane ?? 'data',
      ...(signal !== undefined && { signal }),
      ...(onSend !== undefined && { onSend }),
    });
  };

  let signer: Private<O, C> | undefined;
  const rest: Rest = createRest({
    id: spec.id,
    docs: spec.docs,
    hosts,
    http: ports.http,
    clock,
    throttler,
    judge: spec.judge,
    ...(spec.usage !== undefined && { usage: spec.usage }),
    ...(sealed !== undefined && {
      sign: (request) => {
        const signed = spec.sign((signer ??= toPrivate()), request);
        return signed instanceof Promise ? signed.then(whenKept) : whenKept(signed);
      },
    }),
    overStream,
    onClockSkew: async () => clockSync?.measure(),
    meter,
    ...(given.requestTimeoutMs !== undefined && { deadlineMs: given.requestTimeoutMs }),
  });

  function whenKept(signed: WireRequest): WireRequest | Promise<WireRequest> {
    return nonces.kept()?.then(() => signed) ?? signed;
  }

  function toPublic(context?: CallContext): Public<O> {
    // Members by name: made for every request, and to spread objects costs more than all else here.
    return {
      options: venueOptions,
      market: look.market,
      now,
      environment,
      host,
      height: latestHeight,
      call: toCall(context),
    };
  }

  function toCall(context: CallContext | undefined): Public<O>['call'] {
    return (at, params, read) => {
      const refusal = whyShut(at);
      if (refusal !== undefined) return Promise.reject(refusal);
      if (context?.signal !== undefined) return rest.call(at, params, read, context);
      const { signal: _none, ...others } = context ?? {};
      return withSignal(closing, (signal) => rest.call(at, params, read, { signal, ...others }));
    };
  }

  function whyShut({ at }: Endpoint): ConnectorError | undefined {
    if (phase === 'open') return undefined;
    if (phase === 'new') return unsent(`${spec.id} ${at}`, 'invalid-request', 'call start() first');
    return unsent(`${spec.id} ${at}`, 'aborted', 'the connector has been stopped');
  }

  function toPrivate(context?: CallContext): Private<O, C> {
    if (sealed !== undefined) {
      const { credentials, crypto } = sealed;
      const call = toCall(context);
      return {
        options: venueOptions,
        market: look.market,
        now,
        environment,
        host,
        height: latestHeight,
        call,
        credentials,
        crypto,
        nonce: nonces.next,
      };
    }
    throw unsent(spec.id, 'auth', 'this needs credentials; without them there is market data only');
  }

  return {
    public: toPublic,
    private: toPrivate,
    look,
    now,
    clockOffsetMs: () => clockSync?.offsetMs() ?? 0,
    open: async () => {
      phase = 'open';
      await Promise.all([clockSync?.measure(), height?.start()]);
      if (!closing.isOver()) clockSync?.start(sealed === undefined ? measureEveryMs : warmEveryMs);
    },
    throttler,
    carryRequests: (find) => {
      findStream = find;
    },
    keepNonces: (mark) => {
      nonceMark = mark;
    },
    close: () => {
      phase = 'closed';
      clockSync?.stop();
      height?.stop();
      closing.end();
      throttler.close();
    },
  };
}

function unsent(operation: string, kind: ErrorKind, message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}
