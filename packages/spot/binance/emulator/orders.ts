import { attempt, isRefusal, keyOf, refuse } from '@hb/connector-testkit';
import type { EngineEvent, EngineOrder, EngineReads, VenueRefusal } from '@hb/connector-testkit';

import { checkAmendFilters } from './filters.js';
import { digits } from './markets.js';
import { forms, missingEither } from './parameters.js';
import { orderTerms, readPlacement, type Placement } from './placement.js';
import { toErrorBody, toRejection } from './rejection.js';
import { toAmendedJson, toCanceledJson, toPlacedJson, toStatus } from './reports.js';
import { findMarket, type Route, type SignedCall } from './venue.js';

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints */
export const orderRoutes: readonly Route[] = [
  {
    names: ['POST /api/v3/order', 'order.place'],
    weight: 1,
    security: 'TRADE',
    isFreeWhenDone: true,
    countsOrders: true,
    accepts: orderTerms,
    run: place,
  },
  {
    names: ['POST /api/v3/order/test', 'order.test'],
    weight: (parameters) => (parameters.text('computeCommissionRates') === 'true' ? 20 : 1),
    security: 'TRADE',
    accepts: [...orderTerms, 'computeCommissionRates'],
    run: testOrder,
  },
  {
    names: ['DELETE /api/v3/order', 'order.cancel'],
    weight: 1,
    security: 'TRADE',
    isFreeWhenDone: true,
    accepts: ['symbol', 'orderId', 'origClientOrderId', 'newClientOrderId', 'cancelRestrictions'],
    run: (call) => cancel(call, cancelNames),
  },
  {
    names: ['DELETE /api/v3/openOrders', 'openOrders.cancelAll'],
    weight: 1,
    security: 'TRADE',
    isFreeWhenDone: true,
    accepts: ['symbol'],
    run: cancelAll,
  },
  {
    names: ['POST /api/v3/order/cancelReplace', 'order.cancelReplace'],
    weight: 1,
    security: 'TRADE',
    isFreeWhenDone: true,
    countsOrders: true,
    accepts: [
      ...[...orderTerms, 'cancelReplaceMode', 'cancelNewClientOrderId', 'cancelOrigClientOrderId', 'cancelOrderId'],
      ...['cancelRestrictions', 'orderRateLimitExceededMode'],
    ],
    run: cancelReplace,
  },
  {
    names: ['PUT /api/v3/order/amend/keepPriority', 'order.amend.keepPriority'],
    weight: 4,
    security: 'TRADE',
    accepts: ['symbol', 'orderId', 'origClientOrderId', 'newClientOrderId', 'newQty'],
    run: amend,
  },
];

/** Under which names a request tells an order. */
type OrderNames = { readonly orderId: string; readonly clientOrderId: string };

const cancelNames = { orderId: 'orderId', clientOrderId: 'origClientOrderId', newId: 'newClientOrderId' };
const replaceNames = {
  orderId: 'cancelOrderId',
  clientOrderId: 'cancelOrigClientOrderId',
  newId: 'cancelNewClientOrderId',
};

/** The order that a request names, by its own client id or that of its cancel. Throws -1102 without a name, -2039 for two that differ. */
export function findOrder(call: SignedCall, reads: EngineReads, names: OrderNames): EngineOrder | undefined {
  const { parameters, venue, key } = call;
  const { symbol } = findMarket(call).market;
  const orderId = parameters.integer(names.orderId);
  const clientOrderId = parameters.text(names.clientOrderId);
  const isNamed = (order: EngineOrder) =>
    order.clientOrderId === clientOrderId || venue.cancelIds.get(keyOf(order)) === clientOrderId;
  if (orderId !== undefined) {
    const order = reads.order(key.account, { market: symbol, orderId });
    if (order === undefined || clientOrderId === undefined || isNamed(order)) return order;
    throw refuse(-2039, 'Client order ID is not correct for this order ID.');
  }
  if (clientOrderId === undefined) return missingEither(names.clientOrderId, names.orderId);
  return reads.orders(key.account, symbol).findLast(isNamed);
}

function place(call: SignedCall): unknown {
  const placement = readPlacement(call);
  call.venue.limits.admitOrder(call.key.account);
  return send(call, placement);
}

function send(call: SignedCall, { market, request, answer }: Placement): unknown {
  const { engine } = call.venue;
  const isEmpty = engine.depth(market.symbol, 1)[request.side === 'buy' ? 'asks' : 'bids'].length === 0;
  if ('quoteAmount' in request && isEmpty) {
    throw refuse(-2010, 'Order book liquidity is less than symbol minimum quantity.');
  }
  const placed = engine.place(call.key.account, request);
  if (placed.type === 'refused') throw toRejection(placed, -2010);
  return toPlacedJson({ order: placed.order, market, clientOrderId: request.clientOrderId }, placed.executions, answer);
}

function testOrder(call: SignedCall): unknown {
  readPlacement(call);
  if (!call.parameters.boolean('computeCommissionRates', false)) return {};
  const { maker, taker, paysInBnb } = call.settings;
  const none = { maker: '0.00000000', taker: '0.00000000' };
  return {
    standardCommissionForOrder: { maker, taker },
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: { enabledForAccount: paysInBnb, enabledForSymbol: true, discountAsset: 'BNB', discount: '0.75000000' },
  };
}

