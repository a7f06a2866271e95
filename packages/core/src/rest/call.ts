import { detailOf, isRateLimit } from '../errors/classify.js';
import { ConnectorError, isConnectorError } from '../errors/connector-error.js';
import type { ErrorKind, Outcome } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Clock, Http, WireRequest } from '../ports/ports.js';
import { toHostAddress, type HostAddress } from './wire-url.js';
import type { Answer, Charge, Endpoint, Lane, Params, Read, Usage, Verdict } from '../spec/endpoint.js';
import type { Throttler } from '../throttler/throttler.js';
import { assess, decodeAnswer } from './assess.js';
import type { Fault, Reply } from './assess.js';
import { addedBySigning, conceal } from './conceal.js';
import { describeMisread, toPlainCause } from '../errors/misread.js';
import { splitEndpoint, toRequest } from './request.js';
import { readRetryAfter } from './retry-after.js';

export type RestOptions = {
  readonly id: string;
  /** Linked in every message. */
  readonly docs: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly http: Http;
  readonly clock: Clock;
  readonly throttler: Pick<Throttler, 'acquire' | 'observe' | 'freeze'>;
  readonly judge: (answer: Answer, at: Endpoint) => Verdict | undefined;
  readonly usage?: (answer: Answer, at: Endpoint) => readonly Usage[];
  /** Left out without credentials: signed endpoints are then refused. */
  readonly sign?: (request: WireRequest) => WireRequest | Promise<WireRequest>;
  /** Sends a request of an `RPC` endpoint and calls `onSend` itself; `context.withinMs` is what is left of the time. */
  readonly overStream?: (at: Endpoint, method: string, params: Params, context: CallContext) => Promise<Answer>;
  /** Measures venue time again. */
  readonly onClockSkew: () => Promise<void>;
  readonly meter: Meter;
  /** From the call to the answer, the wait for the rate limit included; 10 s when left out. */
  readonly deadlineMs?: number;
};

export type CallContext = {
  readonly signal?: AbortSignal | undefined;
  /** From the call to the answer. */
  readonly withinMs?: number | undefined;
  /** From the call to the send: a request that cannot leave by then is dropped, unsent. */
  readonly sendWithinMs?: number | undefined;
  /** The market that is charged, for limits per symbol. */
  readonly symbol?: string | undefined;
  /** The order that is cancelled or amended, for costs that depend on its age. */
  readonly order?: { readonly ageMs: number } | undefined;
  /** Over the connections of orders, whatever the lane. */
  readonly pool?: 'orders' | undefined;
  /** Resolves when what goes out is safe on record. It is prepared and signed meanwhile, and leaves no sooner; a rejection ends the call, unsent. */
  readonly safe?: Promise<void> | undefined;
  /** Runs just before the first byte may leave. What it throws ends the call, unsent. */
  readonly onSend?: (() => void) | undefined;
};

export type Rest = {
  /**
   * Sends a request once and reads its answer. Rejects with a `ConnectorError`.
   * Only a request of the data lane is sent again, once, after the venue refused its timestamp and time was measured anew.
   */
  readonly call: <T>(at: Endpoint, params: Params, read: Read<T>, context?: CallContext) => Promise<T>;
};

type Job = {
  readonly at: Endpoint;
  readonly params: Params;
  readonly context: CallContext;
  readonly lane: Lane;
  readonly operation: string;
  /** Monotonic time by which the answer must be there. */
  readonly end: number;
  /** Monotonic time by which the request must have left. */
  readonly sendEnd: number;
};

/** `added`: what signing put into the request; worked out only for a message. `scanned`: a body that needs no decoding. */
type Exchange<T> = Reply & { readonly added: () => readonly string[]; readonly scanned?: T };

