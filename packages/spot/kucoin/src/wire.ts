// Payloads as KuCoin sends them: only the fields we read, under its names. Every number arrives as its source text.
import * as v from 'valibot';

const Name = v.pipe(v.string(), v.nonEmpty());
const Int = v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number));
const Seconds = v.pipe(Int, v.maxValue(9e12)); // still a whole number in ms
const toMs = (nanoseconds: string): number => Number(nanoseconds.slice(0, -6));
const Nanoseconds = v.pipe(v.string(), v.regex(/^\d{13,21}$/), v.transform(toMs));
const Amount = v.pipe(v.string(), v.regex(/^\d{1,32}(?:\.\d{1,32})?$/));
const Signed = v.pipe(v.string(), v.regex(/^-?\d{1,32}(?:\.\d{1,32})?$/));
const Ladder = v.array(v.tuple([Amount, Amount]));
const Text = v.nullish(v.string());
const flag = v.boolean();
const side = v.picklist(['buy', 'sell']);
const liquidity = v.picklist(['taker', 'maker']);

/** An answer that is no success, where it has a code at all. @see https://www.kucoin.com/docs-new/error-code/websocket */
export const Failure = v.object({ code: v.string(), msg: v.optional(v.string(), 'no message') });

export type Schema<T> = v.GenericSchema<unknown, T>;
const Envelope = v.object({ data: v.unknown() });
/** What lies in `{ "code": "200000", "data": … }`. */
export function read<T>(data: Schema<T>): (json: unknown) => T {
  return (json) => v.parse(data, v.parse(Envelope, json).data);
}

/** In ms. @see https://www.kucoin.com/docs-new/api-3470156 */
export const Time = Int;
/** One of the symbols. @see https://www.kucoin.com/docs-new/api-3470154 */
export const Listing = v.object({
  ...v.entriesFromList(['symbol', 'baseCurrency', 'quoteCurrency', 'feeCurrency'], Name),
  ...v.entriesFromList(['priceIncrement', 'baseIncrement', 'quoteIncrement', 'baseMinSize', 'baseMaxSize'], Amount),
  ...{ minFunds: v.nullish(Amount), enableTrading: flag },
});
/** Best first. @see https://www.kucoin.com/docs-new/api-3470165 */
export const Book = v.pipe(
  v.object({ sequence: Int, time: Int, bids: Ladder, asks: Ladder }),
  v.transform(({ sequence: last, time: at, ...levels }) => ({ last, at, ...levels })),
);
const figures = v.entriesFromList(['buy', 'sell', 'last', 'vol', 'volValue'], v.nullish(Amount));
/** A figure that is none is null. @see https://www.kucoin.com/docs-new/api-3470167 */
export const Tickers = v.object({ time: Int, ticker: v.array(v.object({ symbol: Name, ...figures })) });
const traded = { price: Amount, size: Amount, side, time: Nanoseconds };
/** `sequence` is the trade's id. @see https://www.kucoin.com/docs-new/api-3470162 */
export const Trades = v.array(v.object({ sequence: Name, ...traded }));
/** Opening time in s, open, close, high, low, volume, quote volume; newest first. @see https://www.kucoin.com/docs-new/api-3470163 */
export const Candles = v.array(v.tuple([Seconds, Amount, Amount, Amount, Amount, Amount, Amount]));
/** @see https://www.kucoin.com/docs-new/api-3470294 */
export const Token = v.object({ token: Name, instanceServers: v.array(v.object({ endpoint: Name })) });
/** @see https://www.kucoin.com/docs-new/websocket-api/base-info/introduction */
export const Control = v.object({ type: Name, id: Text, subject: Text, code: Text, data: v.optional(v.unknown()) });
/** Without prices of zero, which are to be ignored. @see https://www.kucoin.com/docs-new/3470068w0 */
const Levels = v.pipe(
  Ladder,
  v.filterItems(([price]) => /[1-9]/.test(price)),
);
const changes = v.object({ bids: Levels, asks: Levels });
/** @see https://www.kucoin.com/docs-new/3470068w0 */
const BookChange = v.object({ symbol: Name, sequenceStart: Int, sequenceEnd: Int, time: v.optional(Int), changes });
/** @see https://www.kucoin.com/docs-new/3470072w0 */
const Match = v.object({ symbol: Name, tradeId: Name, ...traded });
export const MarketMessage = v.variant('subject', [
  v.object({ subject: v.literal('trade.l2update'), data: BookChange }),
  v.object({ subject: v.literal('trade.l3match'), data: Match }),
]);
const ordered = {
  ...{ id: Name, symbol: Name, clientOid: Text, side, createdAt: Int, lastUpdatedAt: v.optional(Int) },
  ...v.entriesFromList(['price', 'size', 'dealSize', 'dealFunds'], Amount),
  ...{ fee: Signed, feeCurrency: Name, cancelExist: flag, active: v.optional(flag), isActive: v.optional(flag) },
};
/** `active` in the high-frequency API, `isActive` in the older one. @see https://www.kucoin.com/docs-new/api-3470181, https://www.kucoin.com/docs-new/api-3470348 */
export const Order = v.pipe(
  v.object(ordered),
  v.check(({ active, isActive }) => (active ?? isActive) !== undefined, 'neither active nor isActive'),
  v.transform(({ createdAt, lastUpdatedAt: at = createdAt, active = false, isActive = active, ...order }) => {
    return { ...order, at, isActive };
  }),
);
export type Order = v.InferOutput<typeof Order>;
/** @see https://www.kucoin.com/docs-new/api-3470180 */
export const Fill = v.object({
  ...{ symbol: Name, tradeId: Name, orderId: Name, side, price: Amount, size: Amount },
  ...{ fee: Signed, feeCurrency: Name, createdAt: Int, liquidity },
});
const places = { lastId: Text, ...v.entriesFromList(['currentPage', 'totalPage'], v.optional(Int)) };
export type Page<T> = { items: T[] } & v.InferOutput<v.ObjectSchema<typeof places, undefined>>;
/** Newest first: from `lastId` in the high-frequency API, by number in the older one. @see https://www.kucoin.com/docs-new/api-3470179 */
export const page = <T>(item: Schema<T>): ((json: unknown) => Page<T>) =>
  read(v.object({ items: v.array(item), ...places }));
