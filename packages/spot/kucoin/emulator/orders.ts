import { decodeJson } from '@hb/connector-core';
import { attempt, createParameters, isRefusal, toPairs } from '@hb/connector-testkit';
import type { EngineOrder, Execution, OrderRef, ParameterProblem, VenueRefusal } from '@hb/connector-testkit';

import { checkRules, place, toRefusal } from './placement.js';
import { toFill, toOrder, toStanding } from './reports.js';
import { findMarket, invalid, own, trade, type Route, type SignedCall } from './venue.js';

/** The high-frequency API, in the order of the documentation. https://www.kucoin.com/docs-new/api-3470188 */
export const orderRoutes: readonly Route[] = [
  trade('POST /api/v1/hf/orders', 1, (call) => toIds(place(call))),
  trade('POST /api/v1/hf/orders/sync', 1, (call) => toSync(call, place(call))),
  trade('POST /api/v1/hf/orders/multi', 1, (call) => placeMany(call, toIds)),
  trade('POST /api/v1/hf/orders/multi/sync', 1, (call) => placeMany(call, (order) => toSync(call, order))),
  trade('DELETE /api/v1/hf/orders/{orderId}', 1, (call) => ({ orderId: String(cancel(call, byId(call)).orderId) })),
  trade('DELETE /api/v1/hf/orders/sync/{orderId}', 1, (call) => toStanding(call, cancel(call, byId(call)))),
  trade('DELETE /api/v1/hf/orders/client-order/{clientOid}', 1, (call) => {
    return { clientOid: cancel(call, byClientOid(call)).clientOrderId };
  }),
  trade('DELETE /api/v1/hf/orders/sync/client-order/{clientOid}', 1, (call) => {
    const order = cancel(call, byClientOid(call));
    return { ...toStanding(call, order), orderId: undefined, clientOid: order.clientOrderId };
  }),
  trade('DELETE /api/v1/hf/orders', 2, (call) => {
    call.venue.engine.cancelAll(call.key.account, findMarket(call).market.symbol);
    return 'success';
  }),
  trade('DELETE /api/v1/hf/orders/cancelAll', 30, ({ venue, key }) => {
    return { succeedSymbols: symbolsOf(venue.engine.cancelAll(key.account)), failedSymbols: [] };
  }),
  trade('POST /api/v1/hf/orders/alter', 1, alter),
  own('GET /api/v1/hf/orders/active/symbols', 2, ({ reads, key }) => {
    return { symbols: symbolsOf(reads.openOrders(key.account)) };
  }),
  own('GET /api/v1/hf/orders/active', 2, (call) => {
    const orders = call.reads.openOrders(call.key.account, findMarket(call).market.symbol);
    return orders.toReversed().map((order) => toOrder(call, order));
  }),
  own('GET /api/v1/hf/orders/done', 2, listClosed),
  own('GET /api/v1/hf/orders/{orderId}', 2, (call) => toOrder(call, find(call, byId(call)))),
  own('GET /api/v1/hf/orders/client-order/{clientOid}', 2, (call) => toOrder(call, find(call, byClientOid(call)))),
  own('GET /api/v1/hf/fills', 2, listFills),
];

function symbolsOf(orders: readonly EngineOrder[]): readonly string[] {
  return [...new Set(orders.map(({ market }) => market))];
}

/** The order that was cancelled. Throws 400100 when there is none that can be. */
export function cancel({ venue, key }: SignedCall, ref: OrderRef): EngineOrder {
  const answer = venue.engine.cancel(key.account, ref);
  if (answer.type === 'refused') throw toRefusal(answer.refusal);
  return answer.order;
}

/** The order, wherever it stands. Throws 400100 when there is none. */
export function find({ venue, reads, key }: SignedCall, ref: OrderRef): EngineOrder {
  const isIt = (order: EngineOrder) =>
    'orderId' in ref ? order.orderId === ref.orderId : order.clientOrderId === ref.clientOrderId;
  const cancelled = venue.cancelled.findLast((order) => order.account === key.account && isIt(order));
  const order = reads.order(key.account, ref) ?? cancelled;
  if (order === undefined) throw invalid('The order does not exist.');
  return order;
}

/** Orders that have ended, newest first. */
export function closedOrders({ venue, reads, key, parameters }: SignedCall, market?: string): readonly EngineOrder[] {
  const [side, type] = [parameters.text('side'), parameters.text('type')];
  const [from, to] = [parameters.integer('startAt') ?? 0, parameters.integer('endAt') ?? Infinity];
  const own = [
    ...reads.orders(key.account, market),
    ...venue.cancelled.filter(({ account }) => account === key.account),
  ];
  return own
    .filter((order) => order.status !== 'open' && order.market === (market ?? order.market))
    .filter((order) => order.side === (side ?? order.side) && order.type === (type ?? order.type))
    .filter(({ placedAt }) => placedAt >= from && placedAt <= to)
    .toSorted((one, other) => other.placedAt - one.placedAt || other.orderId - one.orderId);
}

