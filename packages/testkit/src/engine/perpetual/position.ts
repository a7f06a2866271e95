/** A position in numbers: `cost` is what was paid for it, less what was received, in the direction in which worth counts. */
export type Held = {
  /** In amount steps; negative is short. */
  readonly amount: bigint;
  readonly cost: bigint;
  /** Set aside for it when it is isolated. */
  readonly collateral: bigint;
};

/** One side of a trade as a position sees it. */
export type Change = {
  /** Bought above zero, sold below. */
  readonly amount: bigint;
  /** Never negative. */
  readonly worth: bigint;
  /** +1 on linear, -1 on inverse markets. */
  readonly direction: bigint;
};

export type Changed = {
  readonly held: Held;
  /** Taken out of the position. */
  readonly realized: bigint;
  /** Collateral that the closed part no longer needs. */
  readonly released: bigint;
  /** Worth of the part that opens or adds to a position. */
  readonly opened: bigint;
};

export const flat: Held = { amount: 0n, cost: 0n, collateral: 0n };

/**
 * A position after a trade: what opposes it closes it, the rest opens. Parts are cut towards zero and whole positions give back all
 * they hold, so that the costs of both sides of a trade change by exactly what both realize.
 */
export function changePosition(held: Held, { amount, worth, direction }: Change): Changed {
  const closing = opposes(held.amount, amount) ? least(size(amount), size(held.amount)) : 0n;
  const closedWorth = portion(worth, closing, size(amount));
  const cost = portion(held.cost, closing, size(held.amount));
  const released = portion(held.collateral, closing, size(held.amount));
  const flow = sign(amount) * direction;
  const opened = worth - closedWorth;
  return {
    held: {
      amount: held.amount + amount,
      cost: held.cost - cost + flow * opened,
      collateral: held.collateral - released,
    },
    realized: closing === 0n ? 0n : -flow * closedWorth - cost,
    released,
    opened,
  };
}

/** The profit of a position that is worth so much now. */
export function unrealizedOf({ amount, cost }: Held, worth: bigint, direction: bigint): bigint {
  return sign(amount) * direction * worth - cost;
}

export function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

export function sign(amount: bigint): bigint {
  if (amount === 0n) return 0n;
  return amount < 0n ? -1n : 1n;
}

export function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function most(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** Cut towards zero; all of it for the whole. */
function portion(whole: bigint, part: bigint, of: bigint): bigint {
  if (part === 0n) return 0n;
  return part === of ? whole : (whole * part) / of;
}

function opposes(one: bigint, other: bigint): boolean {
  return (one > 0n && other < 0n) || (one < 0n && other > 0n);
}
