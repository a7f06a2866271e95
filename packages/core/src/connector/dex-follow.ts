import type { Receipt, SignedTransaction, TransactionState } from '../spec/chain.js';
import type { Clock } from '../ports/ports.js';
import { repeat } from './repeat.js';

export type FollowOptions = {
  readonly clock: Clock;
  /** How often the chain is asked. */
  readonly everyMs: number;
  readonly finalDepth: number;
  /** What enough nodes say; `undefined` when they do not agree. Must not reject. */
  readonly fetchState: (transaction: SignedTransaction) => Promise<TransactionState | undefined>;
};

/** In which block a transaction was; the block is not known of a reverted one that an earlier run saw. */
export type Inclusion = {
  readonly state: 'included' | 'reverted';
  readonly hash: string;
  readonly block?: string;
};

/** The transactions of one nonce: at most one of them is ever included. */
export type Attempts = {
  /** Oldest first. More may come. */
  readonly all: () => readonly SignedTransaction[];
  /** What an earlier run left: this inclusion is on record, or all of it may never have been sent. */
  readonly resumed?: Inclusion | 'waiting';
  readonly included: (receipt: Receipt) => void;
  readonly reverted: (receipt: Receipt) => void;
  /** What was told of this inclusion does not hold any more. */
  readonly takenBack: (inclusion: Inclusion) => void;
  /** Nothing can happen any more: one was included for good, or another transaction than these (`replaced`). */
  readonly settled: (how: 'included' | 'replaced') => void;
  /** Helps along what waits. Must not reject. */
  readonly tend: () => Promise<void>;
};

/** Watches transactions until nothing can happen to them any more. */
export type Follow = {
  readonly all: (attempts: Attempts) => void;
  readonly close: () => void;
};

/** What waits is tended after so many looks. */
const looksBetweenTending = 8;

export function createFollow(options: FollowOptions): Follow {
  const stops = new Set<() => void>();

  const all: Follow['all'] = (attempts) => {
    const look = createLook(attempts, options);
    let stop = (): void => undefined;
    const isGoing = (): boolean => stops.has(stop);
    stop = repeat(options.clock, options.everyMs, async () => {
      if (!(await look(isGoing))) return;
      stop();
      stops.delete(stop);
    });
    stops.add(stop);
  };

  return {
    all,
    close: () => {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}

/** Looks once; resolves with whether there is nothing more to see. */
function createLook(attempts: Attempts, options: FollowOptions): (isGoing: () => boolean) => Promise<boolean> {
  const { resumed } = attempts;
  let held = resumed === 'waiting' ? undefined : resumed;
  let waited = resumed === undefined ? 0 : looksBetweenTending - 1;

  const drop = (): void => {
    if (held === undefined) return;
    attempts.takenBack(held);
    held = undefined;
    // Nodes may have forgotten it with the block.
    waited = looksBetweenTending - 1;
  };

  const takeReceipt = ({ state, receipt, depth }: Extract<TransactionState, { receipt: Receipt }>): boolean => {
    if (!isSame(held, { state, ...receipt })) {
      drop();
      attempts[state](receipt);
    }
    held = { state, hash: receipt.hash, block: receipt.block };
    if (depth < options.finalDepth) return false;
    attempts.settled('included');
    return true;
  };

  return async (isGoing) => {
    const told = await askAll(attempts.all(), options.fetchState);
    if (told === undefined || !isGoing()) return false;
    if ('receipt' in told) return takeReceipt(told);
    drop();
    if (told.state === 'replaced') attempts.settled('replaced');
    else if (waited % looksBetweenTending === looksBetweenTending - 1) await attempts.tend();
    waited += 1;
    return told.state === 'replaced';
  };
}

/** Of the one that was included; `replaced` when none ever will be; `undefined` while that is not sure. */
async function askAll(
  transactions: readonly SignedTransaction[],
  fetchState: FollowOptions['fetchState'],
): Promise<TransactionState | undefined> {
  const states: (TransactionState | undefined)[] = [];
  for (const transaction of [...transactions].reverse()) {
    const told = await fetchState(transaction);
    if (told !== undefined && 'receipt' in told) return told;
    states.push(told);
  }
  if (states.includes(undefined)) return undefined;
  return states.find((told) => told?.state !== 'replaced') ?? { state: 'replaced' };
}

function isSame(held: Inclusion | undefined, { state, hash, block }: Inclusion): boolean {
  return held?.state === state && held.hash === hash && (held.block === undefined || held.block === block);
}
