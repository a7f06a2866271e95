// Payloads as Binance sends them: only the fields we read, under its names. Every number arrives as its source text.
import * as v from 'valibot';

const Name = v.pipe(v.string(), v.nonEmpty());
const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const Int = v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number));
const Amount = v.pipe(v.string(), v.regex(/^\d{1,32}(?:\.\d{1,32})?$/));
const Signed = v.pipe(v.string(), v.regex(/^-?\d{1,32}(?:\.\d{1,32})?$/));
const Levels = v.array(v.tuple([Amount, Amount]));
const flag = v.boolean();

const Times = v.object({ serverTime: Int, retryAfter: Int }); // over the socket, when a limit was hit
/** @see https://developers.binance.com/docs/binance-spot-api-docs/errors */
export const Failure = v.object({ code: v.string(), msg: v.string(), data: v.fallback(v.optional(Times), undefined) });
/** In ms. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#check-server-time */
export const Time = v.object({ serverTime: Int });

/** A zero switches its rule off. @see https://developers.binance.com/docs/binance-spot-api-docs/filters */
const Filter = v.union([
  v.object({ filterType: v.literal('PRICE_FILTER'), tickSize: Amount, minPrice: Amount, maxPrice: Amount }),
  v.object({ filterType: v.literal('LOT_SIZE'), stepSize: Amount, minQty: Amount, maxQty: Amount }),
  v.object({ filterType: v.literal('MARKET_LOT_SIZE'), stepSize: Amount, maxQty: Amount }),
  v.object({ filterType: v.picklist(['NOTIONAL', 'MIN_NOTIONAL']), minNotional: Amount }),
  v.object({ filterType: v.string() }),
]);
const filters = v.array(Filter);
/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export const ExchangeInfo = v.object({ symbols: v.array(v.unknown()) });
/** One of its symbols. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export const Listing = v.object({ symbol: Name, status: Name, baseAsset: Name, quoteAsset: Name, filters });

/** Best first. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book */
export const Depth = v.pipe(
  v.object({ lastUpdateId: Int, bids: Levels, asks: Levels }),
  v.transform(({ lastUpdateId: last, ...levels }) => ({ last, ...levels })),
);
/** Oldest first. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#recent-trades-list */
export const Trades = v.array(v.object({ id: Id, price: Amount, qty: Amount, time: Int, isBuyerMaker: flag }));
/** Opening time, open, high, low, close, volume, closing time, quote volume, trades. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
export const Klines = v.array(v.tuple([Int, Amount, Amount, Amount, Amount, Amount, Int, Amount, Int]));
const figures = v.entriesFromList(['lastPrice', 'bidPrice', 'askPrice', 'volume', 'quoteVolume'], Amount);
/** A price that is none is zero. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#24hr-ticker-price-change-statistics */
export const Tickers = v.array(v.object({ symbol: Name, closeTime: Int, ...figures }));

/** `e` event type; answers have `id` or `msg`. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
export const PublicMessage = v.object({ e: v.optional(v.string()), id: v.nullish(Name), msg: v.optional(v.string()) });
/** `s` symbol, `E` time, `U` first and `u` last update id, `b` bids, `a` asks. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#diff-depth-stream */
const DepthUpdate = v.object({ e: v.literal('depthUpdate'), s: Name, E: Int, U: Int, u: Int, b: Levels, a: Levels });
/** `s` symbol, `t` id, `p` price, `q` quantity, `T` time, `m` whether the buyer was the maker. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#trade-streams */
const Trade = v.object({ e: v.literal('trade'), s: Name, t: Id, p: Amount, q: Amount, T: Int, m: flag });
/** @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#detailed-stream-information */
export const MarketMessage = v.variant('e', [DepthUpdate, Trade]);

