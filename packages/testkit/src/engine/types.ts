import type { Side, UnixMs } from '@hb/connector-core';

import type { EnginePositionSide, MarginEvent, PerpetualTerms } from './perpetual/types.js';
import type { Step } from './step.js';

/** How a limit order may rest. `post-only` is refused when it would take. */
export type EngineTimeInForce = 'gtc' | 'ioc' | 'fok' | 'post-only';

/** What happens when an account would trade with itself; the taker's choice counts. */
export type SelfTrade = 'none' | 'expire-taker' | 'expire-maker' | 'expire-both';

/** `cancel-only` takes cancels alone, `halted` takes nothing, `delisted` ended its orders for good. */
export type EngineMarketStatus = 'trading' | 'cancel-only' | 'halted' | 'delisted';

/** A market to create. Steps are the engine's grid; rules that a venue may change, such as minima, are the emulator's. */
export type MarketDefinition = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Price grid in quote units: `'0.01'`. */
  readonly priceStep: string;
  /** Amount grid in base units: `'0.00001'`. */
  readonly amountStep: string;
  /** First order id and first trade id; 1 when left out. Both count up per market. */
  readonly firstOrderId?: number;
  readonly firstTradeId?: number;
  /** Of perpetuals, which `createPerpetualEngine` runs. */
  readonly perpetual?: PerpetualTerms;
};

/**
 * What an account pays per trade: rates as fractions, negative is a rebate; fees are cut to the asset's last digit.
 * `received`: from what the trade brings. `quote`: from the quote asset, on top of a buy. A third asset is worth `price`, given in
 * each quote asset, `{ USDT: '600' }`, less `discount`; without enough of it, or without a price, the fee is taken as `received`.
 */
export type FeePlan = {
  readonly maker: string;
  readonly taker: string;
  readonly taken: 'received' | 'quote' | FeeToken;
};

/** An asset in which fees are paid at a discount. */
export type FeeToken = {
  readonly asset: string;
  readonly price: Readonly<Record<string, string>>;
  /** As a fraction of the fee: `'0.25'`. */
  readonly discount?: string;
};

/** What an engine trades, for whom and under which rules. */
export type EngineOptions = {
  /** Time in ms; the engine keeps no clock. */
  readonly now: () => UnixMs;
  /** Decimal places kept of each asset: `{ BTC: 8, USDT: 8 }`. What a trade is worth beyond the quote asset's last digit is cut. */
  readonly assets: Readonly<Record<string, number>>;
  readonly markets: readonly MarketDefinition[];
  /** Of accounts without a plan of their own; free when left out. */
  readonly fees?: FeePlan;
  /** Of orders that do not choose; `none` when left out. */
  readonly selfTrade?: SelfTrade;
  /** Whether a client id may be used again once its order has ended; `among-open` when left out. Counted per account. */
  readonly clientIds?: 'among-open' | 'for-ever';
};

/** An order to place. Prices in price steps, amounts in amount steps, quote amounts in the quote asset's last digit. */
export type EngineRequest = {
  readonly market: string;
  readonly side: Side;
  readonly clientOrderId?: string;
  readonly selfTrade?: SelfTrade;
  /** On perpetuals: trades no more than brings the position to zero. */
  readonly reduceOnly?: boolean;
  /** On perpetuals: the position that it works on; `net` when left out. */
  readonly positionSide?: EnginePositionSide;
} & (
  | {
      readonly type: 'limit';
      readonly price: bigint;
      readonly amount: bigint;
      /** `gtc` when left out. */
      readonly timeInForce?: EngineTimeInForce;
    }
  | { readonly type: 'market'; readonly amount: bigint }
  /** Spends at most (buy), or brings at most (sell), this much of the quote asset. */
  | { readonly type: 'market'; readonly quoteAmount: bigint }
);

/** Which order of an account: by venue id, which is unique per market, or by client id, where the latest one counts. An `EngineOrder` is one. */
export type OrderRef = { readonly market: string; readonly orderId: number } | { readonly clientOrderId: string };

/** Where an order stands. A partly filled one is `open`. */
export type EngineOrderStatus = 'open' | 'filled' | 'canceled' | 'expired';

/** Why an order ended without being filled. */
export type EndReason =
  | 'canceled'
  /** An ioc, fok or market order found no more to take. */
  | 'unfilled'
  | 'self-trade'
  /** The position that it was to reduce has become smaller than the order. */
  | 'reduce-only'
  | 'liquidation'
  /** The venue ended it: `expire`, or its market was delisted. */
  | 'venue';

