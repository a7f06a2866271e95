import type { Balances } from '../model/balance.js';
import type { BookUpdate, LevelText } from '../model/book.js';
import type { Decimal } from '../model/decimal.js';
import type { FeeRates } from '../model/fees.js';
import type { Fill } from '../model/fill.js';
import type { Market, UnixMs } from '../model/market.js';
import type { NewOrder, Order, OrderReport, TimeInForce } from '../model/order.js';
import type { Candle, Interval, Ticker, Trade } from '../model/trade.js';
import type { Private, Public } from './api.js';
import type { Common } from './common.js';
import type { Verdict } from './endpoint.js';
import type { Feed, StreamTopic } from './stream.js';

/** What a script may watch of a market, where the venue's `topic` has it. No venue streams `ticker` or `candles:…` so far: they are asked for. */
export type Channel = 'book' | 'trades' | 'ticker' | 'funding' | `candles:${Interval}`;

/** What an account's stream, poll or answer tells. `refetch`: the venue says that something changed, not what. */
export type AccountEvent = OrderReport | Fill | Balances | { readonly type: 'refetch'; readonly what: Refetch };

/** What an account may have to be asked for again; `payments` are those of funding. */
export type Refetch = 'orders' | 'fills' | 'balances' | 'positions' | 'payments';

/** What a public stream tells. */
export type MarketEvent = BookUpdate | Trade;

/** An order as a venue may look it up. */
export type Ref<W> = {
  readonly market: Market<W>;
  readonly clientOrderId: string;
  readonly orderId?: string;
  /** The id of the order that an amendment made of it: asked for is the one before. */
  readonly replacedBy?: string;
};

/** An order that is to be amended, as it stands: some venues want all of it told again. */
export type Amendable<W> = Ref<W> & Pick<Order, 'side' | 'amount' | 'price' | 'timeInForce' | 'effect' | 'filled'>;

/** Where to continue: from a time (inclusive), or from the cursor of the last answer. */
export type Since<W> = {
  readonly market?: Market<W>;
  readonly orderId?: string;
  readonly from?: UnixMs;
  readonly cursor?: string;
};

/** Which candles: by opening time in ms, both ends inclusive. Without `from` the latest `limit`. */
export type CandleRange = {
  readonly interval: Interval;
  readonly from?: UnixMs;
  readonly to?: UnixMs;
  readonly limit?: number;
};

/**
 * What a venue takes as a client order id. Where it is unique among open orders only, what a query finds under the id may be
 * an older order.
 */
export type ClientIdRule = { readonly unique: 'among-open' | 'for-ever'; readonly echoed: boolean } & (
  | { readonly form: 'text'; readonly max: number; readonly alphabet: RegExp; readonly prefix?: string }
  | { readonly form: 'integer'; readonly bits: number }
  | { readonly form: 'hex'; readonly bytes: number }
  | { readonly form: 'uuid' }
  | { readonly form: 'none' }
);

/** What an API key may do, as far as the venue tells. */
export type KeyRights = {
  readonly trade?: boolean;
  readonly withdraw?: boolean;
  /** Whether the key works from listed addresses only. */
  readonly addressBound?: boolean;
};

/** What a venue adds up from the best levels of a book, so that a copy of it can be proved. */
export type ChecksumRule = {
  /** How many levels a side it takes. */
  readonly levels: number;
  /** Of the best levels as sent, best first; compared with `BookUpdate.checksum`. */
  readonly of: (bids: readonly LevelText[], asks: readonly LevelText[]) => number;
};

/** What a venue shows to everybody. */
export type PublicMarketSpec<O, W, X = never> = {
  readonly fetchMarkets: (p: Public<O>) => Promise<readonly Market<W>[]>;
  /** Absent: the snapshot comes on the stream, and to resync is to subscribe again. */
  readonly fetchBook?: (p: Public<O>, market: Market<W>) => Promise<BookUpdate>;
  /** Where updates carry a checksum, without `scan`. A book that does not match it is stale and gets a snapshot. */
  readonly checksum?: ChecksumRule;
  readonly fetchTickers?: (p: Public<O>) => Promise<readonly Ticker[]>;
  /** Newest last. */
  readonly fetchTrades?: (p: Public<O>, market: Market<W>) => Promise<readonly Trade[]>;
  readonly candles?: {
    readonly intervals: readonly Interval[];
    /** Most candles per request. */
    readonly max: number;
    /** Oldest first, both ends inclusive. */
    readonly fetch: (p: Public<O>, market: Market<W>, range: CandleRange) => Promise<readonly Candle[]>;
  };
  readonly topic: (channel: Channel, market: Market<W>) => StreamTopic | undefined;
  readonly feed: Pick<Feed<MarketEvent | X, Public<O>, O>, 'streams'>;
};

