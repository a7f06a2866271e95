import type { UnixMs } from '../model/market.js';
import { isFinal, type Signed } from '../orders/facts.js';
import type { SignedFor } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import type { ChainSpec, SignedTransaction } from '../spec/chain.js';
import type { DexPublic } from '../spec/dex.js';
import type { DexNode } from './dex-node.js';
import { invalid } from './known.js';

export type ReplaceOptions<O, C, Op, Plan> = {
  readonly id: string;
  readonly chain: Pick<
    ChainSpec<O, C, Op, Plan>,
    'isStuck' | 'planFaster' | 'planCancel' | 'mergePlans' | 'signTransaction'
  >;
  readonly node: DexNode<O, C>;
  readonly ledger: SignedLedger;
  /** After its time a block may still be made that says it is earlier. */
  readonly graceMs: number;
  readonly onProblem: (error: unknown) => void;
};

/** What is signed for one order, or one change of liquidity, under one nonce; `of` is its id. */
export type Slot = { readonly of: string; readonly nonce: number };

/** What has been signed, on record. */
export type SignedLedger = {
  readonly signedFor: (of: string) => readonly Signed[];
  /** Whether it is known how it ended. */
  readonly isOver: (of: string) => boolean;
  /** Resolves when it is safe. */
  readonly keep: (of: string, transaction: SignedTransaction, what: SignedFor) => Promise<void>;
};

/** What was signed for orders. */
export function toOrderLedger(tracker: Pick<Tracker, 'order' | 'signed' | 'signedFor'>): SignedLedger {
  return {
    signedFor: tracker.signedFor,
    isOver: (of) => {
      const order = tracker.order(of);
      return order !== undefined && isFinal(order.state);
    },
    keep: tracker.signed,
  };
}

/** Signs again under a nonce that is taken already: of all that is signed under it one at most is ever included. */
export type Replace = {
  /** The same, with higher fees. Rejects when it was not sent, and when nodes refuse it. */
  readonly faster: (slot: Slot) => Promise<void>;
  /** Something without effect instead. Rejects as `faster` does. */
  readonly cancel: (slot: Slot, why: NonNullable<SignedFor['cancels']>) => Promise<void>;
  /**
   * Helps along what waits: the same again to nodes that have forgotten it, higher fees where those it has are too low,
   * something without effect instead after its time. Never rejects.
   */
  readonly tend: (slot: Slot, deadline: UnixMs | undefined) => Promise<void>;
};

export function createReplace<O, C, Op, Plan>(options: ReplaceOptions<O, C, Op, Plan>): Replace {
  const { id, chain, node, ledger, onProblem } = options;
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time, so that each one goes beyond all that were signed before it. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };

  const newestOf = ({ of, nonce }: Slot): Signed => {
    const newest = ledger.signedFor(of).findLast((each) => each.transaction.nonce === nonce);
    if (newest !== undefined && newest.settled === undefined) return newest;
    throw nothingWaits();
  };
  const nothingWaits = (): Error => invalid(`${id} replace`, 'no transaction waits to be included');

  const sign = async ({ of, nonce }: Slot, plan: Plan, what: SignedFor): Promise<void> => {
    const transaction = await chain.signTransaction(node.private(), plan, nonce);
    // It may have been included meanwhile.
    if (what.step === undefined && ledger.isOver(of)) throw nothingWaits();
    await ledger.keep(of, transaction, what);
    await node.broadcast(transaction);
  };

  const planned = (ask: (p: DexPublic<O>) => Promise<Plan>, alone: boolean): Promise<Plan> =>
    node.two(ask, { join: chain.mergePlans, alone });

  const faster = async (slot: Slot): Promise<void> => {
    const { transaction, step, cancels } = newestOf(slot);
    // One node alone could make it dear.
    const plan = await planned((p) => chain.planFaster(p, transaction), false);
    await sign(slot, plan, { ...(step !== undefined && { step }), ...(cancels !== undefined && { cancels }) });
  };

  const cancel: Replace['cancel'] = async (slot, why) => {
    const { transaction } = newestOf(slot);
    // Nothing keeps from it: the limit of fees holds all the same.
    const plan = await planned((p) => chain.planCancel(p, node.owner(), transaction), true);
    await sign(slot, plan, { cancels: why });
  };

  const tend: Replace['tend'] = async (slot, deadline) => {
    const { transaction, step, cancels } = newestOf(slot);
    const isLate = deadline !== undefined && node.now() > deadline + options.graceMs;
    if (isLate && (step ?? cancels) === undefined) await cancel(slot, 'late');
    else if (await chain.isStuck(node.any(), transaction)) await faster(slot);
    else await node.broadcast(transaction);
  };

  return {
    faster: (slot) => inTurn(() => faster(slot)),
    cancel: (slot, why) => inTurn(() => cancel(slot, why)),
    tend: (slot, deadline) =>
      inTurn(() => tend(slot, deadline))
        .catch(async (error: unknown) => {
          onProblem(error);
          await node.broadcast(newestOf(slot).transaction);
        })
        .catch(onProblem),
  };
}
