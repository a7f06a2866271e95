import { decodeJson } from '@hb/connector-core';
import { readMessageId } from '@hb/connector-testkit';

type StreamError = Error & { readonly code: number };

/** As the documentation lists them. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#error-messages */
export function streamError(code: number, message: string): StreamError {
  return Object.assign(new Error(message), { code });
}

function isStreamError(error: unknown): error is StreamError {
  return error instanceof Error && 'code' in error;
}

function readMessage(text: string): { readonly method: unknown; readonly params: unknown } {
  let message: unknown;
  try {
    message = decodeJson(text);
  } catch {
    throw streamError(3, 'Invalid JSON: expected value at line 1 column 1');
  }
  if (typeof message !== 'object' || message === null || !('method' in message)) {
    throw streamError(2, `Invalid request: missing field \`method\` at line 1 column ${text.length}`);
  }
  return { method: message.method, params: 'params' in message ? message.params : undefined };
}

/** Code 2 for a method that no stream has. */
export function unknownMethod(method: unknown): StreamError {
  const expected = '`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`';
  return streamError(
    2,
    `Invalid request: unknown variant ${String(method)}, expected one of ${expected} at line 1 column 28`,
  );
}

/** The answer to `{ "method": "SUBSCRIBE", "params": […], "id": 1 }`; `answer` gives the text of `result`, or throws a `StreamError`. */
export function respondTo(bytes: Uint8Array, answer: (method: unknown, params: unknown) => string): string {
  const text = new TextDecoder().decode(bytes);
  const id = readMessageId(text);
  try {
    const message = readMessage(text);
    if (id === undefined) throw streamError(2, 'Invalid request: request ID must be an unsigned integer');
    return `{"result":${answer(message.method, message.params)},"id":${id}}`;
  } catch (error) {
    if (!isStreamError(error)) throw error;
    return `{"error":${JSON.stringify({ code: error.code, msg: error.message })},"id":${id ?? 'null'}}`;
  }
}
