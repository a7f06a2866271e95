import { ConnectorError } from '../errors/connector-error.js';
import type { Order } from '../model/order.js';
import { isFinal, type Signed } from '../orders/facts.js';
import type { Tracker } from '../orders/tracker.js';
import type { SignedTransaction } from '../spec/chain.js';
import type { DexMarket } from '../spec/dex.js';
import { bookTransactions, toInclusion, type Carried } from './dex-fills.js';
import type { Attempts, Follow } from './dex-follow.js';
import type { Replace, Slot } from './dex-replace.js';
import type { Lane } from './lane.js';

export type CarryOptions<W> = {
  readonly id: string;
  readonly tracker: Tracker;
  readonly follow: Follow;
  readonly replace: Pick<Replace, 'tend'>;
  readonly lane: Lane;
  /** What is signed under the nonce of a transaction that is of no order. */
  readonly attemptsOf: (transaction: SignedTransaction) => Pick<Attempts, 'all' | 'tend'>;
  readonly market: (pair: string) => Promise<DexMarket<W>>;
  /** The balances have changed. */
  readonly onMoved: () => void;
};

/** Watches what was signed, and books what becomes of it. */
export type Carry<W> = {
  /** `onOver` is called once, when it is known for the first time how it ended. */
  readonly order: (order: Carried<W>, nonce: number, onOver: () => void) => void;
  /** Resolves when a step has been included; it cannot fail afterwards but by a reorganisation, which the call's own check finds. */
  readonly step: (transaction: SignedTransaction) => Promise<void>;
  /** All nodes refused it: nobody has it. */
  readonly giveUp: (transaction: SignedTransaction) => void;
  /** Goes on with what an earlier run signed. What it had not signed never left. */
  readonly resume: () => Promise<void>;
};

export function createCarry<W>(options: CarryOptions<W>): Carry<W> {
  const { id, tracker, follow, lane } = options;

  /** `undefined` for what was not signed for an order. */
  const ownerOf = ({ hash }: SignedTransaction): string | undefined =>
    tracker
      .orders({ open: true })
      .map(({ clientOrderId }) => clientOrderId)
      .find((each) => tracker.signedFor(each).some(({ transaction }) => transaction.hash === hash));

  const signedUnder = ({ of, nonce }: Slot): readonly Signed[] =>
    tracker.signedFor(of).filter(({ transaction, settled }) => transaction.nonce === nonce && settled === undefined);

  /** What is the same for all that is signed under a nonce. */
  const toAttempts = (slot: Slot): Pick<Attempts, 'all' | 'settled' | 'tend'> => ({
    all: () => signedUnder(slot).map(({ transaction }) => transaction),
    settled: () => {
      lane.used(slot.nonce);
      tracker.settled(slot.of, slot.nonce, 'used');
    },
    tend: () => options.replace.tend(slot, tracker.deadline(slot.of)),
  });

  const order = (
    carried: Carried<W>,
    nonce: number,
    { onOver, resumed }: { readonly onOver: () => void; readonly resumed?: Attempts['resumed'] },
  ): void => {
    const slot = { of: carried.clientOrderId, nonce };
    const attempts = toAttempts(slot);
    const booking = bookTransactions(tracker, carried);
    const over = (): void => {
      onOver();
      options.onMoved();
    };
    follow.all({
      ...attempts,
      ...(resumed !== undefined && { resumed }),
      included: (receipt) => {
        booking.included(receipt);
        over();
      },
      reverted: (receipt) => {
        booking.reverted(receipt);
        over();
      },
      takenBack: (inclusion) => {
        booking.takenBack(inclusion);
        options.onMoved();
      },
      settled: (how) => {
        if (how === 'replaced') booking.replaced();
        attempts.settled(how);
        over();
      },
    });
  };

  const step = (attempts: Pick<Attempts, 'all' | 'settled' | 'tend'>, resumed?: 'waiting'): Promise<void> =>
    new Promise((resolve, reject) => {
      const fail = (message: string): void => {
        reject(new ConnectorError(message, { kind: 'order-rejected', outcome: 'refused', operation: `${id} step` }));
      };
      follow.all({
        ...attempts,
        ...(resumed !== undefined && { resumed }),
        included: () => {
          resolve();
        },
        reverted: ({ hash }) => {
          fail(`transaction ${hash} was reverted`);
        },
        takenBack: () => undefined,
        settled: (how) => {
          attempts.settled(how);
          if (how === 'replaced') fail('another transaction took its nonce');
        },
      });
    });

  const resumeOrder = async ({ clientOrderId, pair, side, state }: Order): Promise<void> => {
    const signed = tracker.signedFor(clientOrderId);
    for (const { settled, transaction } of signed) {
      if (settled === 'used') lane.used(transaction.nonce);
      if (settled === undefined) lane.hold(transaction.nonce);
    }
    const waiting = signed.filter(({ settled }) => settled === undefined);
    const steps = new Set(waiting.flatMap(({ step: name, transaction }) => (name ? [transaction.nonce] : [])));
    // Whoever waited for them is gone.
    for (const nonce of steps) step(toAttempts({ of: clientOrderId, nonce }), 'waiting').catch(() => undefined);
    const last = waiting.findLast(({ step: name }) => name === undefined);
    if (last !== undefined) {
      if (waiting.some(({ cancels }) => cancels === 'asked')) tracker.canceling(clientOrderId);
      const carried = { clientOrderId, side, market: await options.market(pair) };
      const resumed = isFinal(state) ? toResumed(tracker, clientOrderId, last.transaction) : 'waiting';
      order(carried, last.transaction.nonce, { onOver: () => undefined, resumed });
    } else if (!isFinal(state)) {
      tracker.notPlaced(clientOrderId, 'the process ended before its transaction was signed');
    }
  };

  return {
    order: (carried, nonce, onOver) => {
      order(carried, nonce, { onOver });
    },
    step: (transaction) => {
      const clientOrderId = ownerOf(transaction);
      if (clientOrderId !== undefined) return step(toAttempts({ of: clientOrderId, nonce: transaction.nonce }));
      return step({ ...options.attemptsOf(transaction), settled: () => undefined });
    },
    giveUp: (transaction) => {
      const clientOrderId = ownerOf(transaction);
      if (clientOrderId !== undefined) tracker.settled(clientOrderId, transaction.nonce, 'unused');
      lane.giveBack(transaction.nonce);
    },
    resume: async () => {
      for (const each of tracker.orders()) await resumeOrder(each);
    },
  };
}

/** How an order that is over ended, as far as it is on record. */
function toResumed(
  tracker: Pick<Tracker, 'fillsOf'>,
  clientOrderId: string,
  { hash }: SignedTransaction,
): Attempts['resumed'] {
  const [fillId] = tracker.fillsOf(clientOrderId).booked;
  return fillId === undefined ? { state: 'reverted', hash } : toInclusion(fillId);
}
