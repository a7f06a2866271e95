import { attempt, createParameters, isRefusal, refuse, toPairs } from '@hb/connector-testkit';
import type { Accepted, EngineOrder, OrderRef, Refused } from '@hb/connector-testkit';

import { readAmendment, readOrder, toRefusal } from './placement.js';
import { toFillJson, toOrderJson } from './reports.js';
import {
  invalid,
  isObject,
  marketOf,
  marketsOf,
  paged,
  spanOf,
  toProblem,
  type Route,
  type SignedCall,
} from './venue.js';

const orderPath = '/api/v4/spot/orders/{order_id}';
/** Orders without a fill are forgotten some time after they ended. https://github.com/gateio/gateapi-go/issues/11 */
const forgottenMs = 60_000;

/** https://www.gate.com/docs/developers/apiv4/en/spot, https://www.gate.com/docs/developers/apiv4/ws/en/#spot-account-trade */
export const orderRoutes: readonly Route[] = [
  { names: ['POST /api/v4/spot/orders', 'spot.order_place'], limit: 'orders', status: 201, run: place },
  { names: ['POST /api/v4/spot/batch_orders'], limit: 'orders', run: placeMany },
  { names: [`PATCH ${orderPath}`, 'spot.order_amend'], limit: 'orders', run: amend },
  {
    names: [`DELETE ${orderPath}`, 'spot.order_cancel'],
    limit: 'cancels',
    run: (call) => accepted(call, call.venue.engine.cancel(call.key.account, refOf(call))),
  },
  { names: ['DELETE /api/v4/spot/orders'], limit: 'cancels', run: cancelAll },
  { names: ['POST /api/v4/spot/countdown_cancel_all'], run: countDown },
  { names: [`GET ${orderPath}`, 'spot.order_status'], run: (call) => toOrderJson(call, findOrder(call)) },
  { names: ['GET /api/v4/spot/orders'], run: listOrders },
  { names: ['GET /api/v4/spot/open_orders'], run: listOpenOrders },
  { names: ['GET /api/v4/spot/my_trades'], run: listFills },
];

function place(call: SignedCall): object {
  return accepted(call, call.venue.engine.place(call.key.account, readOrder(call)));
}

/** Each order by itself: one that is refused stops none of the others. */
function placeMany(call: SignedCall): unknown {
  const { body } = call;
  if (!Array.isArray(body) || body.length === 0) throw refuse('INVALID_REQUEST_BODY', 'A list of orders is expected');
  const orders = body.map((order: unknown) => createParameters(isObject(order) ? toPairs(order) : [], toProblem));
  const pairs = orders.map((order) => order.required('currency_pair'));
  if (new Set(pairs).size > 4) throw refuse('TOO_MANY_CURRENCY_PAIRS', 'At most 4 currency pairs');
  if (pairs.some((pair) => pairs.filter((each) => each === pair).length > 10))
    throw refuse('TOO_MANY_ORDERS', 'At most 10 orders of a pair');
  return orders.map((parameters) => {
    const text = parameters.required('text');
    const result = attempt(() => place({ ...call, parameters }));
    if (!isRefusal(result)) return { order_id: '', text, succeeded: true, label: '', message: '', ...result };
    return { text, succeeded: false, label: result.code, message: result.message };
  });
}

/** A lower amount alone keeps the place in the queue; one that is filled already cancels the order. */
function amend(call: SignedCall): object {
  const { engine } = call.venue;
  const { account } = call.key;
  const [ref, to] = [refOf(call), readAmendment(call)];
  const order = findOrder({ ...call, reads: engine });
  const { price = order.price, amount = order.amount } = to;
  if (price === order.price && amount === order.amount) throw refuse('NO_CHANGE', 'Nothing to change');
  if (order.status === 'open' && amount <= order.filled) return accepted(call, engine.cancel(account, ref));
  if (price === order.price && amount < order.amount) return accepted(call, engine.amend(account, ref, { amount }));
  return accepted(call, engine.move(account, ref, to));
}

