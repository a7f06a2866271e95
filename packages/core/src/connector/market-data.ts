import { createBookKeeper, type BookKeeper } from '../book/keeper.js';
import type { Book, BookState, BookUpdate } from '../model/book.js';
import { decimal } from '../model/decimal.js';
import type { Market, Pair } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { PublicTrade, Trade } from '../model/trade.js';
import type { Ports } from '../ports/ports.js';
import type { CallContext } from '../rest/call.js';
import type { Look, Public } from '../spec/api.js';
import type { Answer, Verdict } from '../spec/endpoint.js';
import type { Channel, PublicMarketSpec } from '../spec/spot.js';
import { createStream, type StreamHandle } from '../stream/stream.js';
import type { Throttler } from '../throttler/throttler.js';
import { createListeners } from './listeners.js';

const keptTrades = 1_000;
// Many books at once wait for the rate limit, and waiting is better than asking again.
const snapshotWithinMs = 60_000;

export type MarketDataOptions<O, W> = {
  readonly id: string;
  readonly spec: PublicMarketSpec<O, W>;
  readonly api: (context?: CallContext) => Public<O>;
  readonly look: Look<O>;
  readonly ports: Ports;
  readonly throttler: Throttler;
  /** What a response to a subscription means. */
  readonly judge: (answer: Answer) => Verdict | undefined;
  readonly meter: Meter;
  readonly onBookState: (pair: Pair, state: BookState, reason?: string) => void;
  readonly onProblem: (error: unknown) => void;
};

/** Books and trades of the watched markets, fed by the venue's public streams. */
export type MarketData<W> = {
  readonly watch: (market: Market<W>, channels: readonly Channel[]) => void;
  readonly unwatch: (pair: Pair) => void;
  /** Resolves when the book is live. */
  readonly live: (pair: Pair, signal?: AbortSignal) => Promise<void>;
  readonly book: (pair: Pair) => Book | undefined;
  readonly books: () => ReadonlyMap<Pair, { readonly state: BookState; readonly ageMs: number }>;
  readonly trades: (pair: Pair) => readonly PublicTrade[];
  readonly onBook: (pair: Pair, listener: (book: Book) => void) => () => void;
  readonly onTrade: (pair: Pair, listener: (trade: PublicTrade) => void) => () => void;
  readonly close: () => void;
};

/** What is held of one market. */
type Watched<W> = {
  readonly market: Market<W>;
  readonly keeper: BookKeeper;
  readonly topics: { readonly stream: string; readonly topic: string; readonly channel: Channel }[];
  readonly trades: PublicTrade[];
};

