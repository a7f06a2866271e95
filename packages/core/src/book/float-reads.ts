import { worseThan, type Store } from './store.js';
import type { Units } from './units.js';

/** Nearest double of the best price; NaN when there is none. */
export function bestOf({ sign, keys, slots }: Readonly<Store>): number {
  return slots === 0 ? NaN : sign * (keys[slots - 1] ?? NaN);
}

/** Whether the best prices are the right way round, or one is missing; false where only their texts can tell. */
export function areApart(bids: Readonly<Store>, asks: Readonly<Store>): boolean {
  if (bids.slots === 0 || asks.slots === 0) return true;
  return (bids.keys[bids.slots - 1] ?? NaN) < -(asks.keys[asks.slots - 1] ?? NaN);
}

/** Writes the best `count` levels as `[price, amount, price, amount, …]`, amounts in base units. */
export function readTop(store: Readonly<Store>, units: Units, into: Float64Array, count: number): void {
  const { sign, keys, amounts, slots } = store;
  let slot = slots;
  for (let index = 0; index < count; index += 1) {
    slot = worseThan(store, slot);
    const price = sign * (keys[slot] ?? NaN);
    into[2 * index] = price;
    into[2 * index + 1] = units.toBaseFloat(price, amounts[slot] ?? NaN);
  }
}

/**
 * Takes levels, best first, up to an amount in base or quote units or to a price, which is included, and writes
 * `[base, quote, average, worst]`. Returns whether it got all it asked for. The last two are NaN when nothing was taken.
 */
export function walkTop(store: Readonly<Store>, units: Units, goal: Readonly<FloatGoal>, into: Float64Array): boolean {
  return goal.to === 'price' ? takeToPrice(store, units, goal, into) : takeAmount(store, units, goal, into);
}

/** How far a walk goes. A book has one and sets it for each walk, so that none has to be made. */
export type FloatGoal = { to: 'base' | 'quote' | 'price'; target: number };

function takeAmount(store: Readonly<Store>, units: Units, goal: Readonly<FloatGoal>, into: Float64Array): boolean {
  const { sign, keys, amounts, slots } = store;
  const { to, target } = goal;
  // Each by itself: at once, they would be put into a list first.
  let base = 0;
  let quote = 0;
  let worst = NaN;
  let left = target;
  for (let slot = worseThan(store, slots); slot >= 0 && left > 0; slot = worseThan(store, slot)) {
    worst = sign * (keys[slot] ?? NaN);
    const amount = units.toBaseFloat(worst, amounts[slot] ?? NaN);
    const has = to === 'base' ? amount : amount * worst;
    const taken = has < left ? amount : amount * (left / has);
    base += taken;
    quote += taken * worst;
    left = has < left ? left - has : 0;
  }
  write(into, base, quote, worst);
  return left === 0;
}

function takeToPrice(store: Readonly<Store>, units: Units, goal: Readonly<FloatGoal>, into: Float64Array): boolean {
  const { sign, keys, amounts, slots } = store;
  const bound = goal.target;
  const boundKey = sign * bound;
  let base = 0;
  let quote = 0;
  let worst = NaN;
  let slot = worseThan(store, slots);
  for (; slot >= 0 && (keys[slot] ?? NaN) >= boundKey; slot = worseThan(store, slot)) {
    worst = sign * (keys[slot] ?? NaN);
    const amount = units.toBaseFloat(worst, amounts[slot] ?? NaN);
    base += amount;
    quote += amount * worst;
  }
  write(into, base, quote, worst);
  // Beyond its last level nobody knows what a book has, unless that is at the bound itself.
  return slot >= 0 || worst === bound;
}

function write(into: Float64Array, base: number, quote: number, worst: number): void {
  into[0] = base;
  into[1] = quote;
  into[2] = quote / base;
  into[3] = worst;
}
