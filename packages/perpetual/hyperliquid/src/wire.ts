// Payloads as Hyperliquid sends them: only the fields we read, under its names. Numbers arrive as their source text.
import type { OrderReport } from '@hb/connector-core';
import * as v from 'valibot';

const Name = v.pipe(v.string(), v.nonEmpty());
const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const Int = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const Amount = v.pipe(v.string(), v.regex(/^\d{1,32}(?:\.\d{1,32})?$/));
const Signed = v.pipe(v.string(), v.regex(/^-?\d{1,32}(?:\.\d{1,32})?$/));
const Side = v.picklist(['B', 'A']);

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses */
export const Failure = v.object({ status: v.literal('err'), response: v.string() });
const Failed = v.object({ error: v.string() });
const statusesOf = <S extends v.GenericSchema>(statuses: S) =>
  v.object({ status: v.literal('ok'), response: v.object({ data: v.object({ statuses }) }) });
/** The one order of a request was not taken. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order */
export const FailedAlone = statusesOf(v.strictTuple([Failed]));
/** What the engine did with an order: it rests, or it filled at once as far as it could. `cloid` where the order has one. @see https://github.com/nktkas/hyperliquid/blob/main/src/api/exchange/_methods/order.ts */
const Placed = v.union([
  v.object({ resting: v.object({ oid: Id, cloid: v.optional(Name) }) }),
  v.object({ filled: v.object({ oid: Id, cloid: v.optional(Name), totalSz: Amount }) }),
]);
export type Placed = v.InferOutput<typeof Placed>;
/** Of one order. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order, https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#modify-multiple-orders */
export const PlacedAlone = statusesOf(v.strictTuple([Placed]));
/** Of several, in their order. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order */
export const PlacedMany = statusesOf(v.array(v.union([Placed, Failed])));
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#cancel-order-s-by-cloid */
export const CanceledAlone = statusesOf(v.strictTuple([v.literal('success')]));

/** In ms. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits */
export const ExchangeStatus = v.object({ time: Int });
/** `user`: whose agent it is. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-role */
export const Role = v.object({ role: v.string(), data: v.optional(v.object({ user: v.optional(Name) })) });
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-abstraction-state */
export const Abstraction = v.string();

/** `szDecimals` decimal places of amounts. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-perpetuals-metadata-universe-and-margin-tables */
export const Meta = v.object({ universe: v.array(v.unknown()), collateralToken: v.optional(Int, '0') });
/** One of `universe`; its index there makes the asset's number. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/asset-ids */
export const Listing = v.object({
  name: Name,
  szDecimals: v.pipe(Int, v.maxValue(6)),
  isDelisted: v.optional(v.boolean(), false),
});
/** The first, of the venue itself, is null. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-all-perpetual-dexs */
export const Dexes = v.array(v.nullable(v.object({ name: Name })));
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/spot#retrieve-spot-metadata */
export const SpotMeta = v.object({ tokens: v.array(v.object({ name: Name, index: Int })) });
/** `funding` rate an hour, `oraclePx` index price. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-perpetuals-asset-contexts-includes-mark-price-current-funding-open-interest-etc */
const Context = v.object({ funding: Signed, markPx: Amount, oraclePx: Amount });
/** The contexts in the order of the universe. */
export const Contexts = v.tuple([v.object({ universe: v.array(v.object({ name: Name })) }), v.array(Context)]);
/** Opening time, closing time, prices, volume, trades. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#candle-snapshot */
export const Candles = v.array(
  v.object({ t: Int, T: Int, n: Int, ...v.entriesFromList(['o', 'h', 'l', 'c', 'v'], Amount) }),
);

