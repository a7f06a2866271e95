import { ConnectorError } from '../errors/connector-error.js';
import type { Order } from '../model/order.js';
import type { OrderFacts } from './facts.js';
import { toOrder } from './machine.js';

/** Those who wait for orders to close. */
export type Closings = {
  readonly close: (order: Order) => void;
  readonly wait: (facts: OrderFacts | undefined, clientOrderId: string, signal?: AbortSignal) => Promise<Order>;
};

export function createClosings(): Closings {
  const waiting = new Map<string, Set<(order: Order) => void>>();

  const waitFor = (clientOrderId: string, signal: AbortSignal | undefined): Promise<Order> =>
    new Promise((resolve, reject) => {
      const ofOrder = waiting.get(clientOrderId) ?? new Set();
      waiting.set(clientOrderId, ofOrder);
      const end = (): void => {
        ofOrder.delete(finish);
        if (ofOrder.size === 0) waiting.delete(clientOrderId);
        signal?.removeEventListener('abort', abort);
      };
      const finish = (order: Order): void => {
        end();
        resolve(order);
      };
      const abort = (): void => {
        end();
        reject(notWaiting(clientOrderId, signal));
      };
      ofOrder.add(finish);
      signal?.addEventListener('abort', abort);
    });

  return {
    close: (order) => {
      for (const finish of [...(waiting.get(order.clientOrderId) ?? [])]) finish(order);
    },
    wait: async (facts, clientOrderId, signal) => {
      if (facts === undefined) {
        throw new ConnectorError(`no order ${JSON.stringify(clientOrderId)} is known here`, {
          kind: 'order-not-found',
          outcome: 'not-sent',
          operation: 'closed',
          clientOrderId,
        });
      }
      if (facts.closed) return toOrder(facts);
      if (signal?.aborted === true) throw notWaiting(clientOrderId, signal);
      return waitFor(clientOrderId, signal);
    },
  };
}

function notWaiting(clientOrderId: string, signal: AbortSignal | undefined): ConnectorError {
  return new ConnectorError(`the wait for order ${clientOrderId} was ended`, {
    kind: 'aborted',
    outcome: 'not-sent',
    operation: 'closed',
    clientOrderId,
    cause: signal?.reason,
  });
}
