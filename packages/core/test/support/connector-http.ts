import { ConnectorError, type ErrorKind, type Outcome } from '../../src/errors/connector-error.js';
import type { Clock, Http, HttpAnswer, HttpLimits, WireRequest, WireUrl } from '../../src/ports/ports.js';

/** A request as it arrived: `GET /order`, with the values of its query or its body. */
export type Arrived = {
  readonly at: number;
  readonly what: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly pool?: HttpLimits['pool'];
};

/** `refused` before it arrived, `lost` after it, `silence` for ever; else a JSON body, which may take its time. */
export type Reply = 'refused' | 'lost' | 'silence' | { readonly status?: number; readonly body: unknown };

const latencyMs = 5;

/** Requests in memory: 5 ms there and 5 ms back. */
export function createMemoryHttp(clock: Clock, answer: (request: Arrived) => Reply | Promise<Reply>): Http {
  return {
    send: (request, { deadlineMs, pool, signal }) =>
      new Promise((resolve, reject) => {
        const timers = new Set<() => void>();
        const after = (ms: number, run: () => void): void => {
          timers.add(clock.at(clock.mono() + ms, run));
        };
        const end = (settle: () => void): void => {
          for (const cancel of timers) cancel();
          signal?.removeEventListener('abort', onAbort);
          settle();
        };
        const fail = (kind: ErrorKind, outcome: Outcome, message: string): void => {
          end(() => {
            reject(new ConnectorError(message, { kind, outcome, operation: request.method }));
          });
        };
        const onAbort = (): void => {
          fail('aborted', 'unknown', 'aborted');
        };
        const receive = (reply: Reply): void => {
          if (reply === 'refused') fail('network', 'not-sent', 'connection refused');
          else if (reply === 'lost') fail('network', 'unknown', 'connection lost');
          else if (reply !== 'silence')
            end(() => {
              resolve(toAnswer(reply));
            });
        };
        signal?.addEventListener('abort', onAbort);
        after(deadlineMs, () => {
          fail('network', 'unknown', `no answer within ${deadlineMs} ms`);
        });
        after(latencyMs, () => {
          void Promise.resolve(answer(toArrived(request, { pool, at: clock.mono() }))).then((reply) => {
            after(latencyMs, () => {
              receive(reply);
            });
          });
        });
      }),
  };
}

function toArrived({ method, url, body, headers }: WireRequest, how: Pick<Arrived, 'pool' | 'at'>): Arrived {
  const params: unknown = /^[{[]/.test(body) ? JSON.parse(body) : Object.fromEntries(fields(url, body));
  return { ...how, what: `${method} ${url.pathname}`, params: { ...Object(params) }, headers };
}

function fields(url: WireUrl, body: string): URLSearchParams {
  return new URLSearchParams(body === '' ? url.search : body);
}

function toAnswer({ status = 200, body }: { readonly status?: number; readonly body: unknown }): HttpAnswer {
  return { status, headers: new Map(), body: new TextEncoder().encode(JSON.stringify(body)) };
}
