import { decimal, roundDown, type Decimal } from './decimal.js';

/** A token's amount in its smallest units, rounded down: `1.5` with 6 decimals is `1500000n`. */
export function toUnits(amount: Decimal, decimals: number): bigint {
  return BigInt(roundDown(amount.times(`1e${decimals}`), decimal('1')).toFixed());
}

/** An amount from a token's smallest units: `1500000n` with 6 decimals is `1.5`. Throws a `RangeError` above 64 digits. */
export function fromUnits(units: bigint, decimals: number): Decimal {
  return decimal(`${units}e-${decimals}`);
}
