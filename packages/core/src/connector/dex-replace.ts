import type { UnixMs } from '../model/market.js';
import { isFinal, type Signed } from '../orders/facts.js';
import type { SignedFor } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import type { ChainSpec } from '../spec/chain.js';
import type { DexNode } from './dex-node.js';
import { invalid } from './known.js';

export type ReplaceOptions<O, C, Op, Plan> = {
  readonly id: string;
  readonly chain: Pick<ChainSpec<O, C, Op, Plan>, 'isStuck' | 'planFaster' | 'planCancel' | 'signTransaction'>;
  readonly node: DexNode<O, C>;
  readonly tracker: Pick<Tracker, 'order' | 'signed' | 'signedFor'>;
  /** After its time a block may still be made that says it is earlier. */
  readonly graceMs: number;
  readonly onProblem: (error: unknown) => void;
};

/** What is signed for one order under one nonce. */
export type Slot = { readonly clientOrderId: string; readonly nonce: number };

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
  const { id, chain, node, tracker, onProblem } = options;
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time, so that each one goes beyond all that were signed before it. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };

  const newestOf = ({ clientOrderId, nonce }: Slot): Signed => {
    const newest = tracker.signedFor(clientOrderId).findLast((each) => each.transaction.nonce === nonce);
    if (newest !== undefined && newest.settled === undefined) return newest;
    throw nothingWaits();
  };
  const nothingWaits = (): Error => invalid(`${id} replace`, 'no transaction waits to be included');

  const sign = async ({ clientOrderId, nonce }: Slot, plan: Plan, what: SignedFor): Promise<void> => {
    const transaction = await chain.signTransaction(node.private(), plan, nonce);
    // It may have been included meanwhile.
    const order = tracker.order(clientOrderId);
    if (what.step === undefined && order !== undefined && isFinal(order.state)) throw nothingWaits();
    await tracker.signed(clientOrderId, transaction, what);
    await node.broadcast(transaction);
  };

  const faster = async (slot: Slot): Promise<void> => {
    const { transaction, step, cancels } = newestOf(slot);
    const plan = await chain.planFaster(node.any(), transaction);
    await sign(slot, plan, { ...(step !== undefined && { step }), ...(cancels !== undefined && { cancels }) });
  };

  const cancel: Replace['cancel'] = async (slot, why) => {
    const { transaction } = newestOf(slot);
    await sign(slot, await chain.planCancel(node.any(), node.owner(), transaction), { cancels: why });
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