function cancel(call: SignedCall, names: OrderNames & { readonly newId: string }): unknown {
  const { parameters, venue, key } = call;
  const { market } = findMarket(call);
  const newId = parameters.matching(names.newId, forms.id) ?? venue.newId();
  const restriction = parameters.oneOf('cancelRestrictions', ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED']);
  const order = findOrder(call, venue.engine, names);
  if (order?.status !== 'open') throw refuse(-2011, 'Unknown order sent.');
  if (restriction !== undefined && restriction !== `ONLY_${toStatus(order)}`) {
    throw refuse(-2011, 'Order was not canceled due to cancel restrictions.');
  }
  if (market.status === 'halted') throw refuse(-2011, 'Market is closed.');
  venue.cancelIds.set(keyOf(order), newId);
  const canceled = venue.engine.cancel(key.account, { market: market.symbol, orderId: order.orderId });
  if (canceled.type === 'refused') throw toRejection(canceled, -2011);
  return toCanceledJson({ order: canceled.order, market, clientOrderId: newId }, order.clientOrderId ?? '');
}

function cancelAll(call: SignedCall): unknown {
  const { venue, key } = call;
  const { market } = findMarket(call);
  const newId = venue.newId();
  const open = venue.engine.openOrders(key.account, market.symbol);
  if (open.length === 0) throw refuse(-2011, 'Unknown order sent.');
  if (market.status === 'halted') throw refuse(-2011, 'Market is closed.');
  for (const order of open) venue.cancelIds.set(keyOf(order), newId);
  const canceled = venue.engine.cancelAll(key.account, market.symbol);
  return canceled.map((order) => toCanceledJson({ order, market, clientOrderId: newId }, order.clientOrderId ?? ''));
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#order-amend-keep-priority-trade */
function amend(call: SignedCall): unknown {
  const { parameters, venue, key } = call;
  const { market, rules } = findMarket(call);
  const newQty = parameters.requiredDecimal('newQty', digits);
  const clientOrderId = parameters.matching('newClientOrderId', forms.id) ?? venue.newId();
  const order = findOrder(call, venue.engine, cancelNames);
  if (order?.status !== 'open') throw refuse(-2038, 'Unknown order sent.');
  checkAmendFilters(rules, market.price.format(order.price ?? 0n), newQty);
  const amount = market.amount.parse(newQty) ?? 0n;
  if (amount === order.amount) throw refuse(-2038, 'The requested action would change no state; rejecting');
  if (amount > order.amount) throw refuse(-2038, 'Order amend (quantity increase) is not supported.');
  const isAmendment = (event: EngineEvent) =>
    event.type === 'order' && event.change === 'amended' && keyOf(event.order) === keyOf(order);
  if (venue.engine.log.filter(isAmendment).length >= rules.maxNumOrderAmends) {
    throw refuse(-2038, 'Filter failure: MAX_NUM_ORDER_AMENDS');
  }
  const ref = { market: market.symbol, orderId: order.orderId };
  const amended = venue.engine.amend(key.account, ref, { amount, clientOrderId });
  if (amended.type === 'refused') throw toRejection(amended, -2038);
  const executionId = venue.engine.log.findLast(isAmendment)?.sequence ?? 0;
  return toAmendedJson({ order: amended.order, market, clientOrderId }, order.clientOrderId ?? '', executionId);
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#cancel-an-existing-order-and-send-a-new-order-trade */
function cancelReplace(call: SignedCall): unknown {
  const { parameters, venue, key } = call;
  const modes = ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const;
  const mode = parameters.requiredOneOf('cancelReplaceMode', modes);
  const exceeded = parameters.oneOf('orderRateLimitExceededMode', ['DO_NOTHING', 'CANCEL_ONLY']);
  const placement = readPlacement(call);
  const limited = attempt(() => venue.limits.admitOrder(key.account));
  if (isRefusal(limited) && exceeded !== 'CANCEL_ONLY') throw limited;
  const isLimited = isRefusal(limited) && mode === 'STOP_ON_FAILURE';
  const canceled = attempt(() => cancel(call, replaceNames));
  if (isRefusal(canceled) && mode === 'STOP_ON_FAILURE') {
    const notAttempted = { newOrderResult: 'NOT_ATTEMPTED', newOrderResponse: null };
    throw failed({ ...toPart('cancel', canceled), ...notAttempted }, isLimited ? 429 : undefined);
  }
  const placed = isRefusal(limited) ? limited : attempt(() => send(call, placement));
  if (isRefusal(placed) && !isRefusal(canceled)) venue.tellRejected(key.account, placement, placed);
  const data = { ...toPart('cancel', canceled), ...toPart('newOrder', placed) };
  if (isRefusal(canceled) || isRefusal(placed)) throw failed(data, isLimited ? 429 : undefined);
  return data;
}

/** `{ "cancelResult": "SUCCESS", "cancelResponse": { … } }` */
function toPart(name: 'cancel' | 'newOrder', outcome: unknown): object {
  const isFailure = isRefusal(outcome);
  return {
    [`${name}Result`]: isFailure ? 'FAILURE' : 'SUCCESS',
    [`${name}Response`]: isFailure ? toErrorBody(outcome) : outcome,
  };
}

function failed(data: object, limitedStatus: 429 | undefined): VenueRefusal {
  const isPartial = Object.values(data).includes('SUCCESS');
  const [code, message, status] = isPartial
    ? ([-2021, 'Order cancel-replace partially failed.', 409] as const)
    : ([-2022, 'Order cancel-replace failed.', 400] as const);
  return refuse(code, message, limitedStatus ?? status, { data });
}
