import type { Spend } from '../spec/chain.js';

/**
 * What orders will take of allowances. An allowance is one number for all of them: what is under way uses it up later,
 * and what has not been signed yet must find the rest.
 */
export type Claims = {
  readonly hold: (spends: readonly Spend[]) => Claim;
  /** `spends` with what all orders together need. */
  readonly total: (spends: readonly Spend[]) => readonly Spend[];
  /** Whether such a total would be the same now. */
  readonly isStill: (total: readonly Spend[]) => boolean;
};

/** Of one order. */
export type Claim = {
  /** Its transaction is under way. */
  readonly promise: () => void;
  /** It took what it took. */
  readonly end: () => void;
};

export function createClaims(): Claims {
  const waiting = new Map<string, bigint>();
  const promised = new Map<string, bigint>();

  const total: Claims['total'] = (spends) =>
    spends.map((spend) => ({
      ...spend,
      amount: waiting.get(keyOf(spend)) ?? spend.amount,
      promised: promised.get(keyOf(spend)) ?? 0n,
    }));

  return {
    hold: (spends) => {
      add(waiting, spends, 1n);
      let held: Map<string, bigint> | undefined = waiting;
      return {
        promise: () => {
          add(waiting, spends, -1n);
          add(promised, spends, 1n);
          held = promised;
        },
        end: () => {
          if (held !== undefined) add(held, spends, -1n);
          held = undefined;
        },
      };
    },
    total,
    isStill: (before) =>
      total(before).every(
        (now, index) => now.amount === before[index]?.amount && now.promised === before[index].promised,
      ),
  };
}

function add(sums: Map<string, bigint>, spends: readonly Spend[], sign: 1n | -1n): void {
  for (const spend of spends) sums.set(keyOf(spend), (sums.get(keyOf(spend)) ?? 0n) + sign * spend.amount);
}

function keyOf({ token, spender, through = '' }: Spend): string {
  return `${token.id} ${spender} ${through}`;
}
