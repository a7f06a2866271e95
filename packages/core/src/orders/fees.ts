import type { Fee } from '../model/fill.js';

/** Fees summed per asset, in the order of the assets' names. */
export function addFees(first: readonly Fee[], second: readonly Fee[]): readonly Fee[] {
  const byAsset = new Map(first.map((fee) => [fee.asset, fee.amount]));
  for (const { asset, amount } of second) byAsset.set(asset, byAsset.get(asset)?.plus(amount) ?? amount);
  return [...byAsset]
    .map(([asset, amount]) => ({ asset, amount }))
    .sort((one, other) => (one.asset < other.asset ? -1 : 1));
}

/** Two tellings of the same fees: known beats unknown, and of two that differ always the same one stays. */
export function joinFees(
  known: readonly Fee[] | undefined,
  told: readonly Fee[] | undefined,
): readonly Fee[] | undefined {
  if (known === undefined || told === undefined) return known ?? told;
  return toText(told) > toText(known) ? told : known;
}

/** `'0.001 BNB, 0.2 USDT'`: the same for the same fees. */
export function toText(fees: readonly Fee[]): string {
  return addFees([], fees)
    .map(({ asset, amount }) => `${amount.toFixed()} ${asset}`)
    .join(', ');
}
