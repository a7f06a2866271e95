import type { BookScratch, LevelScratch } from '../model/book-scratch.js';
import type { BookUpdate, LevelColumns, LevelText, Sequence } from '../model/book.js';
import { toPlainText } from './plain-number.js';

const usualRows = 256;

/** One to fill, with room for so many rows a side to begin with. */
export function createBookScratch(rows: number = usualRows): BookScratch {
  return {
    symbol: '',
    snapshot: false,
    sequence: { by: 'range', first: NaN, last: NaN },
    bids: createLevelScratch(rows),
    asks: createLevelScratch(rows),
    at: NaN,
    checksum: NaN,
    depth: NaN,
    heardAt: NaN,
  };
}

/** Makes it as good as new. */
export function clearBookScratch(scratch: BookScratch): void {
  scratch.symbol = '';
  scratch.snapshot = false;
  scratch.sequence.by = 'range';
  scratch.sequence.first = NaN;
  scratch.sequence.last = NaN;
  scratch.bids.count = -1;
  scratch.asks.count = -1;
  scratch.at = NaN;
  scratch.checksum = NaN;
  scratch.depth = NaN;
  scratch.heardAt = NaN;
}

/** Whether nothing is missing that every update has. */
export function isWhole({ symbol, sequence, bids, asks }: BookScratch): boolean {
  const isNumbered = sequence.by === 'range' || sequence.by === 'chain';
  const hasNumbers = !Number.isNaN(sequence.first) && !Number.isNaN(sequence.last);
  return (
    symbol !== '' && sequence.by !== 'connection' && bids.count >= 0 && asks.count >= 0 && (!isNumbered || hasNumbers)
  );
}

/** The columns of an update that was read from bytes: its texts are made only for those who ask for them. */
type Columns = { readonly bids: LevelColumns; readonly asks: LevelColumns };
const columnsByUpdate = new WeakMap<BookUpdate, Columns>();

/** The levels of an update as columns, where they were read as such. */
export function columnsOf(update: BookUpdate): Columns | undefined {
  return columnsByUpdate.get(update);
}

/** The update that `parse` would have made of the same bytes. Its levels are a copy, unless `columns` are given. */
export function toBookUpdate(
  { symbol, snapshot, sequence, ...told }: BookScratch,
  columns: Columns = { bids: copyOf(told.bids), asks: copyOf(told.asks) },
): BookUpdate {
  let bids: readonly LevelText[] | undefined;
  let asks: readonly LevelText[] | undefined;
  const update: BookUpdate = {
    type: 'book',
    ...{ symbol, snapshot, sequence: toSequence(sequence) },
    get bids() {
      return (bids ??= toTexts(columns.bids));
    },
    get asks() {
      return (asks ??= toTexts(columns.asks));
    },
    ...(!Number.isNaN(told.at) && { at: told.at }),
    ...(!Number.isNaN(told.checksum) && { checksum: told.checksum }),
    ...(!Number.isNaN(told.depth) && { depth: told.depth }),
  };
  columnsByUpdate.set(update, columns);
  return update;
}

/** The scratch is filled again with the next frame. */
function copyOf({ count, prices, amounts, decimals }: LevelScratch): LevelColumns {
  return {
    count,
    prices: prices.slice(0, count),
    amounts: amounts.slice(0, count),
    decimals: decimals.slice(0, count),
  };
}

function toSequence({ by, first, last }: BookScratch['sequence']): Sequence {
  return by === 'range' || by === 'chain' ? { by, first, last } : { by };
}

function toTexts({ count, prices, amounts, decimals }: LevelColumns): readonly LevelText[] {
  return Array.from({ length: count }, (_, row) => {
    const form = decimals[row] ?? 0;
    return [toPlainText(prices[row] ?? NaN, form & 0xff), toPlainText(amounts[row] ?? NaN, form >>> 8)];
  });
}

function createLevelScratch(rows: number): LevelScratch {
  const scratch: LevelScratch = {
    count: -1,
    prices: new Float64Array(rows),
    amounts: new Float64Array(rows),
    decimals: new Uint16Array(rows),
    grow: () => {
      scratch.prices = larger(scratch.prices, new Float64Array(2 * scratch.prices.length));
      scratch.amounts = larger(scratch.amounts, new Float64Array(2 * scratch.amounts.length));
      scratch.decimals = larger(scratch.decimals, new Uint16Array(2 * scratch.decimals.length));
    },
  };
  return scratch;
}

function larger<T extends Float64Array | Uint16Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}
