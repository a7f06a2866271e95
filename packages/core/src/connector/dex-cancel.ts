import { attribute } from '../errors/attribute.js';
import type { Order } from '../model/order.js';
import { isFinal } from '../orders/facts.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { Connector } from './connector.js';
import type { Replace, Slot } from './dex-replace.js';
import { invalid, known } from './known.js';
import type { Outgoing } from './outgoing.js';
import { atMost } from './wait.js';

const defaultCancelAllMs = 10_000;

export type DexCancelOptions = {
  readonly id: string;
  readonly tracker: Tracker;
  readonly outgoing: Outgoing;
  readonly replace: Pick<Replace, 'cancel' | 'faster'>;
  readonly clock: Clock;
};

/** Ends orders, or hurries them, by transactions that take the nonces of theirs. */
export type DexCancelling = Pick<Connector, 'cancel' | 'cancelAll'> & {
  readonly speedUp: (clientOrderId: string) => Promise<Order>;
};

export function createDexCancelling({ id, tracker, outgoing, replace, clock }: DexCancelOptions): DexCancelling {
  const underWay = new Map<string, Promise<Order>>();

  const isOver = (clientOrderId: string): boolean => isFinal(known(tracker, id, clientOrderId).state);

  const slotOf = (clientOrderId: string): Slot => {
    const signed = tracker.signedFor(clientOrderId).findLast(({ step }) => step === undefined);
    if (signed !== undefined) return { of: clientOrderId, nonce: signed.transaction.nonce };
    throw invalid(`${id} cancel`, 'its transaction has not been signed');
  };

  const cancelSent = async (clientOrderId: string): Promise<void> => {
    const slot = slotOf(clientOrderId);
    tracker.canceling(clientOrderId);
    try {
      await replace.cancel(slot, 'asked');
    } catch (error) {
      const failure = attribute(error, { operation: `${id} cancel`, clientOrderId, outcome: 'unknown' });
      tracker.cancelFailed(clientOrderId, failure);
      throw failure;
    }
  };

  const cancelOnce = async (clientOrderId: string): Promise<Order> => {
    if (outgoing.withhold(clientOrderId)) return tracker.closed(clientOrderId);
    // It is being signed: when nodes have it, there is something to take the place of.
    await outgoing.answered(clientOrderId);
    const order = known(tracker, id, clientOrderId);
    if (!isFinal(order.state) && !order.canceling) await cancelSent(clientOrderId);
    return known(tracker, id, clientOrderId);
  };

  const cancel: DexCancelling['cancel'] = async (clientOrderId) => {
    const order = known(tracker, id, clientOrderId);
    if (isFinal(order.state)) return order;
    const forget = (): boolean => underWay.delete(clientOrderId);
    const running = underWay.get(clientOrderId) ?? cancelOnce(clientOrderId).finally(forget);
    underWay.set(clientOrderId, running);
    return running;
  };

  const untilOver = async (clientOrderId: string): Promise<void> => {
    await cancel(clientOrderId);
    if (!isOver(clientOrderId)) await tracker.closed(clientOrderId);
  };

  return {
    cancel,
    cancelAll: async ({ pair, withinMs = defaultCancelAllMs } = {}) => {
      const open = tracker.orders({ open: true, ...(pair !== undefined && { pair }) });
      // What could not be cancelled shows in orders(), with its state.
      const work = Promise.allSettled(open.map(({ clientOrderId }) => untilOver(clientOrderId)));
      await atMost(clock, withinMs, work);
      return open.flatMap(({ clientOrderId }) => {
        const order = known(tracker, id, clientOrderId);
        return order.state === 'canceled' ? [order] : [];
      });
    },
    speedUp: async (clientOrderId) => {
      if (isOver(clientOrderId)) return known(tracker, id, clientOrderId);
      await outgoing.answered(clientOrderId);
      if (!isOver(clientOrderId)) await replace.faster(slotOf(clientOrderId));
      return known(tracker, id, clientOrderId);
    },
  };
}
