import type { ConnectorError } from '../errors/connector-error.js';
import type { Balance } from '../model/balance.js';
import type { Book, Walk } from '../model/book.js';
import type { Decimal, Exact } from '../model/decimal.js';
import type { Event, Status } from '../model/event.js';
import type { FeeRates } from '../model/fees.js';
import type { Fee } from '../model/fill.js';
import type { LiquidityPosition, LiquidityRequest, Operation, PoolState } from '../model/liquidity.js';
import type { Market, Pair, Side, UnixMs } from '../model/market.js';
import type { Metrics } from '../model/metrics.js';
import type { Order, OrderRequest, TimeInForce } from '../model/order.js';
import type {
  Funding,
  FundingPayment,
  LeverageSetting,
  MarginMode,
  Position,
  PositionMode,
} from '../model/position.js';
import type { Candle, PublicTrade, Ticker } from '../model/trade.js';
import type { CandleRange, Channel } from '../spec/spot.js';
import type { Raw } from './raw.js';

/** Derived from the spec: what a venue lacks. A script names what it needs in `start`. */
export type Capabilities = {
  readonly limit: readonly TimeInForce[];
  /** In which asset market orders are sized; `spent`: buys in quote, sells in base. */
  readonly market: 'base' | 'quote' | 'either' | 'spent' | 'none';
  readonly amend: boolean;
  /** Most orders per request; 1 without batches. */
  readonly batch: number;
  readonly deadman: boolean;
  readonly book: boolean;
  readonly tickers: boolean;
  readonly candles: boolean;
  /** Whether the fees of the account can be asked for. */
  readonly fees: boolean;
  /** Whether it trades on margin: positions, leverage and funding. */
  readonly positions: boolean;
  readonly hedge: boolean;
};

/** What a script cannot do without; `start` refuses in one line when the venue lacks it. */
export type Needs = {
  readonly limit?: readonly TimeInForce[];
  readonly market?: 'base' | 'quote';
  readonly amend?: true;
  readonly book?: true;
  readonly tickers?: true;
  readonly candles?: true;
  readonly fees?: true;
  readonly positions?: true;
  readonly hedge?: true;
};

/** What to have ready when `start` resolves. */
export type StartOptions = {
  /** Books and trades to hold from the start. */
  readonly pairs?: readonly Pair[];
  readonly needs?: Needs;
  readonly signal?: AbortSignal;
};

/** What becomes of open orders, and how long that may take. */
export type StopOptions = {
  /** `keep` when left out: orders stay at the venue. */
  readonly orders?: 'keep' | 'cancel';
  /** How long cancelling, and the answers to orders on their way, may take; 10 s when left out. */
  readonly withinMs?: number;
};

/** What is left at the venue after a stop. */
export type Leftover = {
  readonly open: readonly Order[];
  readonly uncertain: readonly Order[];
};

/** What an amount would cost or bring, before fees; `fees` on top, as far as they are known. */
export type Quote = Walk & {
  readonly fees: readonly Fee[];
  readonly validUntil?: UnixMs;
  /** How much worse the price is than that of the smallest amount, as a fraction, where the venue has pools in place of a book. */
  readonly impact?: Decimal;
  /** What a market order of this amount gives or takes at worst, under the connector's slippage, where it can say. */
  readonly atWorst?: { readonly base: Decimal; readonly quote: Decimal };
};

/** Which orders, all of ours when left out, and how long it may take: 10 s when left out. */
export type CancelAllOptions = {
  readonly pair?: Pair;
  /** `ours` when left out; `account` also cancels what others placed. */
  readonly scope?: 'ours' | 'account';
  readonly withinMs?: number;
};

/** How far a request for candles is. */
export type CandleProgress = {
  /** Of what is to be read, from 0 to 1. */
  readonly part: number;
  /** Those that are new since the last report and will not change: to go on later, ask from the next one's opening. */
  readonly candles: readonly Candle[];
};

/** Which candles, and who hears how far it is; `signal` ends it. */
export type CandleRequest = CandleRange & {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CandleProgress) => void;
};

/**
 * One account at one venue, as a script holds it; the same for every kind of venue.
 * A part that a venue lacks is an absent member, never a method that throws.
 */
