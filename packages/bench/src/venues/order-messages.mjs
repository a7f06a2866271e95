import { decimal } from '@hb/connector-core';

const at = 1_767_225_600_000;
const zero = decimal('0');

/** What Binance answers to an order that rests, by the parameters of its request. */
export function toAccepted(parameters, orderId) {
  const [quantity, price] = ['quantity', 'price'].map((name) => eight(decimal(parameters.get(name))));
  return JSON.stringify({
    ...{ symbol: 'BTCUSDT', orderId, orderListId: -1, clientOrderId: parameters.get('newClientOrderId') ?? '' },
    ...{ transactTime: at, price, origQty: quantity, executedQty: eight(zero), origQuoteOrderQty: eight(zero) },
    ...{ cummulativeQuoteQty: eight(zero), status: 'NEW', timeInForce: 'GTC', type: 'LIMIT', side: 'BUY' },
    ...{ workingTime: at, selfTradePreventionMode: 'NONE' },
  });
}

/** Half of it is filled, as the account's stream tells it. */
export function toHalfFilled(order, tradeId) {
  const half = order.amount.div('2');
  return toReport(order, half, {
    ...{ x: 'TRADE', X: 'PARTIALLY_FILLED', T: at },
    ...{ t: tradeId, l: eight(half), L: eight(order.price), n: '0.00000100', N: 'BTC' },
  });
}

/** What is left of it is cancelled. */
export function toCancelled(order, filled = zero) {
  const last = { t: -1, l: eight(zero), L: eight(zero), n: '0', N: null };
  return toReport(order, filled, { x: 'CANCELED', X: 'CANCELED', T: at + 1, ...last });
}

/** @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update */
function toReport({ clientOrderId, orderId, amount, price }, filled, changed) {
  const event = {
    ...{ e: 'executionReport', E: at, s: 'BTCUSDT', S: 'BUY', o: 'LIMIT', f: 'GTC', q: eight(amount), p: eight(price) },
    ...{ C: '', r: 'NONE', m: true, c: clientOrderId, z: eight(filled), Z: eight(filled.times(price)) },
    ...changed,
  };
  return `{"subscriptionId":0,"event":${JSON.stringify(event).replace('{', `{"i":${orderId},`)}}`;
}

function eight(value) {
  return value.toFixed(8);
}
