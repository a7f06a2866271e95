import type { BookUpdate, LevelText, Sequence } from '../../src/model/book.js';

export type VenueBook = {
  /** Changes a few levels and returns the update that tells so. */
  readonly tick: () => BookUpdate;
  /** Begins to number anew. */
  readonly renumber: () => void;
  /** The whole book, or as it was some changes ago. */
  readonly snapshot: (changesAgo?: number) => BookUpdate;
  /** The book as text, as `textOf` gives it. */
  readonly text: () => string;
  /** Whether the book ever read so. */
  readonly wasEver: (text: string) => boolean;
};

type State = { readonly last: number; readonly bids: readonly LevelText[]; readonly asks: readonly LevelText[] };

/** A venue's book that changes at random. Every changed level has a number; an update tells of several. */
export function createVenueBook(by: 'range' | 'chain', random: () => number, levels = 12): VenueBook {
  const bids = new Map<number, string>();
  const asks = new Map<number, string>();
  let mid = 1_000;
  let last = 1_000_000;
  /** Where the next update says that it begins. */
  let told = last;
  let states: State[] = [];
  const texts = new Set<string>();

  const pick = (below: number): number => Math.floor(random() * below);
  const amount = (): string => (1 + pick(900) / 100).toFixed(2 + pick(3));
  const side = (map: ReadonlyMap<number, string>, sign: number): readonly LevelText[] =>
    [...map].sort(([one], [other]) => sign * (one - other)).map(([price, text]) => [priceText(price), text]);
  const remember = (): void => {
    const state = { last, bids: side(bids, -1), asks: side(asks, 1) };
    states = [...states.slice(-60), state];
    texts.add(textOf(state));
  };
  const change = (map: Map<number, string>, price: number, text: string): LevelText => {
    if (Number(text) === 0) map.delete(price);
    else map.set(price, text);
    last += 1;
    remember();
    return [priceText(price), text];
  };

  for (let distance = 1; distance <= levels; distance += 1) {
    bids.set(mid - distance, amount());
    asks.set(mid + distance, amount());
  }
  remember();

  return {
    tick: () => {
      const changed: { bids: LevelText[]; asks: LevelText[] } = { bids: [], asks: [] };
      mid += pick(3) - 1;
      // What stands in the way of the new mid goes first, so that the book is not crossed in between.
      for (const price of [...bids.keys()].filter((each) => each >= mid)) changed.bids.push(change(bids, price, '0'));
      for (const price of [...asks.keys()].filter((each) => each <= mid))
        changed.asks.push(change(asks, price, '0.00'));
      for (let count = 1 + pick(3); count > 0; count -= 1) {
        const text = random() < 0.3 ? '0' : amount();
        if (random() < 0.5) changed.bids.push(change(bids, mid - 1 - pick(levels), text));
        else changed.asks.push(change(asks, mid + 1 + pick(levels), text));
      }
      const sequence: Sequence = { by, first: by === 'range' ? told + 1 : told, last };
      told = last;
      return { type: 'book', symbol: 'BTCUSDT', snapshot: false, sequence, ...changed };
    },
    renumber: () => {
      last -= 10_000 + pick(1_000);
      // A chain holds across its new beginning.
      if (by === 'range') told = last;
      states = [];
      remember();
    },
    snapshot: (changesAgo = 0) => {
      const state = states.at(Math.max(-states.length, -1 - changesAgo));
      if (state === undefined) throw new RangeError('no state');
      const sequence: Sequence = { by, first: by === 'range' ? state.last : -1, last: state.last };
      return { type: 'book', symbol: 'BTCUSDT', snapshot: true, sequence, bids: state.bids, asks: state.asks };
    },
    text: () => textOf({ bids: side(bids, -1), asks: side(asks, 1) }),
    wasEver: (text) => texts.has(text),
  };
}

/** A book as one text, amounts without trailing zeros. */
export function textOf({ bids, asks }: Pick<State, 'bids' | 'asks'>): string {
  const side = (levels: readonly LevelText[]): string => levels.map((level) => level.join('×')).join(' ');
  return `${side(bids)} | ${side(asks)}`;
}

function priceText(price: number): string {
  return (price / 100).toFixed(2);
}
