// Payloads as Binance sends them: only the fields we read, under its names. Every number arrives as its source text.
import * as v from 'valibot';

const Name = v.pipe(v.string(), v.nonEmpty());
const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const Int = v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number));
const Amount = v.pipe(v.string(), v.regex(/^\d{1,32}(?:\.\d{1,32})?$/));
const Signed = v.pipe(v.string(), v.regex(/^-?\d{1,32}(?:\.\d{1,32})?$/));
const Levels = v.array(v.tuple([Amount, Amount]));
const flag = v.boolean();

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
export const Failure = v.object({ code: v.string(), msg: v.string() });
/** In ms. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Check-Server-Time */
export const Time = v.object({ serverTime: Int });

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#filters */
const Filter = v.union([
  v.object({ filterType: v.literal('PRICE_FILTER'), tickSize: Amount, minPrice: Amount, maxPrice: Amount }),
  v.object({ filterType: v.literal('LOT_SIZE'), stepSize: Amount, minQty: Amount, maxQty: Amount }),
  v.object({ filterType: v.literal('MARKET_LOT_SIZE'), stepSize: Amount, maxQty: Amount }),
  v.object({ filterType: v.literal('MIN_NOTIONAL'), notional: Amount }),
  v.object({ filterType: v.string() }),
]);
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export const ExchangeInfo = v.object({ symbols: v.array(v.looseObject({ contractType: v.string() })) });
/** One of its perpetual symbols. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export const Listing = v.object({
  ...{ symbol: Name, status: Name, baseAsset: Name, quoteAsset: Name, marginAsset: Name },
  filters: v.array(Filter),
});

/** Best first. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Order-Book */
export const Depth = v.pipe(
  v.object({ lastUpdateId: Int, T: Int, bids: Levels, asks: Levels }),
  v.transform(({ lastUpdateId: last, T: at, ...levels }) => ({ last, at, ...levels })),
);
/** Oldest first. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Recent-Trades-List */
export const Trades = v.array(v.object({ id: Id, price: Amount, qty: Amount, time: Int, isBuyerMaker: flag }));
/** Opening time, open, high, low, close, volume, closing time, quote volume, trades. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data */
export const Klines = v.array(v.tuple([Int, Amount, Amount, Amount, Amount, Amount, Int, Amount, Int]));
const figures = v.entriesFromList(['lastPrice', 'volume', 'quoteVolume'], Amount);
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/24hr-Ticker-Price-Change-Statistics */
export const Tickers = v.array(v.object({ symbol: Name, closeTime: Int, ...figures }));
/** A price that is none is zero. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Symbol-Order-Book-Ticker */
export const BookTickers = v.array(v.object({ symbol: Name, bidPrice: Amount, askPrice: Amount }));
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Mark-Price */
export const PremiumIndex = v.object({
  ...{ symbol: Name, markPrice: Amount, indexPrice: Amount, lastFundingRate: Signed, nextFundingTime: Int, time: Int },
});
/** Symbols whose interval is not the usual one, among others. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-Info */
export const FundingInfo = v.array(v.object({ symbol: Name, fundingIntervalHours: Int }));

const problem = v.optional(v.object({ msg: v.string() }));
/** `e` event type; answers have `id`, refusals `error`. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Live-Subscribing-Unsubscribing-to-streams */
export const PublicMessage = v.object({ e: v.optional(v.string()), id: v.nullish(Name), error: problem });
/** `s` symbol, `T` time, `U` first and `u` last update id, `pu` the last one of the event before, `b` bids, `a` asks. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams */
const DepthUpdate = v.object({
  ...{ e: v.literal('depthUpdate'), s: Name, T: Int, U: Int, u: Int, pu: Int, b: Levels, a: Levels },
});
/** `s` symbol, `a` id, `p` price, `q` quantity, `T` time, `m` whether the buyer was the maker. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Aggregate-Trade-Streams */
const AggregateTrade = v.object({ e: v.literal('aggTrade'), s: Name, a: Id, p: Amount, q: Amount, T: Int, m: flag });
/** `s` symbol, `p` mark price, `i` index price, `r` funding rate, `T` next funding time, `E` time. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Mark-Price-Stream */
const MarkPrice = v.object({
  ...{ e: v.literal('markPriceUpdate'), s: Name, p: Amount, i: Amount, r: Signed, T: Int, E: Int },
});
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export const MarketMessage = v.variant('e', [DepthUpdate, AggregateTrade, MarkPrice]);

