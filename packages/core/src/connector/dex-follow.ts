import type { Receipt, SignedTransaction, TransactionState } from '../spec/chain.js';
import type { Clock } from '../ports/ports.js';
import { repeat } from './repeat.js';

export type FollowOptions = {
  readonly clock: Clock;
  /** How often the chain is asked. */
  readonly everyMs: number;
  readonly finalDepth: number;
  /** `undefined` while it is not known. */
  readonly height: () => number | undefined;
  /** What enough nodes say; `undefined` when they do not agree. Must not reject. */
  readonly fetchState: (transaction: SignedTransaction) => Promise<TransactionState | undefined>;
  /** Sends the same bytes again. Must not reject. */
  readonly broadcast: (transaction: SignedTransaction) => Promise<void>;
};

export type Follower = {
  readonly included: (receipt: Receipt) => void;
  readonly reverted: (receipt: Receipt) => void;
  /** What this receipt said does not hold any more. */
  readonly takenBack: (receipt: Receipt) => void;
  /** Another transaction has its nonce, for good. */
  readonly replaced: () => void;
};

/** Watches transactions until nothing can happen to them any more. */
export type Follow = {
  readonly start: (transaction: SignedTransaction, follower: Follower) => void;
  readonly close: () => void;
};

/** A node that forgets a transaction is told of it again after so many looks. */
const looksBetweenSends = 8;

export function createFollow(options: FollowOptions): Follow {
  const { clock, finalDepth, height } = options;
  const stops = new Set<() => void>();

  const depthOf = (receipt: Receipt): number => (height() ?? receipt.height) - receipt.height + 1;

  return {
    start: (transaction, follower) => {
      let held: { readonly state: 'included' | 'reverted'; readonly receipt: Receipt } | undefined;
      let waited = 0;
      let stop = (): void => undefined;
      const end = (): void => {
        stop();
        stops.delete(stop);
      };

      const drop = (): void => {
        if (held !== undefined) follower.takenBack(held.receipt);
        held = undefined;
      };

      const take = async (told: TransactionState): Promise<void> => {
        if (told.state === 'included' || told.state === 'reverted') {
          if (held?.receipt.block === told.receipt.block) return;
          drop();
          held = told;
          follower[told.state](told.receipt);
          return;
        }
        drop();
        if (told.state === 'replaced') follower.replaced();
        else if (waited % looksBetweenSends === looksBetweenSends - 1) await options.broadcast(transaction);
        waited += 1;
        if (told.state === 'replaced') end();
      };

      const look = async (): Promise<void> => {
        const told = await options.fetchState(transaction);
        if (told !== undefined && stops.has(stop)) await take(told);
        if (held !== undefined && depthOf(held.receipt) >= finalDepth) end();
      };
      stop = repeat(clock, options.everyMs, look);
      stops.add(stop);
    },
    close: () => {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}