export interface Connector extends AsyncDisposable {
  readonly id: string;
  readonly account: string;
  readonly environment: string;
  readonly status: Status;
  readonly capabilities: Capabilities;
  /** Known after `start`. */
  readonly markets: ReadonlyMap<Pair, Market>;
  /**
   * Resolves when books and, with credentials, the account are live. Without credentials: market data only.
   * Rejects in the venue's words when it refuses the key, a login or a topic. What fails under way is stopped: create another.
   */
  start(options?: StartOptions): Promise<void>;
  /** Ends every socket, timer and wait, once the orders on their way have been answered. Nothing starts again after it. */
  stop(options?: StopOptions): Promise<Leftover>;

  /**
   * Holds a market's channels: `book`, and `trades` and `funding` where there are any, when left out.
   * Resolves when its book is live and the venue has been asked for its funding.
   * Rejects as `unsupported` for a channel that the venue lacks, and in the venue's words when it refuses the topic.
   */
  watch(pair: Pair, channels?: readonly Channel[]): Promise<void>;
  unwatch(pair: Pair): Promise<void>;
  book(pair: Pair): Book | undefined;
  /** The latest public trades of a watched market, newest last, at most 1,000. */
  trades(pair: Pair): readonly PublicTrade[];
  /** Asks the venue for its latest public trades, newest last; the market need not be watched. */
  recentTrades?(pair: Pair): Promise<readonly PublicTrade[]>;
  /** Asks the venue for the last prices of all markets. */
  tickers?(): Promise<ReadonlyMap<Pair, Ticker>>;
  /**
   * Oldest first; pages as often as needed. Rejects as `unsupported` for an interval that the venue lacks. A DEX makes them of the
   * swaps in its pools: what was not traded in stays at the close before, and nothing is told of the time before the first swap.
   */
  candles?(pair: Pair, range: CandleRequest): Promise<readonly Candle[]>;
  /**
   * What a market order would take from the book now, with the fees of this account; without credentials, and where the
   * venue does not tell them, `fees` is empty.
   */
  quote(pair: Pair, side: Side, amount: { readonly base: Exact } | { readonly quote: Exact }): Promise<Quote>;

  newClientOrderId(): string;
  /**
   * Resolves whenever the venue may hold the order, state `unknown` included.
   * Rejects with a `ConnectorError` only when it was refused or not sent; `clientOrderId` is on the error.
   */
  place(request: OrderRequest): Promise<Order>;
  /**
   * Places each as `place` does, in as few requests as the venue allows; resolves in the order of `requests` with what became
   * of each. One that is refused does not keep the others from being placed. A request leaves within the shortest
   * `sendWithinMs` of its orders, or not at all.
   */
  placeMany(requests: readonly OrderRequest[]): Promise<readonly (Order | ConnectorError)[]>;
  /**
   * Resolves with the order after the venue's answer. An order that is over is returned as it is, and one that has not
   * left yet never leaves. Rejects when the order may still live.
   */
  cancel(clientOrderId: string): Promise<Order>;
  /** Cancels open orders and resolves with those cancelled; what is left shows in `orders`. */
  cancelAll(options?: CancelAllOptions): Promise<readonly Order[]>;
  /** Resolves when an order is over and all its fills are in. Rejects as `aborted` by the signal or the stop. */
  closed(clientOrderId: string, signal?: AbortSignal): Promise<Order>;
  /** Rounds and checks as `place` does. Rejects unless the venue said that it did it; `outcome` says whether it may have. */
  amend?(clientOrderId: string, to: { readonly amount?: Exact; readonly price?: Exact }): Promise<Order>;
  order(clientOrderId: string): Order | undefined;
  orders(filter?: { readonly open?: boolean; readonly pair?: Pair }): readonly Order[];
  /** Asks the venue for orders that ended; not tracked here. */
  closedOrders?(pair: Pair, since?: UnixMs): Promise<readonly Order[]>;
  /** Cancels all, refuses new orders until `release` is called, and says so in `status`. */
  kill(reason?: string): Promise<readonly Order[]>;
  release(): void;

  balances(): ReadonlyMap<string, Balance>;
  /** Of this account; remembered for 12 hours. */
  fees?(pair: Pair): Promise<FeeRates>;
  refresh(what: 'markets' | 'balances' | 'positions' | { readonly clientOrderId: string }): Promise<void>;

  /** Synchronous, in order, after the journal. Returns what ends it. */
  on<T extends Event['type']>(type: T, listener: (event: Extract<Event, { type: T }>) => void): () => void;
  /**
   * Events of orders and funding payments from the journal, from the record `from` on; a slow reader reads again, so no queue grows.
   * Ends with the signal, and when all is told after the stop.
   */
  events(options?: { readonly from?: number; readonly signal?: AbortSignal }): AsyncIterable<Event>;
  /** Once per socket read that changed the book, and when its state changes. */
  onBook(pair: Pair, listener: (book: Book) => void): () => void;
  onTrade(pair: Pair, listener: (trade: PublicTrade) => void): () => void;
  /** The book now, then the latest after each change, until the signal aborts or the connector stops; a slow reader skips. */
  books(pair: Pair, options?: { readonly signal?: AbortSignal }): AsyncIterable<Book>;

