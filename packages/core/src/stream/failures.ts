import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Answer, Verdict } from '../spec/endpoint.js';

/** A request that provably did not leave. */
export function notSent(operation: string, kind: ErrorKind, message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}

/** What a venue says against a login or a subscription; `undefined` when it agrees. */
export function objection(
  operation: string,
  answer: Answer,
  judge: ((answer: Answer) => Verdict | undefined) | undefined,
): ConnectorError | undefined {
  if (judge === undefined) return answer.status < 400 ? undefined : refusal(operation, `status ${answer.status}`);
  const verdict = judge(answer);
  if (verdict === undefined || verdict.outcome === 'exists') return undefined;
  const { kind, outcome, code, retryAfterMs } = verdict;
  return new ConnectorError(verdict.message, { kind, outcome, operation, code, retryAfterMs });
}

/** A refusal that came without a code. */
export function refusal(operation: string, message = 'refused'): ConnectorError {
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'refused', operation });
}

/** One line on an error, for the reason why a connection ended. */
export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
