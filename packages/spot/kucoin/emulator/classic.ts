import { pageOf } from '@hb/connector-testkit';
import type { OrderRef } from '@hb/connector-testkit';

import { byClientOid, cancel, closedOrders, fills, find } from './orders.js';
import { place, toRefusal } from './placement.js';
import { toClassicOrder, toFill } from './reports.js';
import { invalid, own, trade, type Route, type SignedCall } from './venue.js';

/** The API before the high-frequency one. https://www.kucoin.com/docs-new/api-3470333 */
export const classicRoutes: readonly Route[] = [
  trade('POST /api/v1/orders', 2, (call) => {
    call.parameters.required('clientOid');
    return { orderId: String(place(call).orderId) };
  }),
  trade('DELETE /api/v1/orders/{orderId}', 3, (call) => {
    return { cancelledOrderIds: [String(cancel(call, refOf(call)).orderId)] };
  }),
  trade('DELETE /api/v1/order/client-order/{clientOid}', 3, (call) => {
    const { orderId, clientOrderId: clientOid } = cancel(call, byClientOid(call));
    return { cancelledOrderId: String(orderId), clientOid, cancelledOcoOrderIds: null };
  }),
  trade('DELETE /api/v1/orders', 20, ({ venue, key, parameters }) => {
    const orders = venue.engine.cancelAll(key.account, parameters.text('symbol'));
    return { cancelledOrderIds: orders.map(({ orderId }) => String(orderId)) };
  }),
  own('GET /api/v1/orders/{orderId}', 2, (call) => toClassicOrder(call, find(call, refOf(call)))),
  own('GET /api/v1/order/client-order/{clientOid}', 3, (call) => {
    const order = find(call, byClientOid(call));
    if (order.status !== 'open') throw invalid('The order does not exist.');
    return toClassicOrder(call, order);
  }),
  own('GET /api/v1/orders', 2, listOrders),
  own('GET /api/v1/fills', 10, listFills),
];

function listOrders(call: SignedCall): object {
  const { reads, key, parameters } = call;
  const symbol = parameters.text('symbol');
  const isActive = parameters.oneOf('status', ['active', 'done']) === 'active';
  const orders = isActive ? reads.openOrders(key.account, symbol).toReversed() : closedOrders(call, symbol);
  return toPage(call, orders, (order) => toClassicOrder(call, order));
}

function listFills(call: SignedCall): object {
  return toPage(call, fills(call, call.parameters.text('symbol')), ({ execution, id }) => {
    return { ...toFill(call, execution, id), id: undefined, tradeId: String(execution.tradeId) };
  });
}

function toPage<T>({ parameters }: SignedCall, all: readonly T[], tell: (item: T) => object): object {
  const [number, size] = [parameters.integer('currentPage') ?? 1, parameters.integer('pageSize') ?? 50];
  if (size > 500) throw invalid('pageSize should not greater than 500');
  const { items, page, pageSize, totalItems, totalPages } = pageOf(all, number, Math.max(size, 10));
  const places = { currentPage: page, pageSize, totalNum: totalItems, totalPage: totalPages };
  return { ...places, items: items.map(tell) };
}

/** Ids are unique over all markets, so that a request needs to name none. */
function refOf({ venue, key, parameters }: SignedCall): OrderRef {
  const orderId = Number(parameters.required('orderId'));
  const market = venue.engine
    .markets()
    .find(({ symbol }) => venue.engine.order(key.account, { market: symbol, orderId }));
  if (market === undefined && !venue.cancelled.some((order) => order.orderId === orderId))
    throw toRefusal('unknown-order');
  return { market: market?.symbol ?? '', orderId };
}