  /** Venues that trade on margin have it. */
  readonly positions?: Positions;
  readonly raw: Raw;
  metrics(): Metrics;
}

/** The positions of an account and the funding of markets. Empty until the account is ready; what a venue cannot do is absent. */
export interface Positions {
  /** Open ones; a market without any is left out. */
  list(): readonly Position[];
  /** Of a market that is watched, with the channel `funding`; grows more exact as the venue tells more. */
  funding(pair: Pair): Funding | undefined;
  /** When the funding of a watched market has changed. */
  onFunding(pair: Pair, listener: (funding: Funding) => void): () => void;
  /** Asks the venue for funding payments, oldest first; those of the last 7 days when `from` is left out. */
  payments(options?: { readonly pair?: Pair; readonly from?: UnixMs }): Promise<readonly FundingPayment[]>;
  /** As the venue said last. */
  mode(): PositionMode;
  /** Of the whole account. Resolves when the venue shows it. Venues refuse it while positions or orders are open. */
  setMode?(mode: PositionMode): Promise<void>;
  /** Asks the venue. */
  leverage?(pair: Pair): Promise<LeverageSetting>;
  /** Resolves when the venue shows it, where it can be asked. */
  setLeverage?(pair: Pair, to: { readonly leverage: Exact; readonly margin: MarginMode }): Promise<void>;
}

/** Connectors of DEXs have it: their orders are transactions. */
export interface DexConnector extends Connector {
  /**
   * While an order waits to be included, a transaction that does nothing takes its place: the order has `canceling` until it
   * is known which of the two was included.
   */
  cancel(clientOrderId: string): Promise<Order>;
  /**
   * Signs an order's transaction again with higher fees, under the same nonce, so that at most one of them is included. Resolves
   * when a node has it. An order that is over is returned as it is. Rejects when it was not sent: above the limit of fees, say.
   */
  speedUp(clientOrderId: string): Promise<Order>;
  /**
   * The number of each block, beginning with the latest one. Nodes are asked once a second: of blocks that came meanwhile each is told,
   * one after the other. It falls where blocks are taken back, and where a node is asked that is behind; what comes after is told again
   * then. After an outage the last 10,000 are told. Returns what ends it.
   */
  onBlock(listener: (height: number) => void): () => void;
  /**
   * The swaps in a market's pools, oldest first, in pages of as many blocks as nodes read at once. Each is told as two nodes
   * tell it, where there are as many. To go on later, ask from the block after the last page. Rejects as `aborted` by the signal or the stop.
   */
  pastTrades?(pair: Pair, range: PastTradesRange): AsyncIterable<TradePage>;
  /** Where liquidity can be held through it. */
  readonly liquidity?: Liquidity;
}

/** From a block or a time on, up to another one, all of them included; to the latest block when left out. */
export type PastTradesRange = ({ readonly fromBlock: number } | { readonly from: UnixMs }) & {
  readonly toBlock?: number;
  readonly to?: UnixMs;
  readonly signal?: AbortSignal;
};

/** What was traded in the blocks `fromBlock` to `toBlock`. */
export type TradePage = {
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly trades: readonly PublicTrade[];
  /** How much of the range has been read, from 0 to 1. */
  readonly part: number;
};

/** The liquidity of an account in a DEX's pools. What changes it is no order, and as safe as one: on record before it leaves, and signed once. */
export interface Liquidity {
  /** Those of a market, as they are at the latest block. */
  pools(pair: Pair): Promise<readonly PoolState[]>;
  /** Of this account in the pools of a market: those that contracts list, and those that were opened here. */
  positions(pair: Pair): Promise<readonly LiquidityPosition[]>;
  /**
   * Resolves whenever a node may have the transaction, state `unknown` included.
   * Rejects with a `ConnectorError` only when it was refused or not sent.
   */
  submit(request: LiquidityRequest): Promise<Operation>;
  /** Resolves when it is included, or never will be. Rejects as `aborted` by the signal or the stop. */
  done(operationId: string, signal?: AbortSignal): Promise<Operation>;
  operation(operationId: string): Operation | undefined;
  /** Oldest first, those of earlier runs included. */
  operations(): readonly Operation[];
}