/** An order as it stood; never changes. Units as in `EngineRequest`. */
export type EngineOrder = {
  readonly orderId: number;
  readonly clientOrderId: string | undefined;
  readonly account: string;
  readonly market: string;
  readonly side: Side;
  readonly type: 'limit' | 'market';
  /** `ioc` on market orders. */
  readonly timeInForce: EngineTimeInForce;
  readonly selfTrade: SelfTrade;
  /** `undefined` on market orders. */
  readonly price: bigint | undefined;
  /** Of a quote-sized order: what it trades in all. */
  readonly amount: bigint;
  readonly quoteAmount: bigint | undefined;
  readonly filled: bigint;
  /** Cumulative price × amount. */
  readonly filledQuote: bigint;
  /** Amount that self-trade prevention kept from trading. */
  readonly prevented: bigint;
  readonly status: EngineOrderStatus;
  readonly reason: EndReason | undefined;
  /** The order that this one took the place of. */
  readonly replaces: number | undefined;
  /** Of perpetuals alone. */
  readonly reduceOnly?: boolean;
  readonly positionSide?: EnginePositionSide;
  /** Sent by the venue to close a position. */
  readonly liquidation?: true;
  readonly placedAt: UnixMs;
  readonly updatedAt: UnixMs;
  /** 1 when placed; rises with every change. */
  readonly version: number;
};

/** `amount` in the last digit of the asset; negative is a rebate. */
export type EngineFee = { readonly asset: string; readonly amount: bigint };

/** One side of a trade, as the owner of the order sees it. */
export type Execution = {
  /** Unique per market; the two sides of a trade share it. */
  readonly tradeId: number;
  readonly market: string;
  readonly account: string;
  readonly orderId: number;
  readonly clientOrderId: string | undefined;
  readonly side: Side;
  readonly price: bigint;
  readonly amount: bigint;
  /** Price × amount, in the quote asset's last digit; on perpetuals the worth in the settle asset. */
  readonly quote: bigint;
  readonly fee: EngineFee;
  /** Of perpetuals alone: the profit that it took from the position, in the last digit of the settle asset. */
  readonly realized?: bigint;
  readonly positionSide?: EnginePositionSide;
  readonly maker: boolean;
  readonly at: UnixMs;
};

/** A trade as everybody sees it. */
export type EngineTrade = {
  readonly tradeId: number;
  readonly market: string;
  readonly price: bigint;
  readonly amount: bigint;
  readonly quote: bigint;
  readonly taker: Side;
  readonly buyOrderId: number;
  readonly sellOrderId: number;
  readonly at: UnixMs;
};

/** In last digits of the asset. */
export type EngineBalance = { readonly asset: string; readonly free: bigint; readonly locked: bigint };

/** `[price, amount]` in steps. */
export type EngineLevel = readonly [price: bigint, amount: bigint];

/** Best first. `updateId` is that of the last change of a level. */
export type EngineDepth = {
  readonly updateId: number;
  readonly bids: readonly EngineLevel[];
  readonly asks: readonly EngineLevel[];
};

/** A market as an emulator sees it. Prices and amounts are counted in steps. */
export type EngineMarket = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly price: Step;
  readonly amount: Step;
  /** Grids of the two assets, for balances, fees and quote amounts. */
  readonly baseAsset: Step;
  readonly quoteAsset: Step;
  /** The asset of margins and profits; absent on spot markets. */
  readonly settle?: string;
  /** Price × amount in the quote asset's last digit, cut. */
  readonly notional: (price: bigint, amount: bigint) => bigint;
  readonly status: EngineMarketStatus;
  readonly lastTrade?: EngineTrade;
};

/** What just happened to an order. */
export type OrderChange = 'placed' | 'filled' | 'amended' | 'canceled' | 'expired';

/** What happened, in order. Everything that the engine did is in its log, and nothing else changes its state. */
export type EngineEvent = { readonly sequence: number; readonly at: UnixMs } & (
  | {
      readonly type: 'order';
      readonly change: OrderChange;
      readonly order: EngineOrder;
      /** Of a change to `filled`. */
      readonly execution: Execution | undefined;
    }
  | { readonly type: 'trade'; readonly trade: EngineTrade }
  /** One level now holds `amount`; zero: it is gone. `updateId` rises by one per change of the market. */
  | {
      readonly type: 'depth';
      readonly market: string;
      readonly updateId: number;
      readonly side: Side;
      readonly price: bigint;
      readonly amount: bigint;
    }
  /** The balances of one account that changed, as they are now; follows the order or deposit that changed them. */
  | { readonly type: 'balance'; readonly account: string; readonly balances: readonly EngineBalance[] }
  | {
      readonly type: 'deposit';
      readonly account: string;
      readonly asset: string;
      /** Negative: a withdrawal. */
      readonly amount: bigint;
    }
  | { readonly type: 'market'; readonly market: string; readonly status: EngineMarketStatus }
  | MarginEvent
);

