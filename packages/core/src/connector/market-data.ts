import { ConnectorError } from '../errors/connector-error.js';
import type { Book, BookState } from '../model/book.js';
import type { BookScratch } from '../model/book-scratch.js';
import type { Market, Pair } from '../model/market.js';
import type { FundingReport } from '../model/position.js';
import type { PublicTrade, Trade } from '../model/trade.js';
import type { CallContext } from '../rest/call.js';
import type { Public } from '../spec/api.js';
import type { Channel, MarketEvent } from '../spec/spot.js';
import type { StreamTopic } from '../spec/stream.js';
import type { AnyMarketSpec } from './any-spec.js';
import type { FundingWatch } from './funding-watch.js';
import { createListeners } from './listeners.js';
import { createMarketStreams, type MarketStreamsListener, type MarketStreamsOptions } from './market-streams.js';
import { toPublicTrade } from './public-trade.js';
import { createWatchedBook, type WatchedBook } from './watched-book.js';

// Many books at once wait for the rate limit, and waiting is better than asking again.
const snapshotWithinMs = 60_000;
const keptTrades = 1_000;
const usual: readonly Channel[] = ['book', 'trades', 'funding'];

export type MarketDataOptions<O, W> = Omit<MarketStreamsOptions<O, W>, 'on' | 'api'> & {
  readonly id: string;
  readonly api: (context?: CallContext) => Public<O>;
  readonly funding?: Pick<FundingWatch<W>, 'watch' | 'unwatch' | 'take'> | undefined;
  /** A book changed its state, or one came or went. */
  readonly onChanged: () => void;
  readonly onProblem: (error: unknown) => void;
};

/** Books and trades of the watched markets, fed by the venue's public streams. */
export type MarketData<W> = {
  /** `book`, and `trades` and `funding` where there are any, when `channels` is left out. Resolves when the book is live. */
  readonly watch: (market: Market<W>, channels: readonly Channel[] | undefined) => Promise<void>;
  readonly unwatch: (pair: Pair) => void;
  readonly book: (pair: Pair) => Book | undefined;
  /** `undefined` while it is not live. */
  readonly liveBook: (pair: Pair) => Book | undefined;
  readonly books: () => ReadonlyMap<Pair, BookAge>;
  readonly trades: (pair: Pair) => readonly PublicTrade[];
  readonly onBook: (pair: Pair, listener: (book: Book) => void) => () => void;
  readonly onTrade: (pair: Pair, listener: (trade: PublicTrade) => void) => () => void;
  readonly close: () => void;
};

type BookAge = { readonly state: BookState; readonly ageMs: number };

/** What is held of one market. */
type Watched<W> = {
  readonly market: Market<W>;
  readonly topics: Map<Channel, StreamTopic>;
  readonly trades: PublicTrade[];
  book: WatchedBook | undefined;
  /** Whether readers are to hear of its book at the end of this socket read. */
  isChanged: boolean;
};