const Side = v.picklist(['BUY', 'SELL']);
const PositionSide = v.picklist(['BOTH', 'LONG', 'SHORT']);
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#order-status-status */
const Status = v.picklist([
  ...(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH'] as const),
]);

/** Of placing (`RESULT`), amending, cancelling and querying. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order, https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Order */
export const Order = v.object({
  ...{ symbol: Name, orderId: Id, clientOrderId: v.string(), status: Status, side: Side, updateTime: Int },
  ...v.entriesFromList(['price', 'origQty', 'executedQty'], Amount),
  cumQuote: v.optional(Amount), // of a query
});
export type Order = v.InferOutput<typeof Order>;
/** One of a batch. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Place-Multiple-Orders */
export const Placed = v.union([Failure, Order]);
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Account-Trade-List */
export const UserTrade = v.object({
  ...{ symbol: Name, id: Id, orderId: Id, time: Int, price: Amount, qty: Amount, commission: Signed },
  ...{ commissionAsset: Name, side: Side, maker: flag },
});

/** Wallet balance, without what positions would bring. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Futures-Account-Balance-V3 */
export const Balance = v.object({ asset: Name, balance: Signed, availableBalance: Signed });
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Account-Config */
export const Account = v.object({ canTrade: flag });
/** Fractions. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/User-Commission-Rate */
export const Commission = v.object(v.entriesFromList(['makerCommissionRate', 'takerCommissionRate'], Signed));
/** A price that is none is zero. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3 */
export const Position = v.object({
  ...{ symbol: Name, positionSide: PositionSide, positionAmt: Signed, updateTime: Int },
  ...v.entriesFromList(['entryPrice', 'markPrice', 'liquidationPrice', 'isolatedWallet'], Signed),
  ...v.entriesFromList(['unRealizedProfit', 'positionInitialMargin', 'maintMargin'], Signed),
});
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Current-Position-Mode */
export const Mode = v.object({ dualSidePosition: flag });
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Symbol-Config */
export const SymbolConfig = v.object({ marginType: v.picklist(['CROSSED', 'ISOLATED']), leverage: Amount });
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Income-History */
export const Income = v.object({ symbol: Name, income: Signed, asset: Name, time: Int, tranId: Id });
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Start-User-Data-Stream */
export const ListenKey = v.object({ listenKey: Name });

/** `e` event type. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const Event = v.looseObject({ e: v.string() });
/**
 * `s` symbol, `i` order id, `c` client order id, `S` side, `X` status, `T` time, `q` quantity, `p` price, `z` filled,
 * `ap` average price, `er` why it expired or 0; of the fill `t` id or 0, `l` quantity, `L` price, `n` commission,
 * `N` its asset, `m` whether we were the maker.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update
 */
const OrderUpdate = v.object({
  ...{ s: Name, i: Id, c: v.string(), S: Side, X: Status, T: Int, t: Id, N: v.optional(Name), m: flag },
  ...v.entriesFromList(['q', 'p', 'z', 'ap', 'l', 'L'], Amount),
  n: v.optional(Signed),
  er: v.optional(v.string(), '0'),
});
/** `a` asset, `wb` wallet balance. */
const Changed = v.object({ a: Name, wb: Signed });
/** `s` symbol, `ps` side, `pa` amount, `ep` entry price, `up` unrealized profit, `mt` margin type. */
const Moved = v.object({
  ...{ s: Name, ps: PositionSide, pa: Signed, ep: Signed, up: Signed, mt: v.picklist(['cross', 'isolated']) },
});
/** `m` reason. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Balance-and-Position-Update */
const AccountUpdate = v.object({
  m: v.string(),
  B: v.optional(v.array(Changed), []),
  P: v.optional(v.array(Moved), []),
});
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const AccountMessage = v.variant('e', [
  v.object({ e: v.literal('ORDER_TRADE_UPDATE'), o: OrderUpdate }),
  v.object({ e: v.literal('ACCOUNT_UPDATE'), T: Int, a: AccountUpdate }),
  v.object({ e: v.literal('MARGIN_CALL') }),
]);