/** Why the engine refuses an order; a venue has its own words for each. */
export type Refusal =
  | 'unknown-market'
  | 'market-closed'
  | 'insufficient-balance'
  | 'duplicate-client-id'
  | 'would-take'
  /** The side does not fit the position mode of the account. */
  | 'position-side'
  /** There is nothing to reduce, or less than an order that would rest asks for. */
  | 'reduce-only'
  | 'unknown-order'
  /** The order has ended already. */
  | 'order-closed'
  /** Not above zero, or an amendment that does not lower the amount to above what is filled. */
  | 'invalid-amount'
  | 'invalid-price';

/** Nothing changed. `order`: the one that stands in the way, or has ended already. */
export type Refused = { readonly type: 'refused'; readonly refusal: Refusal; readonly order?: EngineOrder };

/** The order after the command, with what it traded during it. */
export type Accepted = {
  readonly type: 'accepted';
  readonly order: EngineOrder;
  readonly executions: readonly Execution[];
};

/** A matching engine with its ledger: many markets, many accounts, price-time priority. Deterministic, synchronous, no I/O. */
export interface Engine {
  readonly now: () => UnixMs;
  market(symbol: string): EngineMarket | undefined;
  markets(): readonly EngineMarket[];
  /** The grid of an asset. Throws a `RangeError` for an asset that the engine was not created with. */
  asset(name: string): Step;

  addMarket(definition: MarketDefinition): void;
  setStatus(market: string, status: EngineMarketStatus): void;
  /** Applies to orders placed from now on. */
  setFees(account: string, fees: FeePlan): void;
  fees(account: string): FeePlan;
  /** Adds to the free balance, `'1.5'`; negative text withdraws. Throws a `RangeError` on other text or when more is withdrawn than is free. */
  deposit(account: string, asset: string, amount: string): void;

  place(account: string, request: EngineRequest): Accepted | Refused;
  cancel(account: string, ref: OrderRef): Accepted | Refused;
  cancelAll(account: string, market?: string): readonly EngineOrder[];
  /** Lowers the amount; the order keeps its place in the queue. A new client id may be given with it. */
  amend(
    account: string,
    ref: OrderRef,
    to: { readonly amount: bigint; readonly clientOrderId?: string },
  ): Accepted | Refused;
  /** Gives an open order another price, another amount or both: it goes to the back of the queue and takes what it now can. */
  move(account: string, ref: OrderRef, to: { readonly price?: bigint; readonly amount?: bigint }): Accepted | Refused;
  /** Cancels and places, with nothing in between. A refused cancel places nothing; a refused order stays cancelled. */
  replace(
    account: string,
    ref: OrderRef,
    request: EngineRequest,
  ): { readonly canceled: Accepted | Refused; readonly placed?: Accepted | Refused };
  /** Ends an order as the venue would: liquidation, maintenance, dead-man switch. */
  expire(account: string, ref: OrderRef): Accepted | Refused;

  order(account: string, ref: OrderRef): EngineOrder | undefined;
  /** What would trade before an open order does: better prices, then earlier orders at its own. `undefined` when it is not open. */
  ahead(account: string, ref: OrderRef): bigint | undefined;
  /** Oldest first. */
  openOrders(account: string, market?: string): readonly EngineOrder[];
  /** Every order ever placed, oldest first. */
  orders(account: string, market?: string): readonly EngineOrder[];
  /** Every execution of the account, oldest first. */
  executions(account: string, filter?: { readonly market?: string; readonly orderId?: number }): readonly Execution[];
  /** Every trade of a market, oldest first. */
  trades(market: string): readonly EngineTrade[];
  /** The best `levels` a side; all when left out. */
  depth(market: string, levels?: number): EngineDepth;
  /** Assets that the account ever held, in the order in which it first did. */
  balances(account: string): readonly EngineBalance[];
  /** What new orders may use of an asset: the free balance, on perpetuals the available margin. */
  free(account: string, asset: string): bigint;
  /** Fees taken so far, less rebates, in the last digit of the asset. */
  feesTaken(asset: string): bigint;

  /** Called in order, after the command that caused the events; commands given by a listener run at once, their events follow. Returns what ends it. */
  on(listener: (event: EngineEvent) => void): () => void;
  /** The truth log: every event since the start. */
  readonly log: readonly EngineEvent[];
  /** Recomputes everything from first principles. Throws when value was made or lost, when a lock has no order, or a book is crossed. */
  audit(): void;
}