export function createMarketData<O, W>(options: MarketDataOptions<O, W>): MarketData<W> {
  const { id, spec, meter, ports, funding, onChanged, onProblem } = options;
  const watched = new Map<Pair, Watched<W>>();
  const bySymbol = new Map<string, Watched<W>>();
  const ownerOfBook = new Map<string, Watched<W>>();
  const onThrow = (error: unknown): void => {
    meter.count('listener.threw');
    ports.log('error', 'listener.threw', { error });
  };
  const bookListeners = createListeners<Book>(onThrow);
  const tradeListeners = createListeners<PublicTrade>(onThrow);
  let changed: Watched<W>[] = [];

  const flush = (): void => {
    const all = changed;
    changed = [];
    for (const one of all) {
      one.isChanged = false;
      if (one.book !== undefined) bookListeners.tell(one.market.pair, one.book.book);
    }
  };
  // Readers hear of a book once per socket read, however many frames it brought.
  const flushSoon = (one: Watched<W>): void => {
    if (one.isChanged || !bookListeners.isHeard(one.market.pair)) return;
    one.isChanged = true;
    if (changed.push(one) === 1) ports.clock.soon(flush);
  };

  const bookOf = (pair: Pair): WatchedBook | undefined => watched.get(pair)?.book;
  const bookBehind = (topic: StreamTopic): WatchedBook | undefined => ownerOfBook.get(keyOf(topic))?.book;

  const take = (event: MarketEvent | FundingReport): void => {
    const one = bySymbol.get(event.symbol);
    if (event.type === 'funding' && one !== undefined) funding?.take(one.market, event);
    else if (event.type === 'trade' && one !== undefined) takeTrade(one, event);
    else if (event.type === 'book' && one?.book !== undefined) one.book.apply(event);
    else meter.count('market.unwatched');
  };
  const takeBook = (update: BookScratch): void => {
    const book = bySymbol.get(update.symbol)?.book;
    if (book !== undefined) book.applyScanned(update);
    else meter.count('market.unwatched');
  };
  const malformed = (error: unknown): void => {
    meter.count('market.malformed');
    onProblem(error);
  };
  const takeTrade = ({ market, trades }: Watched<W>, event: Trade): void => {
    const trade = toPublicTrade(market, event);
    trades.push(trade);
    if (trades.length > 2 * keptTrades) trades.splice(0, keptTrades);
    tradeListeners.tell(trade.pair, trade);
  };

  /** Books that a message of an unknown topic may have been for, and that would not show a gap. */
  const suspects = (stream: string): readonly (WatchedBook | undefined)[] =>
    [...watched.values()]
      .filter(({ topics }) => topics.get('book')?.stream === stream)
      .map(({ book }) => (book?.mayMissUpdates() === true ? book : undefined));

  const on: MarketStreamsListener = {
    event: (event) => {
      try {
        take(event);
      } catch (error) {
        malformed(error);
      }
    },
    book: (update) => {
      try {
        takeBook(update);
      } catch (error) {
        malformed(error);
      }
    },
    up: (topic) => bookBehind(topic)?.up(),
    down: (topic, reason) => bookBehind(topic)?.down(reason),
    malformed: (error, stream, topics) => {
      const books = topics === undefined ? suspects(stream) : topics.map(bookBehind);
      for (const book of books) book?.malformed(error);
      onProblem(error);
    },
    refused: (topic, error) => {
      onProblem(error);
      const one = ownerOfBook.get(keyOf(topic));
      if (one?.book?.refused(error) === true) drop(one, 'book');
    },
  };
  const streams = createMarketStreams({ ...options, on });

  const createBook = (one: Watched<W>, topic: StreamTopic): WatchedBook => {
    const { market } = one;
    const { fetchBook, checksum } = spec;
    return createWatchedBook({
      market,
      meter,
      clock: ports.clock,
      ...(checksum !== undefined && { checksum }),
      random: ports.random(`book ${market.pair}`),
      ...(fetchBook !== undefined && {
        fetchSnapshot: (signal) =>
          fetchBook(options.api({ signal, withinMs: snapshotWithinMs, symbol: market.symbol }), market),
      }),
      resubscribe: () => {
        askAgain(topic);
      },
      onChange: () => {
        flushSoon(one);
      },
      onState: (_state, reason) => {
        if (reason !== undefined && ownerOfBook.has(keyOf(topic)))
          ports.log('warn', 'book.stale', { pair: market.pair, reason });
        onChanged();
      },
    });
  };

  const askAgain = (topic: StreamTopic): void => {
    streams.leave(topic);
    streams.take(topic);
  };

  const add = (one: Watched<W>, channel: Channel, topic: StreamTopic): void => {
    if (one.topics.has(channel)) {
      if (channel === 'book' && one.book?.isRefused() === true) askAgain(topic);
      return;
    }
    streams.take(topic);
    one.topics.set(channel, topic);
    if (channel !== 'book') return;
    one.book = createBook(one, topic);
    ownerOfBook.set(keyOf(topic), one);
  };

  const drop = (one: Watched<W>, channel: Channel): void => {
    const topic = one.topics.get(channel);
    if (topic === undefined) return;
    one.topics.delete(channel);
    if (one.topics.size === 0) {
      watched.delete(one.market.pair);
      bySymbol.delete(one.market.symbol);
    }
    streams.leave(topic);
    if (channel !== 'book') return;
    ownerOfBook.delete(keyOf(topic));
    one.book?.close();
    one.book = undefined;
    onChanged();
  };

  const unwatch = (pair: Pair): void => {
    funding?.unwatch(pair);
    const one = watched.get(pair);
    if (one !== undefined) for (const channel of [...one.topics.keys()]) drop(one, channel);
  };

  /** Throws `unsupported` for a channel that was asked for and that the venue lacks. */
  const toTopics = (market: Market<W>, channels: readonly Channel[] | undefined): ReadonlyMap<Channel, StreamTopic> => {
    const topics = new Map<Channel, StreamTopic>();
    for (const channel of channels ?? usual) {
      const topic = spec.topic(channel, market);
      if (topic !== undefined) topics.set(channel, topic);
      // Where funding is not streamed, it is asked for.
      else if (channel === 'funding' && funding !== undefined) continue;
      else if (channels !== undefined || channel === 'book')
        throw unsupported(`${id} watch`, market.pair, [channel, alternative(channel, spec)]);
    }
    return topics;
  };

  return {
    watch: async (market, channels) => {
      const topics = toTopics(market, channels);
      const one = watched.get(market.pair) ?? {
        market,
        topics: new Map(),
        trades: [],
        book: undefined,
        isChanged: false,
      };
      watched.set(market.pair, one);
      bySymbol.set(one.market.symbol, one);
      for (const [channel, topic] of topics) add(one, channel, topic);
      onChanged();
      const asked = (channels ?? usual).includes('funding') ? funding?.watch(market) : undefined;
      await Promise.all([asked, topics.has('book') ? one.book?.live() : undefined]);
    },
    unwatch,
    book: (pair) => bookOf(pair)?.book,
    liveBook: (pair) => {
      const book = bookOf(pair)?.book;
      return book?.state === 'live' ? book : undefined;
    },
    books: () => {
      const books = new Map<Pair, BookAge>();
      for (const { market, book: held } of ownerOfBook.values()) {
        if (held !== undefined) books.set(market.pair, { state: held.book.state, ageMs: held.book.ageMs });
      }
      return books;
    },
    trades: (pair) => watched.get(pair)?.trades.slice(-keptTrades) ?? [],
    onBook: bookListeners.on,
    onTrade: tradeListeners.on,
    close: () => {
      for (const pair of [...watched.keys()]) unwatch(pair);
      streams.close();
    },
  };
}

function keyOf({ stream, topic }: StreamTopic): string {
  return `${stream} ${topic}`;
}

/** What there is in place of a stream, where there is anything: `tickers()`. */
function alternative<O, W>(channel: Channel, { fetchTickers, candles }: AnyMarketSpec<O, W>): string | undefined {
  if (channel === 'ticker') return fetchTickers && 'tickers()';
  return channel.startsWith('candles:') ? candles && 'candles()' : undefined;
}

function unsupported(
  operation: string,
  pair: Pair,
  [channel, instead]: readonly [Channel, string | undefined],
): ConnectorError {
  const asked = instead === undefined ? '' : `; ${instead} asks for it`;
  return new ConnectorError(`there is no stream of ${channel} for ${pair}${asked}`, {
    kind: 'unsupported',
    outcome: 'not-sent',
    operation,
  });
}