/** `px` price, `sz` size. */
const Levels = v.array(v.object({ px: Amount, sz: Amount }));
/** `side` of the taker, `tid` id. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
const Trade = v.object({ coin: Name, side: Side, px: Amount, sz: Amount, time: Int, tid: Id });
/** `levels`: at most 20 bids and 20 asks, best first. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const MarketMessage = v.variant('channel', [
  v.object({
    channel: v.literal('l2Book'),
    data: v.object({ coin: Name, time: Int, levels: v.strictTuple([Levels, Levels]) }),
  }),
  v.object({ channel: v.literal('trades'), data: v.array(Trade) }),
  v.object({ channel: v.literal('activeAssetCtx'), data: v.object({ coin: Name, ctx: Context }) }),
]);
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket */
export const Message = v.object({ channel: v.string(), data: v.optional(v.unknown()) });
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const Subscription = v.object({ type: Name, coin: v.optional(Name), user: v.optional(Name) });
/** The answer to a request to subscribe. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const Subscribed = v.object({ method: v.string(), subscription: Subscription });

/** What each state comes to; the last three are in no documentation but told by the venue. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-order-status-by-oid-or-cloid, https://github.com/nktkas/hyperliquid/blob/main/src/api/info/_methods/_base/_schemas.ts */
const states: readonly (readonly [status: OrderReport['status'], names: readonly string[]])[] = [
  ['open', ['open', 'triggered']],
  ['filled', ['filled']],
  ['canceled', ['canceled', 'marginCanceled', 'vaultWithdrawalCanceled', 'openInterestCapCanceled']],
  ['canceled', ['selfTradeCanceled', 'reduceOnlyCanceled', 'siblingFilledCanceled', 'delistedCanceled']],
  ['canceled', ['liquidatedCanceled', 'scheduledCancel']],
  ['rejected', ['rejected', 'tickRejected', 'minTradeNtlRejected', 'perpMarginRejected', 'reduceOnlyRejected']],
  ['rejected', ['badAloPxRejected', 'iocCancelRejected', 'badTriggerPxRejected', 'marketOrderNoLiquidityRejected']],
  ['rejected', ['positionIncreaseAtOpenInterestCapRejected', 'positionFlipAtOpenInterestCapRejected']],
  ['rejected', ['tooAggressiveAtOpenInterestCapRejected', 'openInterestIncreaseRejected', 'perpMaxPositionRejected']],
  ['rejected', ['insufficientSpotBalanceRejected', 'oracleRejected', 'tooManyOpenOrdersRejected']],
  ['canceled', ['outcomeSettledCanceled', 'internalCancel']],
];
const State = v.pipe(
  v.string(),
  v.transform((name) => ({ name, status: states.find(([, names]) => names.includes(name))?.[0] })),
  v.object({ name: v.string(), status: v.picklist(['open', 'filled', 'canceled', 'rejected']) }),
);
/** `sz` what is left of `origSz`, `tif` not on the stream. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-open-orders-with-additional-frontend-info */
export const Order = v.object({
  ...{ coin: Name, oid: Id, cloid: v.nullish(Name), side: Side, timestamp: Int, tif: v.nullish(v.string()) },
  ...v.entriesFromList(['limitPx', 'sz', 'origSz'], Amount),
});
export type Order = v.InferOutput<typeof Order>;
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-historical-orders */
export const OrderState = v.object({ order: Order, status: State, statusTimestamp: Int });
export type OrderState = v.InferOutput<typeof OrderState>;
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-order-status-by-oid-or-cloid */
export const OrderStatus = v.variant('status', [
  v.object({ status: v.literal('order'), order: OrderState }),
  v.object({ status: v.literal('unknownOid') }),
]);
/** `crossed`: we were the taker. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-fills */
export const Fill = v.object({
  ...{ coin: Name, oid: Id, tid: Id, side: Side, time: Int, px: Amount, sz: Amount, crossed: v.boolean() },
  ...{ fee: Signed, feeToken: Name },
});
export type Fill = v.InferOutput<typeof Fill>;

/** `szi` signed size, `marginUsed` its initial margin. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
const Position = v.object({
  ...{ coin: Name, szi: Signed, entryPx: v.nullable(Amount), liquidationPx: v.nullable(Amount) },
  ...{ unrealizedPnl: Signed, marginUsed: Amount },
  leverage: v.object({ type: v.picklist(['cross', 'isolated']), value: Int }),
});
/** `accountValue` counts what is unrealised. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
export const Clearinghouse = v.object({
  marginSummary: v.object({ accountValue: Signed }),
  withdrawable: Signed,
  assetPositions: v.array(v.object({ position: Position })),
  time: Int,
});
export type Clearinghouse = v.InferOutput<typeof Clearinghouse>;
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/spot#retrieve-a-users-token-balances */
export const SpotState = v.object({ balances: v.array(v.object({ coin: Name, total: Amount, hold: Amount })) });
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-active-asset-data */
export const ActiveAsset = v.object({ leverage: Position.entries.leverage });
/** Fractions. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-fees */
export const Fees = v.object({ userCrossRate: Signed, userAddRate: Signed });
const payment = { coin: Name, usdc: Signed, fundingRate: Signed };
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-a-users-funding-history-or-non-funding-ledger-updates */
export const Fundings = v.array(v.object({ time: Int, delta: v.object(payment) }));
/** A negative amount was paid. */
const Funding = v.object({ time: Int, ...payment });
export type Funding = v.InferOutput<typeof Funding>;

/** One channel a subscription. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const AccountMessage = v.variant('channel', [
  v.object({ channel: v.literal('orderUpdates'), data: v.array(OrderState) }),
  v.object({ channel: v.literal('userFills'), data: v.object({ fills: v.array(Fill) }) }),
  v.object({ channel: v.literal('userFundings'), data: v.object({ fundings: v.array(Funding) }) }),
  v.object({
    channel: v.literal('allDexsClearinghouseState'),
    data: v.object({ clearinghouseStates: v.array(v.strictTuple([v.string(), Clearinghouse])) }),
  }),
  v.object({ channel: v.literal('spotState'), data: v.object({ spotState: SpotState }) }),
]);
