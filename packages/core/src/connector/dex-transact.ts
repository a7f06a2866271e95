import { attribute } from '../errors/attribute.js';
import type { ChainSpec, SignedTransaction, Spend, Step } from '../spec/chain.js';
import type { DexCall } from '../spec/dex.js';
import { createClaims, type Claim } from './claims.js';
import type { DexNode } from './dex-node.js';
import type { Lane } from './lane.js';

export type TransactOptions<O, C, Op, Plan> = {
  readonly chain: Pick<ChainSpec<O, C, Op, Plan>, 'fetchApprovals' | 'plan' | 'mergePlans' | 'signTransaction'>;
  readonly node: DexNode<O, C>;
  readonly lane: Lane;
  /** Resolves when a step is done for good; rejects when it failed. */
  readonly settled: (transaction: SignedTransaction) => Promise<void>;
  /** All nodes refused it: nobody has it, and its nonce is free. */
  readonly giveUp: (transaction: SignedTransaction) => void;
};

/** Resolves when what was signed is on record; `step` names what comes before the call itself. */
export type Keep = (transaction: SignedTransaction, step?: string) => Promise<void>;

/** A transaction that is on record and may leave, and what it will take of allowances: to be ended when it has, or cannot any more. */
export type Ready = { readonly transaction: SignedTransaction; readonly claim: Claim };

/**
 * Makes a transaction of a call: has allowed what it spends, tries it and signs it. What is signed, the approvals included, is on
 * record before it can leave. `mayLeave` runs when its turn has come, and throws when it is too late. When it rejects, the call has not left.
 */
export type Transact<Op> = (call: DexCall<Op>, keep: Keep, mayLeave: () => void) => Promise<Ready>;

export function createTransact<O, C, Op, Plan>(options: TransactOptions<O, C, Op, Plan>): Transact<Op> {
  const { chain, node, lane } = options;
  const claims = createClaims();
  let approving: Promise<void> = Promise.resolve();

  const sign = async (op: Op, keep: Keep, mayLeave?: () => void): Promise<SignedTransaction> => {
    const plan = await node.two((p) => chain.plan(p, node.owner(), op), { join: chain.mergePlans, alone: false });
    return lane.next(async (nonce) => {
      mayLeave?.();
      const transaction = await chain.signTransaction(node.private(), plan, nonce);
      await keep(transaction);
      return transaction;
    });
  };

  /** Resolves when it is done, or with `false` when it has not been signed because `isStill` is not so any more. */
  const run = async ({ name, op }: Step<Op>, keep: Keep, isStill: () => boolean): Promise<boolean> => {
    let isWanted = true;
    const transaction = await sign(
      op,
      (signed) => keep(signed, name),
      () => {
        isWanted = isStill();
        if (!isWanted) throw new Error('it is not wanted any more');
      },
    ).catch((error: unknown) => {
      if (isWanted) throw error;
    });
    if (transaction === undefined) return false;
    try {
      await node.broadcast(transaction);
    } catch (error) {
      if (attribute(error, { operation: name, outcome: 'unknown' }).outcome !== 'unknown') {
        options.giveUp(transaction);
        throw error;
      }
    }
    await options.settled(transaction);
    return true;
  };

  /** Ends early, with `false`, when another call is signed meanwhile: what it takes would be allowed once more. */
  const approveAll = async (spends: readonly Spend[], keep: Keep): Promise<boolean> => {
    const total = claims.total(spends);
    for (const step of await chain.fetchApprovals(node.any(), node.owner(), total))
      if (!(await run(step, keep, () => claims.isStill(total)))) return false;
    return true;
  };

  /**
   * One call at a time: an approval sets what is allowed, whatever was allowed before, so that it must be for all calls
   * that are not signed when it is, and nobody may rely on the one before it once it is under way.
   */
  const approve = (spends: readonly Spend[], keep: Keep): Promise<void> => {
    const approved = approving.then(async () => {
      while (!(await approveAll(spends, keep)));
    });
    approving = approved.catch(() => undefined);
    return approved;
  };

  return async ({ op, spends }, keep, mayLeave) => {
    const claim = claims.hold(spends);
    try {
      await approve(spends, keep);
      const keepAndPromise: Keep = async (transaction) => {
        await keep(transaction);
        // Before anybody else has a turn.
        claim.promise();
      };
      const transaction = await sign(op, keepAndPromise, mayLeave);
      return { transaction, claim };
    } catch (error) {
      claim.end();
      throw error;
    }
  };
}
