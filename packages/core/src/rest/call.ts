import { isRateLimit } from '../errors/classify.js';
import { isConnectorError } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Clock, Http, HttpLimits, WireRequest } from '../ports/ports.js';
import type { Answer, Charge, Endpoint, Params, Read, Usage, Verdict } from '../spec/endpoint.js';
import type { Throttler } from '../throttler/throttler.js';
import { assess, decodeAnswer } from './assess.js';
import type { Fault, Reply } from './assess.js';
import { addedBySigning, conceal } from './conceal.js';
import { createFailures } from './failures.js';
import { describeMisread, toPlainCause } from '../errors/misread.js';
import { toRequest } from './request.js';
import { readRetryAfter } from './retry-after.js';
import { createRoutes, type Route } from './route.js';

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
  readonly route: Route;
  readonly params: Params;
  readonly context: CallContext;
  readonly charge: Charge | undefined;
  /** Monotonic time by which the answer must be there. */
  readonly end: number;
  /** Monotonic time by which the request must have left. */
  readonly sendEnd: number;
};

/** `added`: what signing put into the request; worked out only for a message. */
type Exchange = Reply & { readonly added: () => readonly string[] };

export function createRest(options: RestOptions): Rest {
  const { clock, throttler, meter } = options;
  const routeOf = createRoutes(options.id, options.hosts);
  const { unsent, lost, failed } = createFailures({ docs: options.docs, meter });

  async function call<T>(at: Endpoint, params: Params, read: Read<T>, context: CallContext = {}): Promise<T> {
    const job = toJob(at, params, context);
    try {
      return await once(job, read);
    } catch (error) {
      if (at.signed === undefined || !isConnectorError(error, 'clock-skew')) throw error;
      const measured = measureClock();
      if (job.route.lane !== 'data' || !(await measured)) throw error;
      return once(job, read);
    }
  }

  function toJob(at: Endpoint, params: Params, context: CallContext): Job {
    const route = routeOf(at);
    const now = clock.mono();
    const end = now + (context.withinMs ?? options.deadlineMs ?? defaultDeadlineMs);
    const sendEnd = Math.min(end, now + (context.sendWithinMs ?? Infinity));
    return { route, params, context, charge: chargeOf(route, params, context), end, sendEnd };
  }

  function chargeOf(route: Route, params: Params, context: CallContext): Charge | undefined {
    const { cost } = route.at;
    if (typeof cost !== 'function') return cost;
    try {
      return cost(params, context.order);
    } catch (error) {
      throw unsent({ route, context }, error);
    }
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

  // An order is in a hurry from here to the socket: no promise and no closure more than it takes.
  function once<T>(job: Job, read: Read<T>): Promise<T> {
    const send = job.route.isOverStream ? overStream : overHttp;
    const wait = throttled(job);
    return wait === undefined ? send(job, read) : wait.then(() => send(job, read));
  }

  /** Waits for the rate limit; `undefined` when there is nothing to wait for. */
  function throttled(job: Job): Promise<void> | undefined {
    if (job.charge === undefined) return undefined;
    const { signal, symbol } = job.context;
    try {
      const limits = { lane: job.route.lane, symbol, signal, deadline: job.sendEnd };
      return throttler.acquire(job.charge, limits)?.catch(rethrow(job));
    } catch (error) {
      throw unsent(job, error);
    }
  }

  /** A limit counts what arrives. What the record of it has held up counts again, as of now: what was charged then may be over. */
  async function recorded(job: Job, safe: Promise<void>): Promise<void> {
    const grantedAt = clock.mono();
    await safe;
    if (clock.mono() - grantedAt > longestRecordMs) await throttled(job);
  }

  async function overStream<T>(job: Job, read: Read<T>): Promise<T> {
    const { overStream: send } = options;
    if (send === undefined) throw failed(job, { ...local, message: 'there is no stream for requests' });
    if (job.context.safe !== undefined) await recorded(job, job.context.safe);
    const { at, path } = job.route;
    const sentAt = depart(job);
    const context = { ...job.context, withinMs: job.end - sentAt };
    const answer = await timed(job, sentAt, () => send(at, path, job.params, context));
    return conclude(job, read, { answer, added: () => [] });
  }

  async function overHttp<T>(job: Job, read: Read<T>): Promise<T> {
    const unsigned = written(job);
    const signing = job.route.at.signed === undefined ? unsigned : sign(job, unsigned);
    const request = signing instanceof Promise ? await signing.catch(rethrow(job)) : signing;
    checkOrigin(job, unsigned, request);
    if (job.context.safe !== undefined) await recorded(job, job.context.safe);
    const sentAt = depart(job);
    job.context.onSend?.();
    const answer = await timed(job, sentAt, () => options.http.send(request, limitsOf(job, sentAt)));
    const added = (): readonly string[] => addedBySigning(unsigned, request);
    const { status, headers, body } = answer;
    const scanned = status === 200 ? read.scan?.(body) : undefined;
    if (scanned === undefined) return conclude(job, read, { added, ...decodeAnswer(answer) });
    observe(job, { status, headers, body: undefined });
    return scanned;
  }

  /** The request before it is signed. */
  function written(job: Job): WireRequest {
    try {
      return toRequest(job.route, job.params);
    } catch (error) {
      throw unsent(job, error);
    }
  }

  function sign(job: Job, request: WireRequest): WireRequest | Promise<WireRequest> {
    if (options.sign === undefined)
      throw failed(job, { kind: 'auth', outcome: 'not-sent', message: 'this request needs credentials' });
    try {
      return options.sign(request);
    } catch (error) {
      throw unsent(job, error);
    }
  }

  function checkOrigin(job: Job, { url: asked }: WireRequest, { url }: WireRequest): void {
    if (url === asked || url.origin === asked.origin) return;
    throw failed(job, { ...local, message: `signing must not lead from ${asked.host} to ${url.host}` });
  }

  /** The monotonic time at which it leaves. Throws when its time has run out, or when the caller has lost interest. */
  function depart(job: Job): number {
    if (job.context.signal?.aborted === true) throw unsent(job, undefined);
    const now = clock.mono();
    if (now < job.end && now <= job.sendEnd) return now;
    throw failed(job, { kind: 'rate-limited', outcome: 'not-sent', message: 'its time ran out before it was sent' });
  }

  function limitsOf({ route, context, end }: Job, sentAt: number): HttpLimits {
    const { signal, pool = route.lane === 'data' ? 'data' : 'orders' } = context;
    const deadlineMs = end - sentAt;
    const maxBytes = route.at.maxBytes ?? defaultMaxBytes;
    return signal === undefined ? { deadlineMs, maxBytes, pool } : { deadlineMs, maxBytes, pool, signal };
  }

  async function timed<T>(job: Job, sentAt: number, send: () => Promise<T>): Promise<T> {
    meter.count('rest.sent');
    try {
      return await send();
    } catch (error) {
      throw lost(job, error);
    } finally {
      meter.time(`rest.${job.route.lane}`, clock.mono() - sentAt);
    }
  }

  function conclude<T>(job: Job, read: Read<T>, { answer, broken, added }: Exchange): T {
    observe(job, answer);
    const fault = judged(job, broken === undefined ? { answer } : { answer, broken });
    const retryAfterMs = freeze(answer, fault, job.charge);
    if (fault !== undefined) throw failed(job, { ...fault, retryAfterMs, message: conceal(fault.message, added()) });
    return readBody(job, answer.body, read, added);
  }

  function observe({ route, context }: Job, answer: Answer): void {
    if (options.usage === undefined) return;
    try {
      throttler.observe(options.usage(answer, route.at), context.symbol);
    } catch {
      // An answer must not get lost because a header about limits was odd.
      meter.count('rest.usage-unread');
    }
  }

  function judged(job: Job, reply: Reply): Fault | undefined {
    try {
      return assess(reply, job.route.at, options.judge);
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

  function readBody<T>(job: Job, body: unknown, read: Read<T>, added: Exchange['added']): T {
    try {
      return read(body);
    } catch (error) {
      // Sent it was, whatever a reader says.
      if (isConnectorError(error) && error.outcome !== 'not-sent') throw error;
      const message = conceal(describeMisread(error), added());
      throw failed(job, { kind: 'bad-response', outcome: 'unknown', message }, toPlainCause(error));
    }
  }

  function rethrow(job: Job): (error: unknown) => never {
    return (error) => {
      throw unsent(job, error);
    };
  }

  return { call };
}

const defaultDeadlineMs = 10_000;
const defaultMaxBytes = 8 * 1_048_576;
// Limits leave room for what the network does to a request, and little of it for a disk.
const longestRecordMs = 20;
const local = { kind: 'invalid-request', outcome: 'not-sent' } as const;

// For venues that do not say how long to wait.
const pauseMs = 1_000;
const banMs = 60_000;
