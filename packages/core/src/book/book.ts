import { columnsOf } from '../codec/book-scratch.js';
import type { Book, BookFloats, BookState, BookUpdate, LevelColumns, LevelText } from '../model/book.js';
import type { BookScratch } from '../model/book-scratch.js';
import { decimal, type Decimal } from '../model/decimal.js';
import type { Market, Side } from '../model/market.js';
import type { Clock } from '../ports/ports.js';
import type { ChecksumRule } from '../spec/spot.js';
import { areApart, bestOf, readTop, walkTop, type FloatGoal } from './float-reads.js';
import { checkLevels, comparePrices, toColumns } from './level.js';
import { coverLevels, eachLevel, isShort, levelAt, putLevels, setLevel } from './side.js';
import { createStore, type Store } from './store.js';
import { createUnits } from './units.js';
import { invalidTarget, walk, type Step } from './walk.js';

/** A book and what changes it. */
export type BookStore = {
  readonly view: Book;
  readonly setState: (state: BookState) => void;
  /**
   * Replaces the content by a snapshot and the updates after it. Returns what is wrong with the result, with nothing
   * changed; throws a `RangeError`, with nothing changed, for a level that makes no sense.
   */
  readonly restore: (snapshot: BookUpdate, updates: readonly BookUpdate[]) => Fault | undefined;
  /** Applies one update. Returns what is wrong with the book since; throws a `RangeError`, with nothing changed. */
  readonly change: (update: BookUpdate) => Fault | undefined;
  /** The same for an update that was read from bytes; it cannot throw, for its levels make sense. */
  readonly changeScanned: (update: BookScratch) => Fault | undefined;
  /** Whether a side has lost most of what the last snapshot covered. */
  readonly isShort: () => boolean;
};

/** Why a book cannot be right: its best bid is not below its best ask, or it does not add up to the venue's checksum. */
export type Fault = 'crossed' | 'checksum';

type BookOptions = {
  readonly checksum?: ChecksumRule;
  readonly market: Pick<Market, 'pair' | 'shape' | 'contractSize'>;
  readonly clock: Pick<Clock, 'mono'>;
};

type Sides = { readonly bids: Store; readonly asks: Store };

// Accessors that all books share. Were they made with each book, each would have a shape of its own, and every read of one
// of its members would be a search by name.
const ageOf = Symbol('age');
const sidesOf = Symbol('sides');
type Aging = { readonly [ageOf]: () => number };
type Sided = { readonly [sidesOf]: () => Sides };
const aging: ThisType<Aging> & Pick<Book, 'ageMs'> = {
  get ageMs() {
    return this[ageOf]();
  },
};
const touch: ThisType<Sided> & Pick<BookFloats, 'bid' | 'ask'> = {
  get bid() {
    return bestOf(this[sidesOf]().bids);
  },
  get ask() {
    return bestOf(this[sidesOf]().asks);
  },
};

/** Of the levels that a snapshot covered, the part below which it is time for the next one. */
const shortBelow = 0.25;

/** An empty book in the state `syncing`. */
export function createBook({ market, clock, checksum }: BookOptions): BookStore {
  const units = createUnits(market);
  const goal: FloatGoal = { to: 'base', target: NaN };
  let sides = createSides();
  // A member, which changes in place with each update: a number that a variable takes becomes an object.
  const changed = { at: -Infinity };
  /** With fewer levels on a side it is time for the next snapshot. */
  let fewest = 0;

  const sideOf = (side: Side): Store => (side === 'buy' ? sides.bids : sides.asks);
  const toStep = (level: LevelText): Step => ({ price: decimal(level[0]), amount: units.toBase(level) });
  const best = (side: Side): Step | undefined => {
    const level = levelAt(sideOf(side), 0);
    return level && toStep(level);
  };
  const steps = function* (side: Store): Generator<Step> {
    for (const level of eachLevel(side)) yield toStep(level);
  };
  const read = (side: Store, count: number): readonly LevelText[] => {
    const levels = levelsOf(side, count);
    return units.areBase ? levels : levels.map((level) => [level[0], units.toBase(level).toFixed()]);
  };
  const floats: Omit<BookFloats, 'bid' | 'ask'> & Sided = {
    [sidesOf]: () => sides,
    top: (bids, asks) => {
      const room = Math.min(bids.length, asks.length) >>> 1;
      const count = Math.min(room, sides.bids.size, sides.asks.size);
      readTop(sides.bids, units, bids, count);
      readTop(sides.asks, units, asks, count);
      return count;
    },
    walk: (side, to, target, into) => {
      if (!(target > 0)) throw invalidTarget(market.pair, to, String(target));
      goal.to = to;
      goal.target = target;
      return walkTop(sideOf(side === 'buy' ? 'sell' : 'buy'), units, goal, into);
    },
  };
  inherit(floats, touch);
  const view: Omit<Book, 'ageMs' | 'state'> & { state: BookState } & Aging = {
    [ageOf]: () => clock.mono() - changed.at,
    pair: market.pair,
    state: 'syncing',
    mid: () => {
      const [bid, ask] = [levelAt(sides.bids, 0), levelAt(sides.asks, 0)];
      return bid && ask && midOf(decimal(bid[0]), decimal(ask[0]));
    },
    best,
    depth: (levels) => ({ bids: read(sides.bids, levels), asks: read(sides.asks, levels) }),
    walk: (side, to) => walk(steps(side === 'buy' ? sides.asks : sides.bids), { pair: market.pair, side, to }),
    floats,
  };
  inherit(view, aging);

  return {
    view,
    setState: (state) => {
      view.state = state;
    },
    restore: (snapshot, updates) => {
      const draft = createSides();
      load(draft, snapshot);
      for (const update of updates) apply(draft, update);
      const fault = faultOf(draft, updates.at(-1) ?? snapshot, checksum);
      if (fault !== undefined) return fault;
      sides = draft;
      fewest = (snapshot.depth ?? 0) * shortBelow;
      changed.at = clock.mono();
      return undefined;
    },
    change: (update) => {
      apply(sides, update);
      changed.at = clock.mono();
      return faultOf(sides, update, checksum);
    },
    changeScanned: ({ bids, asks, depth, heardAt }) => {
      putLevels(sides.bids, bids, 'forwards');
      putLevels(sides.asks, asks, 'forwards');
      if (!Number.isNaN(depth)) cover(sides, depth);
      changed.at = heardAt;
      return isCrossed(sides) ? 'crossed' : undefined;
    },
    isShort: () => isShort(sides.bids, fewest) || isShort(sides.asks, fewest),
  };
}

