// Payloads as Gate sends them: only the fields we read, under its names. Every number arrives as its source text.
import * as v from 'valibot';

const floored = v.transform((text: string) => Math.floor(Number(text)));
const Name = v.pipe(v.string(), v.nonEmpty());
const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const Int = v.pipe(v.string(), v.regex(/^\d{1,15}$/), floored);
const Seconds = v.pipe(Int, v.maxValue(9e12)); // still a whole number in ms
const Ms = v.pipe(v.string(), v.regex(/^\d{1,15}(?:\.\d{1,9})?$/), floored); // 1606292218213.4578
const Amount = v.pipe(v.string(), v.regex(/^\d{1,32}(?:\.\d{1,32})?$/));
const Signed = v.pipe(v.string(), v.regex(/^-?\d{1,32}(?:\.\d{1,32})?$/));
const Levels = v.array(v.tuple([Amount, Amount]));
const Text = v.nullish(v.string(), '');
const Side = v.picklist(['buy', 'sell']);

/** `detail` stands for `message` at times. @see https://www.gate.com/docs/developers/apiv4/en/#error-handling */
export const Failure = v.object({ label: Name, message: v.optional(v.string()), detail: v.optional(v.string()) });
export type Failure = v.InferOutput<typeof Failure>;
/** In ms. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Time = v.object({ server_time: Int });

/** Precisions are decimal places; `null` is no limit. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const CurrencyPair = v.object({
  ...v.entriesFromList(['id', 'base', 'quote', 'trade_status'], Name),
  ...v.entriesFromList(['precision', 'amount_precision'], Int),
  ...v.entriesFromList(['min_base_amount', 'min_quote_amount', 'max_base_amount'], v.nullish(Amount)),
});
/** Best first. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const OrderBook = v.pipe(
  v.object({ id: Int, bids: Levels, asks: Levels }),
  v.transform(({ id: last, ...levels }) => ({ last, ...levels })),
);
/** Newest first. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Trades = v.array(v.object({ id: Id, create_time_ms: Ms, side: Side, price: Amount, amount: Amount }));
/** Opening time in s, quote volume, close, high, low, open, base volume, whether it is over. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Candlesticks = v.array(v.tuple([Seconds, Amount, Amount, Amount, Amount, Amount, Amount, Name]));
const prices = v.entriesFromList(['last', 'lowest_ask', 'highest_bid'], v.nullish(v.union([Amount, v.literal('')])));
const volumes = v.entriesFromList(['base_volume', 'quote_volume'], Amount);
/** A price that is none is empty. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Tickers = v.array(v.object({ currency_pair: Name, ...prices, ...volumes }));

const error = v.nullish(v.object({ code: Name, message: Text }));
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/#server-response */
const Told = v.object({ id: Text, channel: Name, event: Text, error });
const header = v.looseObject({ status: v.pipe(v.string(), v.regex(/^\d{3}$/), floored) });
const data = v.optional(v.object(v.entriesFromList(['result', 'errs'], v.optional(v.unknown()))), {});
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/#websocket-api-server-response */
const Answered = v.object({ request_id: Name, ack: v.optional(v.boolean(), false), header, data });
export type Answered = v.InferOutput<typeof Answered>;
/** Told apart by what is there. @see https://www.gate.com/docs/developers/apiv4/ws/en/ */
export const Message = v.union([Answered, Told, v.object({ type: v.literal('upgrade'), msg: v.string() })]);

const of = <const C extends string, S extends v.GenericSchema>(channel: C, result: S) =>
  v.object({ channel: v.literal(channel), event: v.literal('update'), result });
/** `s` pair, `t` time, `U` first and `u` last update id, `b` bids, `a` asks. @see https://www.gate.com/docs/developers/apiv4/ws/en/#changed-order-book-levels */
const BookUpdate = v.object({ s: Name, t: Int, U: Int, u: Int, b: Levels, a: Levels });
const deal = { id: Id, create_time_ms: Ms, side: Side, amount: Amount, price: Amount };
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/#public-trades-channel */
const Trade = v.object({ ...deal, currency_pair: Name });
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/ */
export const MarketMessage = v.variant('channel', [of('spot.order_book_update', BookUpdate), of('spot.trades', Trade)]);

const fee = { ...v.entriesFromList(['fee', 'gt_fee', 'point_fee'], v.optional(Signed)), fee_currency: Text };
const terms = {
  ...v.entriesFromList(['currency_pair', 'type'], Name),
  ...v.entriesFromList(['amount', 'price', 'left', 'filled_total'], Amount),
  ...{ id: Id, side: Side, text: Text, finish_as: Text, filled_amount: v.optional(Amount), ...fee },
  ...{ update_time: Ms, update_time_ms: v.optional(Ms) }, // in s, in ms
};
/** The amount of a market buy, and what is left of it, is in quote. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Order = v.object({ ...terms, status: v.picklist(['open', 'closed', 'cancelled']) });
export type Order = v.InferOutput<typeof Order>;
/** @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const OpenOrders = v.array(v.object({ orders: v.array(Order) }));
/** One of a batch. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const BatchOrder = v.variant('succeeded', [
  v.object({ succeeded: v.literal(true), ...Order.entries }),
  v.object({ succeeded: v.literal(false), text: Text, label: Name, message: Text }),
]);
const Role = v.picklist(['maker', 'taker']);
/** Newest first. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const MyTrade = v.object({ ...deal, ...fee, order_id: Id, role: Role, text: Text, currency_pair: Name });
export type MyTrade = v.InferOutput<typeof MyTrade>;
/** @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Accounts = v.array(v.object({ currency: Name, available: Signed, locked: Signed }));
const rates = v.entriesFromList(['maker_fee', 'taker_fee', 'gt_maker_fee', 'gt_taker_fee'], Signed);
/** By pair. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Fees = v.record(v.string(), v.unknown());
/** Fractions. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const Fee = v.object({ gt_discount: v.boolean(), ...rates });
/** @see https://www.gate.com/docs/developers/apiv4/en/account */
export const AccountDetail = v.object({ ip_whitelist: v.nullish(v.array(v.string()), []) });

/** @see https://www.gate.com/docs/developers/apiv4/ws/en/#orders-channel */
const OrderEvent = v.object({ ...terms, event: v.picklist(['put', 'update', 'finish']) });
export type OrderEvent = v.InferOutput<typeof OrderEvent>;
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/#spot-balance-channel */
const BalanceEvent = v.object({ timestamp_ms: Ms, currency: Name, total: Signed, available: Signed });
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/#user-trades-channel */
export const AccountMessage = v.variant('channel', [
  of('spot.orders', v.array(OrderEvent)),
  of('spot.usertrades', v.array(MyTrade)),
  of('spot.balances', v.array(BalanceEvent)),
]);
