import type { Clock } from '../ports/ports.js';
import { waitMs } from './backoff.js';

const backoff = { firstMs: 300, mostMs: 10_000 };

/** Looks at orders of which something is missing, again and again, until nothing is. */
export type FollowUp = {
  /** Asks for a look at an order; more asks before it happened are one. */
  readonly order: (clientOrderId: string) => void;
  readonly close: () => void;
};

/** `look` returns whether the order is settled. It must not reject. */
export function createFollowUp(options: {
  clock: Clock;
  random: () => number;
  look: (clientOrderId: string) => Promise<boolean>;
}): FollowUp {
  const { clock, random, look } = options;
  const waiting = new Map<string, () => void>();
  let closed = false;

  const arm = (clientOrderId: string, attempt: number): void => {
    const cancel = clock.at(clock.mono() + waitMs(backoff, attempt, random), () => {
      void look(clientOrderId).then((settled) => {
        if (closed || settled) waiting.delete(clientOrderId);
        else arm(clientOrderId, attempt + 1);
      });
    });
    waiting.set(clientOrderId, cancel);
  };

  return {
    order: (clientOrderId) => {
      if (!closed && !waiting.has(clientOrderId)) arm(clientOrderId, 0);
    },
    close: () => {
      closed = true;
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
    },
  };
}