/** What commands and lists say. @see https://www.kucoin.com/docs-new/api-3470188, https://www.kucoin.com/docs-new/api-3470168, https://www.kucoin.com/docs-new/api-3470185, https://www.kucoin.com/docs-new/api-3470171, https://www.kucoin.com/docs-new/api-3470177, https://www.kucoin.com/docs-new/api-3470178 */
const ids = { orderId: Text, clientOid: Text };
export type Ids = { readonly [name in keyof typeof ids]?: string | null | undefined };
export const Placed = v.object({ ...ids, orderId: Name });
export const PlacedMany = v.array(v.object({ ...ids, success: flag, failMsg: Text }));
const End = v.object({ ...ids, originSize: Amount, dealSize: Amount, status: v.picklist(['open', 'done']) });
export const canceled = (id: keyof Ids): Schema<v.InferOutput<typeof End>> => v.object({ ...End.entries, [id]: Name });
export const Amended = v.object({ newOrderId: Text, clientOid: Text });
export const OpenSymbols = v.object({ symbols: v.nullish(v.array(Name)) });
export const OpenOrders = v.nullish(v.array(Order));
/** @see https://www.kucoin.com/docs-new/api-3470125 */
export const Accounts = v.array(v.object({ currency: Name, type: Name, balance: Amount, available: Amount }));
/** Fractions. @see https://www.kucoin.com/docs-new/api-3470150 */
export const Fees = v.tuple([v.object({ makerFeeRate: Signed, takerFeeRate: Signed })]);
/** `permission` such as `General,Spot`. @see https://www.kucoin.com/docs-new/api-3470130 */
export const KeyInfo = v.object({ permission: v.string(), ipWhitelist: Text });
const changed = {
  ...{ symbol: Name, orderId: Name, clientOid: Text, side, ts: Nanoseconds },
  ...v.entriesFromList(['originSize', 'price', 'filledSize'], v.optional(Amount)),
  status: v.picklist(['new', 'open', 'match', 'done']),
};
/** @see https://www.kucoin.com/docs-new/3470074w0 */
const OrderChange = v.variant('type', [
  v.object({ ...changed, type: v.literal('match'), tradeId: Name, matchPrice: Amount, matchSize: Amount, liquidity }),
  v.object({ ...changed, type: v.picklist(['received', 'open', 'update', 'filled', 'canceled']) }),
]);
export type OrderChange = v.InferOutput<typeof OrderChange>;
/** @see https://www.kucoin.com/docs-new/3470075w0 */
const BalanceChange = v.object({ currency: Name, total: Amount, available: Amount, relationEvent: Name, time: Int });
export const AccountMessage = v.variant('subject', [
  v.object({ subject: v.literal('orderChange'), data: OrderChange }),
  v.object({ subject: v.literal('account.balance'), data: BalanceChange }),
]);
