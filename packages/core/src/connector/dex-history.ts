import type { Pair, UnixMs } from '../model/market.js';
import type { Candle, PublicTrade } from '../model/trade.js';
import type { BlockRange, BlockTrade, DexMarket } from '../spec/dex.js';
import type { BlockReader } from './block-reader.js';
import { createBlockTimes, type BlockTimes } from './block-times.js';
import { createCandleMaker, type CandleMaker } from './candle-maker.js';
import { toCandleSpan, type CandleSpan } from './candles.js';
import type { CandleRequest, Connector, DexConnector, PastTradesRange, TradePage } from './connector.js';
import { firstOf, orAborted, type End } from './ends.js';
import { invalid } from './known.js';
import { toPublicTrade } from './public-trade.js';

export type DexHistoryOptions<W> = {
  readonly id: string;
  readonly reader: BlockReader<W>;
  readonly load: (pair: Pair) => Promise<DexMarket<W>>;
  readonly fetchHeight: () => Promise<number>;
  readonly fetchBlockTime: (height: number) => Promise<UnixMs>;
  readonly blockMs: number;
  readonly stopped: End;
};

/** What was traded before, read from blocks when somebody asks. */
export type DexHistory = Required<Pick<Connector, 'candles'>> & Required<Pick<DexConnector, 'pastTrades'>>;

export function createDexHistory<W>(options: DexHistoryOptions<W>): DexHistory {
  const { id, reader, load, stopped } = options;

  const lookUp = async (): Promise<{ readonly head: number; readonly times: BlockTimes }> => {
    const head = await options.fetchHeight();
    return { head, times: createBlockTimes({ fetch: options.fetchBlockTime, head, blockMs: options.blockMs }) };
  };

  /** Page after page; each with what has been read by then. */
  async function* read(market: DexMarket<W>, { from, to }: BlockRange, end: End): AsyncGenerator<Page, undefined> {
    for (let start = from; start <= to;) {
      const last = Math.min(to, start + reader.size() - 1);
      const trades = await reader.read(market, { from: start, to: last }, end);
      yield { from: start, to: last, trades, part: (last - from + 1) / (to - from + 1) };
      start = last + 1;
    }
    return undefined;
  }

  const candles = async (pair: Pair, request: CandleRequest, end: End): Promise<readonly Candle[]> => {
    const market = await load(pair);
    const { head, times } = await lookUp();
    const now = await times.of(head);
    const span = toCandleSpan(id, request, now);
    if (span.first > span.last) return [];
    const after = span.last + span.lengthMs;
    const [from, to] = [await times.firstAt(span.first), (await times.firstAt(after)) - 1];
    const maker = createCandleMaker(span.lengthMs, (at) => at + span.lengthMs <= now);
    const made: Candle[] = [];
    const report = (part: number, before: UnixMs): void => {
      if (end.isOver()) return;
      const taken = maker.take(before);
      made.push(...taken);
      request.onProgress?.({ part, candles: taken.filter(({ closed }) => closed) });
    };
    for await (const { trades, part, to: upTo } of read(market, { from, to }, end)) {
      times.note(trades);
      await sort(trades, { times, span, maker });
      if (upTo < to) report(part, span.openOf(await times.of(upTo)));
    }
    report(1, Math.min(after, now + 1));
    return made;
  };

  return {
    candles: (pair, { signal, ...request }) => {
      const end = firstOf(signal, stopped);
      return orAborted(candles(pair, request, end), end, `${id} candles`);
    },
    pastTrades: async function* (pair, range) {
      const end = firstOf(range.signal, stopped);
      const operation = `${id} past trades`;
      const market = await orAborted(load(pair), end, operation);
      const { head, times } = await orAborted(lookUp(), end, operation);
      const blocks = await orAborted(toBlocks(operation, range, { head, times }), end, operation);
      const pages = read(market, blocks, end);
      for (;;) {
        const { value: page } = await orAborted(pages.next(), end, operation);
        if (page === undefined) return;
        times.note(page.trades);
        yield await orAborted(toTradePage(market, page, times), end, operation);
      }
    },
  };
}

type Page = BlockRange & { readonly trades: readonly BlockTrade[]; readonly part: number };

type Sorting = { readonly times: BlockTimes; readonly span: CandleSpan; readonly maker: CandleMaker };

/** Puts trades into their candles. Asks for the times of as few blocks as show where one candle ends and the next begins. */
async function sort(trades: readonly BlockTrade[], { times, span, maker }: Sorting): Promise<void> {
  const opens = new Map<number, UnixMs>();
  const blocks = [...new Set(trades.map(({ block }) => block))];
  const open = async (index: number): Promise<UnixMs> => {
    const block = blocks[index] ?? 0;
    const at = opens.get(block) ?? span.openOf(await times.of(block));
    opens.set(block, at);
    return at;
  };
  const split = async (low: number, high: number): Promise<void> => {
    const at = await open(low);
    if (at === (await open(high))) {
      for (const block of blocks.slice(low, high)) opens.set(block, at);
    } else if (high - low > 1) {
      const middle = (low + high) >> 1;
      await split(low, middle);
      await split(middle, high);
    }
  };
  if (blocks.length > 0) await split(0, blocks.length - 1);
  for (const trade of trades) maker.add(opens.get(trade.block) ?? 0, trade);
}

type Look = { readonly head: number; readonly times: BlockTimes };

async function toBlocks(operation: string, range: PastTradesRange, { head, times }: Look): Promise<BlockRange> {
  const fromBlock = 'fromBlock' in range ? range.fromBlock : undefined;
  const from = 'from' in range ? range.from : undefined;
  const { toBlock, to } = range;
  for (const [name, value] of Object.entries({ fromBlock, toBlock })) checkWhole(operation, [name, value], 'a block');
  for (const [name, value] of Object.entries({ from, to })) checkWhole(operation, [name, value], 'a time in ms');
  if (fromBlock === undefined && from === undefined) throw invalid(operation, 'it needs fromBlock or from');
  const starts = [fromBlock ?? 0, from === undefined ? 0 : await times.firstAt(from)];
  const ends = [head, toBlock ?? head, to === undefined ? head : (await times.firstAt(to + 1)) - 1];
  return { from: Math.max(...starts), to: Math.min(...ends) };
}

function checkWhole(
  operation: string,
  [name, value]: readonly [name: string, value: number | undefined],
  what: string,
): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw invalid(operation, `${name}: ${String(value)} is not ${what}`);
}

/** So many blocks are asked for their times at once. */
const together = 10;

async function toTradePage<W>(market: DexMarket<W>, page: Page, times: BlockTimes): Promise<TradePage> {
  return {
    fromBlock: page.from,
    toBlock: page.to,
    part: page.part,
    trades: await toPublicTrades(market, page.trades, times.of),
  };
}

/** With the times of their blocks. */
export async function toPublicTrades<W>(
  market: DexMarket<W>,
  trades: readonly BlockTrade[],
  timeOf: (height: number) => Promise<UnixMs>,
): Promise<readonly PublicTrade[]> {
  const blocks = [...new Set(trades.flatMap(({ at, block }) => (at === undefined ? [block] : [])))];
  const times = new Map<number, UnixMs>();
  for (let done = 0; done < blocks.length; done += together) {
    const asked = blocks.slice(done, done + together);
    await Promise.all(asked.map(async (block) => times.set(block, await timeOf(block))));
  }
  return trades.map((trade) => toPublicTrade(market, { ...trade, at: trade.at ?? times.get(trade.block) ?? 0 }));
}
