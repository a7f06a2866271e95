import type { OrderRequest } from '../model/order.js';

/**
 * Checks what the types promise, for callers that have none: of a request that is read from a file, nothing may be guessed.
 * Throws a `TypeError` that names the member and its value.
 */
export function checkRequest(request: OrderRequest): void {
  const told: Readonly<Record<string, unknown>> = { ...request };
  const { pair, clientOrderId, sendWithinMs } = told;
  if (typeof pair !== 'string') throw new TypeError(`pair: ${show(pair)} is not text`);
  oneOf(told, 'side', ['buy', 'sell']);
  oneOf(told, 'type', ['limit', 'market']);
  if (clientOrderId !== undefined && typeof clientOrderId !== 'string') {
    throw new TypeError(`clientOrderId: ${show(clientOrderId)} is not text`);
  }
  if (sendWithinMs !== undefined && !(typeof sendWithinMs === 'number' && sendWithinMs > 0)) {
    throw new TypeError(`sendWithinMs: ${show(sendWithinMs)} is not above 0`);
  }
  for (const name of foreign[request.type]) {
    if (told[name] !== undefined) throw new TypeError(`a ${request.type} order has no ${name}`);
  }
  if (told['amountIn'] !== undefined) oneOf(told, 'amountIn', ['base', 'quote']);
}

/** What belongs to orders of the other type: it would not hold. */
const foreign: Readonly<Record<OrderRequest['type'], readonly string[]>> = {
  limit: ['maxSlippage'],
  market: ['price', 'timeInForce', 'expiresAt'],
};

function oneOf(told: Readonly<Record<string, unknown>>, name: string, values: readonly string[]): void {
  const value = told[name];
  if (typeof value !== 'string' || !values.includes(value)) {
    throw new TypeError(`${name}: ${show(value)} is not one of ${values.join(', ')}`);
  }
}

/** A value of a caller's in a message: text in quotes, `NaN`, `null`, or what kind of thing it is. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || value === null ? String(value) : typeof value;
}