function inherit<T extends object, P extends object>(heir: T, from: P): asserts heir is T & P {
  Object.setPrototypeOf(heir, from);
}

function createSides(): Sides {
  return { bids: createStore('buy'), asks: createStore('sell') };
}

function apply({ bids, asks }: Sides, update: BookUpdate): void {
  checkLevels(update.bids);
  checkLevels(update.asks);
  for (const level of update.bids) setLevel(bids, level);
  for (const level of update.asks) setLevel(asks, level);
  cover({ bids, asks }, update.depth);
}

/** Puts a snapshot into empty sides. */
function load(sides: Sides, snapshot: BookUpdate): void {
  const columns = columnsOf(snapshot);
  const bids = loadSide(sides.bids, columns?.bids ?? snapshot.bids);
  const asks = loadSide(sides.asks, columns?.asks ?? snapshot.asks);
  const most = snapshot.depth ?? Infinity;
  cover(sides, snapshot.depth);
  // Of two levels at one price nobody can say which one holds.
  if (sides.bids.size < Math.min(most, bids) || sides.asks.size < Math.min(most, asks)) {
    throw new RangeError('a snapshot with two levels at one price');
  }
}

/** Snapshots go from the touch outwards and a side the other way round: from the back nothing has to move. Returns how many levels there are. */
function loadSide(side: Store, levels: readonly LevelText[] | LevelColumns): number {
  if (!('count' in levels)) {
    const columns = toColumns(levels);
    return columns === undefined ? loadTexts(side, levels) : loadSide(side, columns);
  }
  putLevels(side, levels, 'backwards');
  let count = 0;
  for (let row = 0; row < levels.count; row += 1) count += +(levels.amounts[row] !== 0);
  return count;
}

function loadTexts(side: Store, levels: readonly LevelText[]): number {
  checkLevels(levels);
  for (const level of levels.toReversed()) setLevel(side, level);
  return levels.filter(([, amount]) => Number(amount) !== 0).length;
}

function cover({ bids, asks }: Sides, depth: number | undefined): void {
  if (depth === undefined) return;
  coverLevels(bids, depth);
  coverLevels(asks, depth);
}

/** `update` was applied last. */
function faultOf(sides: Sides, update: BookUpdate, rule: ChecksumRule | undefined): Fault | undefined {
  if (isCrossed(sides)) return 'crossed';
  if (rule === undefined || update.checksum === undefined) return undefined;
  const [bids, asks] = [levelsOf(sides.bids, rule.levels), levelsOf(sides.asks, rule.levels)];
  return rule.of(bids, asks) === update.checksum ? undefined : 'checksum';
}

/** The best levels as they were sent. */
function levelsOf(side: Store, count: number): readonly LevelText[] {
  const levels: LevelText[] = [];
  for (const level of eachLevel(side)) {
    if (!(levels.length < count)) break;
    levels.push(level);
  }
  return levels;
}

function isCrossed({ bids, asks }: Sides): boolean {
  if (areApart(bids, asks)) return false;
  const [bid, ask] = [levelAt(bids, 0), levelAt(asks, 0)];
  return bid !== undefined && ask !== undefined && comparePrices(bid[0], ask[0]) >= 0;
}

function midOf(bid: Decimal, ask: Decimal): Decimal {
  return bid.plus(ask).div('2');
}
