import { toUnits } from '../engine/step.js';
import type { EngineLevel, EngineMarket } from '../engine/types.js';

/** A level as most venues send it: `["60000.00", "0.5"]`; padded to `digits` decimal places where given. */
export function toLevel(
  market: EngineMarket,
  [price, amount]: EngineLevel,
  digits?: number,
): readonly [string, string] {
  return [market.price.format(price, digits), market.amount.format(amount, digits)];
}

/** Bounds of a value as text; a bound or a step of zero, or none, is switched off. */
export type Bounds = { readonly least?: string; readonly most?: string; readonly step?: string };

/** Whether a plain decimal is above zero, within its bounds and a multiple of its step. */
export function isWithin(value: string, { least = '0', most = '0', step = '0' }: Bounds, digits: number): boolean {
  const [count, low, high, grid] = [value, least, most, step].map((text) => toUnits(text, digits));
  if (count === undefined || low === undefined || high === undefined || grid === undefined) return false;
  return count > 0n && count >= low && (high === 0n || count <= high) && (grid === 0n || count % grid === 0n);
}

/** A step without the zeros that say nothing: `'0.01000000'` is `'0.01'`. */
export function shorten(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