export function createMarketData<O, W>(options: MarketDataOptions<O, W>): MarketData<W> {
  const { spec, meter, ports } = options;
  const watched = new Map<Pair, Watched<W>>();
  const bookOfTopic = new Map<string, Watched<W>>();
  const bookListeners = createListeners<Book>(options.onProblem);
  const tradeListeners = createListeners<PublicTrade>(options.onProblem);
  const changed = new Set<Pair>();
  const handles = new Map<string, StreamHandle>();

  const find = (symbol: string): Watched<W> | undefined => {
    const market = options.look.market(symbol);
    return market === undefined ? undefined : watched.get(market.pair);
  };

  const take = (event: BookUpdate | Trade): void => {
    const one = find(event.symbol);
    if (one === undefined) {
      meter.count('market.unwatched');
    } else if (event.type === 'book') {
      one.keeper.apply(event);
    } else {
      const trade = toPublicTrade(one.market, event);
      one.trades.push(trade);
      if (one.trades.length > 2 * keptTrades) one.trades.splice(0, keptTrades);
      tradeListeners.tell(trade.pair, trade);
    }
  };

  const attempt = (event: BookUpdate | Trade): void => {
    try {
      take(event);
    } catch (error) {
      meter.count('market.malformed');
      options.onProblem(error);
    }
  };

  // Readers hear of a book once per socket read, however many frames it brought.
  const flush = (): void => {
    for (const pair of changed) {
      const one = watched.get(pair);
      if (one !== undefined) bookListeners.tell(pair, one.keeper.book);
    }
    changed.clear();
  };

  const open = (name: string): StreamHandle => {
    const stream = spec.feed.streams?.[name];
    if (stream === undefined)
      throw new TypeError(`${options.id}: topic() names the stream ${name}, which is not in the feed`);
    const key = (topic: string): string => `${name} ${topic}`;
    return createStream({
      name,
      stream,
      api: options.api(),
      look: options.look,
      ports,
      throttler: options.throttler,
      probe: 'silence',
      judge: options.judge,
      meter,
      on: {
        events: (events) => {
          for (const event of events) attempt(event);
        },
        flush,
        up: (topics) => {
          for (const topic of topics) bookOfTopic.get(key(topic))?.keeper.up();
        },
        down: (topics, reason) => {
          for (const topic of topics) bookOfTopic.get(key(topic))?.keeper.down(reason);
        },
        malformed: (error, topics = []) => {
          for (const topic of topics) bookOfTopic.get(key(topic))?.keeper.malformed(error);
          options.onProblem(error);
        },
        refused: (topic, error) => {
          bookOfTopic.get(key(topic))?.keeper.down(`${topic} was refused`);
          options.onProblem(error);
        },
      },
    });
  };

  const stream = (name: string): StreamHandle => {
    const handle = handles.get(name) ?? open(name);
    handles.set(name, handle);
    return handle;
  };

  const create = (market: Market<W>): Watched<W> => {
    const topics: Watched<W>['topics'] = [];
    const { fetchBook } = spec;
    const one: Watched<W> = {
      market,
      topics,
      trades: [],
      keeper: createBookKeeper({
        market,
        clock: ports.clock,
        random: ports.random(`book ${market.pair}`),
        ...(fetchBook !== undefined && {
          fetchSnapshot: (signal) => fetchBook(options.api({ signal, withinMs: snapshotWithinMs }), market),
        }),
        resubscribe: () => {
          const book = topics.find(({ channel }) => channel === 'book');
          if (book === undefined) return;
          stream(book.stream).remove([book.topic]);
          stream(book.stream).add([book.topic]);
        },
        onChange: () => changed.add(market.pair),
        onState: (state, reason) => {
          options.onBookState(market.pair, state, reason);
        },
        meter,
      }),
    };
    return one;
  };

  const add = (one: Watched<W>, channel: Channel): void => {
    const topic = spec.topic(channel, one.market);
    if (topic === undefined || one.topics.some((held) => held.channel === channel)) return;
    one.topics.push({ ...topic, channel });
    if (channel === 'book') bookOfTopic.set(`${topic.stream} ${topic.topic}`, one);
    stream(topic.stream).add([topic.topic]);
  };

  const drop = (pair: Pair): void => {
    const one = watched.get(pair);
    if (one === undefined) return;
    watched.delete(pair);
    for (const { stream: name, topic } of one.topics) {
      bookOfTopic.delete(`${name} ${topic}`);
      stream(name).remove([topic]);
    }
    one.keeper.close();
  };

  return {
    watch: (market, channels) => {
      const one = watched.get(market.pair) ?? create(market);
      watched.set(market.pair, one);
      for (const channel of channels) add(one, channel);
    },
    unwatch: drop,
    live: async (pair, signal) => watched.get(pair)?.keeper.live(signal),
    book: (pair) => watched.get(pair)?.keeper.book,
    books: () =>
      new Map([...watched].map(([pair, { keeper }]) => [pair, { state: keeper.book.state, ageMs: keeper.book.ageMs }])),
    trades: (pair) => watched.get(pair)?.trades.slice(-keptTrades) ?? [],
    onBook: bookListeners.on,
    onTrade: tradeListeners.on,
    close: () => {
      for (const pair of [...watched.keys()]) drop(pair);
      for (const handle of handles.values()) handle.close();
      handles.clear();
    },
  };
}

function toPublicTrade({ pair, contractSize }: Market, trade: Trade): PublicTrade {
  return {
    pair,
    price: decimal(trade.price),
    amount: decimal(trade.amount).times(contractSize),
    at: trade.at,
    ...(trade.id !== undefined && { id: trade.id }),
    ...(trade.side !== undefined && { side: trade.side }),
  };
}