/** An execution, counted over all markets of an account from 1. */
type Numbered = { readonly execution: Execution; readonly id: number };

/** Newest first. */
export function fills({ reads, key, parameters }: SignedCall, market?: string): readonly Numbered[] {
  const [side, orderId] = [parameters.text('side'), parameters.text('orderId')];
  const [from, to] = [parameters.integer('startAt') ?? 0, parameters.integer('endAt') ?? Infinity];
  return reads
    .executions(key.account)
    .map((execution, index) => ({ execution, id: index + 1 }))
    .filter(({ execution }) => execution.market === (market ?? execution.market))
    .filter(({ execution }) => String(execution.orderId) === (orderId ?? String(execution.orderId)))
    .filter(({ execution }) => orderId !== undefined || (execution.at >= from && execution.at <= to))
    .filter(({ execution }) => execution.side === (side ?? execution.side))
    .toReversed();
}

function byId({ parameters }: SignedCall): OrderRef {
  return { market: parameters.required('symbol'), orderId: Number(parameters.required('orderId')) };
}

export function byClientOid({ parameters }: SignedCall): OrderRef {
  return { clientOrderId: parameters.required('clientOid') };
}

function listClosed(call: SignedCall): object {
  const orders = closedOrders(call, findMarket(call).market.symbol);
  const before = call.parameters.integer('lastId');
  const start = before === undefined ? 0 : orders.findIndex(({ orderId }) => orderId === before) + 1;
  const page = orders.slice(start, start + call.parameters.limit(20, 100));
  return { lastId: page.at(-1)?.orderId ?? 0, items: page.map((order) => toOrder(call, order)) };
}

function listFills(call: SignedCall): object {
  const before = call.parameters.integer('lastId') ?? Infinity;
  const page = fills(call, findMarket(call).market.symbol)
    .filter(({ id }) => id < before)
    .slice(0, call.parameters.limit(20, 100));
  return { items: page.map(({ execution, id }) => toFill(call, execution, id)), lastId: page.at(-1)?.id ?? 0 };
}

/** "Cancel the order and place a new order": the new one has what is left of the new size. https://www.kucoin.com/docs-new/api-3470171 */
function alter(call: SignedCall): object {
  const { venue, parameters, key } = call;
  const { market, rules } = findMarket(call);
  const ref = parameters.text('orderId') === undefined ? byClientOid(call) : byId(call);
  const order = venue.engine.order(key.account, ref);
  const { price, clientOrderId: clientOid } = order ?? {};
  if (order?.status !== 'open' || price === undefined || clientOid === undefined) throw toRefusal('unknown-order');
  const [newPrice, newSize] = [parameters.text('newPrice'), parameters.text('newSize')];
  if (newPrice === undefined && newSize === undefined) throw invalid('newPrice and newSize cannot both be empty');
  const size = newSize ?? market.amount.format(order.amount);
  checkRules(rules, { price: newPrice ?? market.price.format(price), size });
  const amount = (market.amount.parse(size) ?? 0n) - order.filled;
  if (amount <= 0n) {
    cancel(call, ref);
    return { newOrderId: null, clientOid };
  }
  const terms = { market: market.symbol, side: order.side, type: 'limit', timeInForce: order.timeInForce } as const;
  const asked = newPrice === undefined ? price : (market.price.parse(newPrice) ?? 0n);
  const { placed } = venue.engine.replace(key.account, ref, {
    ...terms,
    clientOrderId: clientOid,
    price: asked,
    amount,
  });
  if (placed?.type !== 'accepted') throw toRefusal(placed?.refusal ?? 'unknown-order');
  return { newOrderId: String(placed.order.orderId), clientOid };
}

function placeMany(call: SignedCall, tell: (order: EngineOrder) => object): readonly object[] {
  const orders = decodeJson(call.parameters.required('orderList'));
  if (!Array.isArray(orders) || orders.length < 1 || orders.length > 5) throw invalid('orderList: 1 to 5 orders');
  return orders.map((order: object) => {
    const result = attempt(() => {
      const parameters = createParameters(toPairs(order), toProblem);
      if (parameters.text('type') === 'market') throw invalid('only limit orders');
      return place({ ...call, parameters });
    });
    return isRefusal(result) ? { success: false, failMsg: result.message } : { ...tell(result), success: true };
  });
}

export function toProblem({ name, type }: ParameterProblem): VenueRefusal {
  return invalid(`${name} is ${type}`);
}

function toIds({ orderId, clientOrderId }: EngineOrder): object {
  return { orderId: String(orderId), clientOid: clientOrderId };
}

function toSync(call: SignedCall, order: EngineOrder): object {
  const times = { orderTime: order.placedAt, matchTime: order.updatedAt };
  return { ...toIds(order), ...times, ...toStanding(call, order) };
}
