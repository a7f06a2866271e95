import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Order } from '../model/order.js';
import type { Tracker } from '../orders/tracker.js';

/** The order, or an `invalid-request` that names the id. */
export function known(tracker: Pick<Tracker, 'order'>, id: string, clientOrderId: string): Order {
  const order = tracker.order(clientOrderId);
  if (order !== undefined) return order;
  throw invalid(`${id} order`, `no order ${JSON.stringify(clientOrderId)} is known here`);
}

export function invalid(operation: string, message: string, kind: ErrorKind = 'invalid-request'): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}