const Side = v.picklist(['BUY', 'SELL']);
const living = ['NEW', 'PENDING_NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL'] as const;
/** @see https://developers.binance.com/docs/binance-spot-api-docs/enums#order-status-status */
const Status = v.picklist([...living, 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH']);

/** Of placing (`RESULT`), cancelling and querying. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints */
export const Order = v.object({
  symbol: Name,
  orderId: Id,
  clientOrderId: v.string(), // of a cancel: its own
  origClientOrderId: v.optional(v.string()), // of a cancel: the order's
  status: Status,
  side: Side,
  ...v.entriesFromList(['price', 'origQty', 'executedQty'], Amount),
  cummulativeQuoteQty: Signed, // below zero: not known any more
  ...v.entriesFromList(['transactTime', 'updateTime'], v.optional(Int)), // of a command, of a query
  expiryReason: v.optional(v.string()),
});
export type Order = v.InferOutput<typeof Order>;
const same = v.pick(Order, ['symbol', 'orderId', 'clientOrderId', 'status', 'side', 'price', 'executedQty']).entries;
const amended = { ...same, qty: Amount, cumulativeQuoteQty: Signed };
/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#order-amend-keep-priority-trade */
export const Amendment = v.object({ transactTime: Int, amendedOrder: v.object(amended) });
/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-trade-list-user_data */
export const MyTrade = v.object({
  ...{ symbol: Name, id: Id, orderId: Id, time: Int, price: Amount, qty: Amount, commission: Signed },
  ...{ commissionAsset: Name, isBuyer: flag, isMaker: flag },
});

const Balance = v.object({ asset: Name, free: Amount, locked: Amount });
/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-information-user_data */
export const Account = v.object({ canTrade: flag, updateTime: Int, balances: v.array(Balance) });

const Rates = v.object(v.entriesFromList(['maker', 'taker', 'buyer', 'seller'], Signed));
const commissions = v.entriesFromList(['standardCommission', 'specialCommission', 'taxCommission'], Rates);
const Discount = { enabledForAccount: flag, enabledForSymbol: flag, discountAsset: v.nullable(Name), discount: Amount };
/** Fractions. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#query-commission-rates-user_data */
export const Commission = v.object({ ...commissions, discount: v.object(Discount) });

/** @see https://developers.binance.com/docs/wallet/account/api-key-permission */
export const KeyPermission = v.object({ ipRestrict: flag, enableWithdrawals: flag, enableSpotAndMarginTrading: flag });

const Limit = v.object(v.entriesFromList(['rateLimitType', 'interval', 'intervalNum', 'count'], Name));
/** An answer over the socket. @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/response-format */
export const Response = v.object({
  id: v.nullable(Name),
  status: Int,
  ...v.entriesFromList(['result', 'error'], v.optional(v.unknown())),
  rateLimits: v.optional(v.array(Limit), []),
});
/** `e` event type. @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/event-format */
export const Envelope = v.object({ event: v.looseObject({ e: v.string() }) });

/**
 * `s` symbol, `i` order id, `c` client order id (of a cancel: its own), `C` the cancelled order's or empty, `S` side,
 * `X` status, `T` time, `q` quantity, `p` price, `z`, `Z` cumulative base and quote, `r`, `eR` why it ended or NONE;
 * of the fill `t` id or -1, `l` quantity, `L` price, `n` commission, `N` its asset, `m` whether we were the maker.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update
 */
const ExecutionReport = v.object({
  e: v.literal('executionReport'),
  ...{ s: Name, i: Id, t: v.union([v.literal('-1'), Id]), S: Side, X: Status, T: Int, N: v.nullable(Name), m: flag },
  ...v.entriesFromList(['c', 'C', 'r'], v.string()),
  ...v.entriesFromList(['q', 'p', 'z', 'l', 'L'], Amount),
  ...v.entriesFromList(['Z', 'n'], Signed),
  eR: v.optional(v.string()),
});
const Changed = v.object({ a: Name, f: Amount, l: Amount });
/** `u` time, `a` asset, `f` free, `l` locked. @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#account-update */
const AccountPosition = v.object({ e: v.literal('outboundAccountPosition'), u: Int, B: v.array(Changed) });
/** A deposit, transfer or lock. @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#balance-update */
const BalanceChange = v.object({ e: v.picklist(['balanceUpdate', 'externalLockUpdate']) });
/** @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#user-data-stream-events */
export const AccountMessage = v.variant('e', [ExecutionReport, AccountPosition, BalanceChange]);
