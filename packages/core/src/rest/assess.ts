import { decodeJson } from '../codec/json.js';
import { isRateLimit, kindOfStatus } from '../errors/classify.js';
import type { ErrorKind, Outcome } from '../errors/connector-error.js';
import type { HttpAnswer } from '../ports/ports.js';
import type { Answer, Endpoint, Verdict } from '../spec/endpoint.js';

/** An answer, and why its body could not be decoded where that failed. */
export type Reply = { readonly answer: Answer; readonly broken?: string };

/** What went wrong with a request that was answered. `message` is in the venue's words where there are any. */
export type Fault = {
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  readonly message: string;
  readonly code?: string;
  readonly retryAfterMs?: number | undefined;
};

/** The body as lossless JSON; `undefined` when it is empty. */
export function decodeAnswer({ status, headers, body }: HttpAnswer): Reply {
  if (body.length === 0) return { answer: { status, headers, body: undefined } };
  try {
    return { answer: { status, headers, body: decodeJson(body) } };
  } catch (error) {
    const type = headers.get('content-type') ?? 'no content type';
    const reason = error instanceof Error ? error.message : 'not JSON';
    return { answer: { status, headers, body: undefined }, broken: `${body.length} bytes of ${type}: ${reason}` };
  }
}

/** What an answer means; `undefined` is success. Without a listed verdict an order or a cancel may have reached the book. */
export function assess(
  { answer, broken }: Reply,
  at: Endpoint,
  judge: (answer: Answer, at: Endpoint) => Verdict | undefined,
): Fault | undefined {
  const outcome = (at.lane ?? 'data') === 'data' && isRefusal(answer.status) ? 'refused' : 'unknown';
  if (broken !== undefined)
    return { kind: kindOfBroken(answer.status), outcome, message: `HTTP ${answer.status}, ${broken}` };
  const verdict = judge(answer, at);
  if (verdict !== undefined) return toFault(verdict);
  if (answer.status >= 200 && answer.status < 300) return undefined;
  return { kind: kindOfStatus(answer.status), outcome, message: `HTTP ${answer.status}` };
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}

/** A page instead of data tells only what its status tells, and a 403 page is a firewall's, not about a key. */
function kindOfBroken(status: number): ErrorKind {
  return isRateLimit(status) || status >= 500 ? kindOfStatus(status) : 'bad-response';
}

/** An order whose id is taken is there, so nobody knows yet what became of it. */
function toFault({ code, message, kind, outcome, retryAfterMs }: Verdict): Fault {
  const told = { kind, code, retryAfterMs, message: `${message} (${code})` };
  return { ...told, outcome: outcome === 'exists' ? 'unknown' : outcome };
}