/** What orders a venue takes. */
export type OrderRules = {
  readonly limit: readonly TimeInForce[];
  /** In which asset the amount of a market order may be given; `spent`: quote for a buy, base for a sell. */
  readonly market: 'base' | 'quote' | 'either' | 'spent' | 'none';
  readonly clientId: ClientIdRule;
  /** The bound after which "not placed" may be believed: the request's expiry, the engine's timeout, the replicas' lag. */
  readonly settle: { readonly expiryMs?: number; readonly engineMs: number; readonly lagMs: number };
};

/** An order made ready to be sent: the id that the venue will know it by, and what is to be sent. */
export type PreparedOrder = { readonly orderId: string; readonly bytes: Uint8Array };

/** What a venue does for an account. */
export type TradingSpec<O, C, W, X = never> = {
  /**
   * Where the order id is known before the send, as on chains: both are on record before anything leaves, so that the order
   * is found again whatever happens. Sends nothing itself.
   */
  readonly prepare?: (p: Private<O, C>, order: NewOrder<W>) => Promise<PreparedOrder>;
  /** `prepared`: the bytes that `prepare` made. */
  readonly place: (p: Private<O, C>, order: NewOrder<W>, prepared?: Uint8Array) => Promise<OrderReport>;
  readonly cancel: (p: Private<O, C>, order: Ref<W>) => Promise<OrderReport>;
  readonly amend?: {
    /** Whether the order keeps its id at the venue; then an answer about another id is not believed. */
    readonly id: 'kept' | 'new';
    readonly lowersOnly?: true;
    /** `price` absent from the venue's abilities: only the amount can change. */
    readonly can: 'amount' | 'amount-and-price';
    readonly run: (
      p: Private<O, C>,
      order: Amendable<W>,
      to: { readonly amount?: Decimal; readonly price?: Decimal },
    ) => Promise<OrderReport>;
  };
  /** Several orders in one request. */
  readonly placeMany?: {
    /** Most orders per request. */
    readonly max: number;
    /** Where a request takes orders of one market only, or limits count per market. */
    readonly per?: 'symbol';
    /** Where a request takes limit orders only; market orders then go one by one. */
    readonly types?: 'limit';
    /**
     * Resolves with what the venue says of each, in the order of `orders`; `undefined` where it does not say. Calls once.
     * Rejects when it answers for the batch as a whole: what the rejection says holds for each order.
     */
    readonly run: (
      p: Private<O, C>,
      orders: readonly NewOrder<W>[],
    ) => Promise<readonly (OrderReport | Verdict | undefined)[]>;
  };
  readonly cancelAll?: (p: Private<O, C>, market?: Market<W>) => Promise<void>;
  readonly fetchOrder: (p: Private<O, C>, order: Ref<W>) => Promise<OrderReport | undefined>;
  readonly fetchOpenOrders: (p: Private<O, C>, market?: Market<W>) => Promise<readonly OrderReport[]>;
  readonly fetchClosedOrders?: (p: Private<O, C>, since: Since<W>) => Promise<readonly OrderReport[]>;
  /** Oldest first. A cursor in the answer means that there is more. */
  readonly fetchFills: (
    p: Private<O, C>,
    since: Since<W>,
  ) => Promise<{ readonly fills: readonly Fill[]; readonly cursor?: string }>;
  /**
   * How long the venue tells fills, for ever when left out: `from` is never earlier. Where nobody listened for longer, a warning says so.
   */
  readonly historyMs?: number;
  readonly fetchBalances: (p: Private<O, C>) => Promise<Balances>;
  readonly fetchFees?: (p: Private<O, C>, market: Market<W>) => Promise<FeeRates>;
  readonly fetchKeyRights?: (p: Private<O, C>) => Promise<KeyRights>;
  readonly feed: Feed<AccountEvent | X, Private<O, C>, O>;
  /** The venue cancels all orders `ms` after it was last armed; 0 takes that back. */
  readonly deadman?: {
    readonly scope: 'account' | 'symbol';
    readonly maxMs: number;
    readonly arm: (p: Private<O, C>, ms: number, market?: Market<W>) => Promise<void>;
  };
};

/** All that core must know about a spot venue. Holds no state and does no I/O of its own. */
export type SpotSpec<O, C, W> = Common<O, C> & {
  readonly specVersion: 'spot/1';
  readonly market: PublicMarketSpec<O, W>;
  readonly orders: OrderRules;
  readonly trading: TradingSpec<O, C, W>;
};