export function createRest(options: RestOptions): Rest {
  const { clock, throttler, meter } = options;
  const hosts = new Map(Object.entries(options.hosts).map(([name, address]) => [name, toHostAddress(address)]));

  async function call<T>(at: Endpoint, params: Params, read: Read<T>, context: CallContext = {}): Promise<T> {
    const job = toJob(at, params, context);
    try {
      return await once(job, read);
    } catch (error) {
      if (at.signed === undefined || !isConnectorError(error, 'clock-skew')) throw error;
      const measured = measureClock();
      if (job.lane !== 'data' || !(await measured)) throw error;
      return once(job, read);
    }
  }

  function toJob(at: Endpoint, params: Params, context: CallContext): Job {
    const now = clock.mono();
    const end = now + (context.withinMs ?? options.deadlineMs ?? defaultDeadlineMs);
    const sendEnd = Math.min(end, now + (context.sendWithinMs ?? Infinity));
    return { at, params, context, end, sendEnd, lane: at.lane ?? 'data', operation: `${options.id} ${at.at}` };
  }

  async function measureClock(): Promise<boolean> {
    try {
      await options.onClockSkew();
      return true;
    } catch {
      meter.count('rest.clock-unmeasured');
      return false;
    }
  }

  async function once<T>(job: Job, read: Read<T>): Promise<T> {
    const charge = locally(job, () => chargeOf(job));
    const wait = charge === undefined ? undefined : throttled(job, charge);
    if (wait !== undefined) await wait;
    const isOverStream = job.at.at.startsWith('RPC ');
    const { answer, broken, added, scanned } = isOverStream ? await overStream(job) : await overHttp(job, read.scan);
    observe(job, answer);
    if (scanned !== undefined) return scanned;
    const fault = judged(job, broken === undefined ? { answer } : { answer, broken });
    const retryAfterMs = freeze(answer, fault, charge);
    if (fault !== undefined) throw failed(job, { ...fault, retryAfterMs, message: conceal(fault.message, added()) });
    return readBody(job, answer.body, read, added);
  }

  /** Waits for the rate limit; `undefined` when there is nothing to wait for. */
  function throttled(job: Job, charge: Charge): Promise<void> | undefined {
    const { signal, symbol } = job.context;
    const wait = locally(job, () =>
      throttler.acquire(charge, { lane: job.lane, symbol, signal, deadline: job.sendEnd }),
    );
    return wait?.catch((error: unknown) => {
      throw unsent(job, error);
    });
  }

  async function overStream(job: Job): Promise<Exchange<undefined>> {
    const { overStream: send } = options;
    if (send === undefined) throw failed(job, { ...local, message: 'there is no stream for requests' });
    if (job.context.safe !== undefined) await job.context.safe;
    const { path: method } = splitEndpoint(job.at);
    const context = { ...job.context, withinMs: remaining(job) };
    const answer = await timed(job, () => send(job.at, method, job.params, context));
    return { answer, added: () => [] };
  }

  async function overHttp<T>(job: Job, scan: Read<T>['scan']): Promise<Exchange<T>> {
    const unsigned = locally(job, () => toRequest(job.at, job.params, hostOf(job)));
    const signing = job.at.signed === undefined ? unsigned : locally(job, () => sign(job, unsigned));
    const request = signing instanceof Promise ? await signing.catch(rethrow(job)) : signing;
    if (request.url !== unsigned.url && request.url.origin !== unsigned.url.origin) {
      const message = `signing must not lead from ${unsigned.url.host} to ${request.url.host}`;
      throw failed(job, { ...local, message });
    }
    if (job.context.safe !== undefined) await job.context.safe;
    const deadlineMs = remaining(job);
    job.context.onSend?.();
    const answer = await timed(job, () =>
      options.http.send(request, {
        deadlineMs,
        maxBytes: job.at.maxBytes ?? defaultMaxBytes,
        pool: job.context.pool ?? (job.lane === 'data' ? 'data' : 'orders'),
        ...(job.context.signal !== undefined && { signal: job.context.signal }),
      }),
    );
    const added = (): readonly string[] => addedBySigning(unsigned, request);
    const { status, headers, body } = answer;
    const scanned = status === 200 ? scan?.(body) : undefined;
    if (scanned !== undefined) return { answer: { status, headers, body: undefined }, added, scanned };
    return { ...decodeAnswer(answer), added };
  }

  function hostOf({ at }: Job): HostAddress {
    const name = at.host ?? 'rest';
    const host = hosts.get(name);
    if (host === undefined) throw new TypeError(`there is no host '${name}'`);
    return host;
  }

  function sign(job: Job, request: WireRequest): WireRequest | Promise<WireRequest> {
    if (options.sign !== undefined) return options.sign(request);
    throw failed(job, { kind: 'auth', outcome: 'not-sent', message: 'this request needs credentials' });
  }

  /** What is left of the time, in ms. Throws when nothing is, or when the caller has lost interest. */
  function remaining(job: Job): number {
    if (job.context.signal?.aborted === true) throw unsent(job, undefined);
    const left = job.end - clock.mono();
    if (left > 0 && clock.mono() <= job.sendEnd) return left;
    throw failed(job, { kind: 'rate-limited', outcome: 'not-sent', message: 'its time ran out before it was sent' });
  }

  async function timed<T>(job: Job, send: () => Promise<T>): Promise<T> {
    const sentAt = clock.mono();
    meter.count('rest.sent');
    try {
      return await send();
    } catch (error) {
      throw lost(job, error);
    } finally {
      meter.time(`rest.${job.lane}`, clock.mono() - sentAt);
    }
  }

  function observe({ at, context }: Job, answer: Answer): void {
    if (options.usage === undefined) return;
    try {
      throttler.observe(options.usage(answer, at), context.symbol);
    } catch {
      // An answer must not get lost because a header about limits was odd.
      meter.count('rest.usage-unread');
    }
  }

  function judged(job: Job, reply: Reply): Fault | undefined {
    try {
      return assess(reply, job.at, options.judge);
    } catch (error) {
      const message = `HTTP ${reply.answer.status} in an unknown shape: ${describeMisread(error)}`;
      return { kind: 'bad-response', outcome: 'unknown', message };
    }
  }

  /** Holds back what shares a limit with a request that was over it; for how long, in ms. */
  function freeze(answer: Answer, fault: Fault | undefined, charge: Charge | undefined): number | undefined {
    if (!isRateLimit(answer.status) && fault?.kind !== 'rate-limited') return fault?.retryAfterMs;
    const told = readRetryAfter(answer.headers, clock.now()) ?? fault?.retryAfterMs;
    const waitMs = told ?? (answer.status === 418 ? banMs : pauseMs);
    // A ban concerns all that comes from this address.
    throttler.freeze(waitMs, answer.status === 418 ? undefined : charge);
    return waitMs;
  }

  function readBody<T>(job: Job, body: unknown, read: Read<T>, added: Exchange<T>['added']): T {
    try {
      return read(body);
    } catch (error) {
      // Sent it was, whatever a reader says.
      if (isConnectorError(error) && error.outcome !== 'not-sent') throw error;
      const message = conceal(describeMisread(error), added());
      throw failed(job, { kind: 'bad-response', outcome: 'unknown', message }, toPlainCause(error));
    }
  }

  /** Runs what happens before a request is sent. */
  function locally<T>(job: Job, prepare: () => T): T {
    try {
      return prepare();
    } catch (error) {
      throw unsent(job, error);
    }
  }

  function rethrow(job: Job): (error: unknown) => never {
    return (error) => {
      throw unsent(job, error);
    };
  }

  function unsent(job: Job, error: unknown): ConnectorError {
    if (job.context.signal?.aborted === true)
      return failed(job, { kind: 'aborted', outcome: 'not-sent', message: 'aborted' });
    return translated(job, error, { kind: 'invalid-request', outcome: 'not-sent' });
  }

  /** What a port rejects with says whether a byte left; anything else proves nothing. */
  function lost(job: Job, error: unknown): ConnectorError {
    const outcome = isConnectorError(error) ? error.outcome : 'unknown';
    return translated(job, error, { kind: 'network', outcome });
  }

  function translated(job: Job, error: unknown, fallback: { kind: ErrorKind; outcome: Outcome }): ConnectorError {
    if (!isConnectorError(error)) {
      return failed(job, { ...fallback, message: conceal(describeMisread(error), []) }, toPlainCause(error));
    }
    if (error.operation === job.operation) return error;
    const { kind, code, retryAfterMs } = error;
    const message = conceal(detailOf(error), []);
    return failed(job, { kind, outcome: fallback.outcome, message, retryAfterMs, ...(code !== undefined && { code }) });
  }

  function failed({ operation }: Job, { message, ...fault }: Fault, cause?: Error): ConnectorError {
    meter.count(`rest.${fault.kind}`);
    return new ConnectorError(message, { ...fault, operation, docs: options.docs, cause });
  }

  return { call };
}

const defaultDeadlineMs = 10_000;
const defaultMaxBytes = 8 * 1_048_576;
const local = { kind: 'invalid-request', outcome: 'not-sent' } as const;

// For venues that do not say how long to wait.
const pauseMs = 1_000;
const banMs = 60_000;

function chargeOf({ at, params, context }: Job): Charge | undefined {
  return typeof at.cost === 'function' ? at.cost(params, context.order) : at.cost;
}