function cancelAll(call: SignedCall): unknown {
  const { parameters, venue, key } = call;
  const side = parameters.oneOf('side', ['buy', 'sell']);
  const open = marketsOf(call).flatMap(({ symbol }) => venue.engine.openOrders(key.account, symbol));
  return open
    .filter((order) => order.side === (side ?? order.side))
    .map((order) => accepted(call, venue.engine.cancel(key.account, order)));
}

function countDown({ parameters, venue, key }: SignedCall): object {
  const seconds = parameters.integer('timeout') ?? Number(parameters.required('timeout'));
  if (seconds !== 0 && seconds < 5) throw invalid('timeout is 0, or 5 at least');
  venue.countDown(key.account, parameters.text('currency_pair'), seconds);
  return { triggerTime: seconds === 0 ? '0' : String(venue.clock.now() + seconds * 1_000) };
}

function listOrders(call: SignedCall): unknown {
  const { parameters, reads, key, venue } = call;
  const status = parameters.requiredOneOf('status', ['open', 'finished']);
  const side = parameters.oneOf('side', ['buy', 'sell']);
  const ofSide = (order: EngineOrder) => order.side === (side ?? order.side);
  if (status === 'open') {
    const open = reads.openOrders(key.account, marketOf(call).market.symbol).filter(ofSide);
    return paged(call, open, 100).map((order) => toOrderJson(call, order));
  }
  const isIn = spanOf(call);
  const ended = marketsOf(call).flatMap(({ symbol }) => reads.orders(key.account, symbol));
  const found = ended
    .filter((order) => order.status !== 'open' && isKnown(order, venue.clock.now()) && isIn(order.updatedAt))
    .filter(ofSide)
    .toSorted((one, other) => one.updatedAt - other.updatedAt);
  return paged(call, found, 1_000).map((order) => toOrderJson(call, order));
}

/** By market; a page holds as many of each. */
function listOpenOrders(call: SignedCall): unknown {
  const { reads, key } = call;
  return reads.markets().flatMap(({ symbol }) => {
    const open = reads.openOrders(key.account, symbol);
    const orders = paged(call, open, 100).map((order) => toOrderJson(call, order));
    return orders.length === 0 ? [] : [{ currency_pair: symbol, total: open.length, orders }];
  });
}

function listFills(call: SignedCall): unknown {
  const { parameters, reads, key, venue } = call;
  const id = parameters.text('order_id');
  const isIn = spanOf(call);
  if (id !== undefined) parameters.required('currency_pair');
  const fills = marketsOf(call).flatMap(({ symbol }) => reads.executions(key.account, { market: symbol }));
  const found = fills
    .filter(({ orderId, at }) => String(orderId) === (id ?? String(orderId)) && isIn(at))
    .toSorted((one, other) => one.at - other.at);
  return paged(call, found, 1_000).map((execution) => toFillJson(venue, execution));
}

/** Under its own id, or while it is open under its owner's. */
function refOf(call: SignedCall): OrderRef {
  const { market } = marketOf(call);
  const id = call.parameters.required('order_id');
  return id.startsWith('t-') ? { clientOrderId: id } : { market: market.symbol, orderId: Number(id) };
}

function findOrder(call: SignedCall): EngineOrder {
  const { reads, key, venue, parameters } = call;
  const ref = refOf(call);
  const order = reads.order(key.account, ref);
  const id = parameters.required('order_id');
  if ('clientOrderId' in ref && order?.status !== 'open')
    throw refuse('CLIENT_ID_NOT_FOUND', `Order with client ID ${id} not found`, 404);
  if (order?.market !== marketOf(call).market.symbol || !isKnown(order, venue.clock.now()))
    throw refuse('ORDER_NOT_FOUND', `Order with ID ${id} not found`, 404);
  return order;
}

function isKnown({ status, filled, updatedAt }: EngineOrder, now: number): boolean {
  return status === 'open' || filled > 0n || now - updatedAt < forgottenMs;
}

function accepted(call: SignedCall, answer: Accepted | Refused): Record<string, unknown> {
  if (answer.type === 'accepted') return toOrderJson({ ...call, reads: call.venue.engine }, answer.order);
  const isById = call.parameters.text('order_id')?.startsWith('t-') === true;
  if (isById && answer.refusal !== 'insufficient-balance') findOrder({ ...call, reads: call.venue.engine });
  throw toRefusal(answer.refusal);
}
