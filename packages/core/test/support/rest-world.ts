import { createCollector } from '../../src/connector/meter.js';
import { isConnectorError } from '../../src/errors/connector-error.js';
import type { Metrics } from '../../src/model/metrics.js';
import type { HttpAnswer, HttpLimits, WireRequest } from '../../src/ports/ports.js';
import { createRest } from '../../src/rest/call.js';
import type { Rest, RestOptions } from '../../src/rest/call.js';
import type { Answer, Pool, Verdict } from '../../src/spec/endpoint.js';
import { createThrottler } from '../../src/throttler/throttler.js';
import { createVirtualClock } from './virtual-clock.js';
import type { VirtualClock } from './virtual-clock.js';

/** A request as text, with when it left. */
export type Sent = { readonly at: number; readonly text: string; readonly limits: HttpLimits };

export type RestWorld = {
  readonly rest: Rest;
  readonly clock: VirtualClock;
  readonly sent: Sent[];
  /** How often venue time was measured. */
  readonly measured: () => number;
  readonly metrics: () => Metrics;
};

const pool: Pool = { scope: 'key', windows: [{ limit: 10, perMs: 1_000 }] };

export type Responder = (request: WireRequest, limits: HttpLimits) => Promise<HttpAnswer> | HttpAnswer;

/** A venue that answers `respond` to each request, at once, under limits of 10 units a second, `weight` and `orders`. */
export function createRestWorld(respond: Responder, options: Partial<RestOptions> = {}): RestWorld {
  const clock = createVirtualClock();
  const sent: Sent[] = [];
  const { meter, read } = createCollector();
  let measured = 0;
  const rest = createRest({
    id: 'venue',
    docs: 'https://docs.venue.test',
    hosts: { rest: 'https://api.venue.test/base/', other: 'https://other.venue.test' },
    clock,
    meter,
    throttler: createThrottler({ clock, pools: { weight: pool, orders: pool } }),
    judge,
    onClockSkew: async () => {
      measured += 1;
    },
    http: {
      send: async (request, limits) => {
        sent.push({ at: clock.mono(), text: toText(request), limits });
        return respond(request, limits);
      },
    },
    ...options,
  });
  return { rest, clock, sent, measured: () => measured, metrics: () => read([]) };
}

export function answer(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: new Map(Object.entries(headers)), body: new TextEncoder().encode(body) };
}

/** What a call rejects with, as plain values. */
export async function failureOf(calling: Promise<unknown>): Promise<unknown> {
  const error: unknown = await calling.then(
    () => 'resolved',
    (reason: unknown) => reason,
  );
  if (!isConnectorError(error)) return error;
  const { kind, outcome, operation, message, code, retryAfterMs } = error;
  return { kind, outcome, operation, message, code, retryAfterMs };
}

const verdicts: Readonly<Record<string, Pick<Verdict, 'kind' | 'outcome' | 'retryAfterMs'>>> = {
  '-1003': { kind: 'rate-limited', outcome: 'refused', retryAfterMs: 3_000 },
  '-1021': { kind: 'clock-skew', outcome: 'refused' },
  '-2010': { kind: 'insufficient-balance', outcome: 'refused' },
  '-2011': { kind: 'order-rejected', outcome: 'exists' },
  '-2013': { kind: 'order-not-found', outcome: 'unknown' },
};

/** Reads `{"code":-1,"msg":"…"}`, and throws for `{"code":{}}`, as a schema would. */
function judge({ body }: Answer): Verdict | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
  if (typeof body.code !== 'string') throw new Error('code is not a number');
  const verdict = verdicts[body.code];
  const message = 'msg' in body && typeof body.msg === 'string' ? body.msg : '';
  return verdict && { ...verdict, code: body.code, message };
}

function toText({ method, url, body, headers }: WireRequest): string {
  const lines = [`${method} ${url.href}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), body];
  return lines.filter((line) => line !== '').join('\n');
}
