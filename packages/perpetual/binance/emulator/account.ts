import { cut, refuse } from '@hb/connector-testkit';
import type { Execution } from '@hb/connector-testkit';

import { findOrder } from './orders.js';
import { toQueriedJson, toTradeJson } from './reports.js';
import { toMoney } from './text.js';
import { describe, findMarket, marketOf, namedMarket, type KeyedCall, type Route } from './venue.js';

const weekMs = 7 * 86_400_000;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api, https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const accountRoutes: readonly Route[] = [
  { names: ['GET /fapi/v1/order'], weight: 1, security: 'USER_DATA', run: queryOrder },
  {
    names: ['GET /fapi/v1/openOrders'],
    weight: (parameters) => (parameters.text('symbol') === undefined ? 40 : 1),
    security: 'USER_DATA',
    run: queryOpenOrders,
  },
  { names: ['GET /fapi/v1/allOrders'], weight: 5, security: 'USER_DATA', run: queryAllOrders },
  { names: ['GET /fapi/v1/userTrades'], weight: 5, security: 'USER_DATA', run: queryTrades },
  { names: ['GET /fapi/v3/balance'], weight: 5, security: 'USER_DATA', run: toBalances },
  { names: ['GET /fapi/v2/balance'], weight: 5, security: 'USER_DATA', run: toBalances },
  { names: ['GET /fapi/v1/accountConfig'], weight: 5, security: 'USER_DATA', run: toConfig },
  { names: ['GET /fapi/v1/commissionRate'], weight: 20, security: 'USER_DATA', run: toCommission },
  { names: ['GET /fapi/v1/income'], weight: 30, security: 'USER_DATA', run: toIncome },
  {
    names: ['GET /fapi/v1/rateLimit/order'],
    weight: 1,
    security: 'USER_DATA',
    run: ({ venue, key }) => venue.limits.orders(key.account),
  },
  {
    names: ['POST /fapi/v1/listenKey'],
    weight: 1,
    security: 'USER_STREAM',
    run: ({ venue, key }) => ({ listenKey: venue.listenKeys.open(key.account) }),
  },
  {
    names: ['PUT /fapi/v1/listenKey'],
    weight: 1,
    security: 'USER_STREAM',
    run: ({ venue, key }) => ({ listenKey: venue.listenKeys.keep(key.account) }),
  },
  {
    names: ['DELETE /fapi/v1/listenKey'],
    weight: 1,
    security: 'USER_STREAM',
    run: closeListenKey,
  },
];

function closeListenKey({ venue, key }: KeyedCall): unknown {
  venue.listenKeys.close(key.account);
  return {};
}

function queryOrder(call: KeyedCall): unknown {
  const { market } = findMarket(call);
  const order = findOrder(call, call.reads, market);
  if (order === undefined) throw refuse(-2013, 'Order does not exist.');
  return toQueriedJson(describe(call.venue, order, market));
}

function queryOpenOrders(call: KeyedCall): unknown {
  return call.reads
    .openOrders(call.key.account, namedMarket(call))
    .map((order) => toQueriedJson(describe(call.venue, order, marketOf(call.venue, order.market).market)));
}

function queryAllOrders(call: KeyedCall): unknown {
  const { market } = findMarket(call);
  const orderId = call.parameters.integer('orderId');
  const { from, to } = readSpan(call);
  const orders = call.reads.orders(call.key.account, market.symbol).filter((order) => {
    return order.orderId >= (orderId ?? 0) && order.placedAt >= from && order.placedAt <= to;
  });
  const isForward = (orderId ?? call.parameters.integer('startTime')) !== undefined;
  return cut(orders, call.parameters.limit(500, 1_000), isForward).map((order) =>
    toQueriedJson(describe(call.venue, order, market)),
  );
}

function queryTrades(call: KeyedCall): unknown {
  const { parameters, reads, key } = call;
  const { market } = findMarket(call);
  const [orderId, fromId] = [parameters.integer('orderId'), parameters.integer('fromId')];
  const hasTimes = ['startTime', 'endTime'].some((name) => parameters.text(name) !== undefined);
  if (fromId !== undefined && hasTimes) throw refuse(-1128, 'Combination of optional parameters invalid.');
  const { from, to } = fromId === undefined ? readSpan(call) : { from: 0, to: Infinity };
  const filter = { market: market.symbol, ...(orderId !== undefined && { orderId }) };
  const found = reads.executions(key.account, filter).filter(({ tradeId, at }: Execution) => {
    return at >= from && at <= to && tradeId >= (fromId ?? 0);
  });
  const isForward = (orderId ?? fromId ?? parameters.integer('startTime')) !== undefined;
  return cut(found, parameters.limit(500, 1_000), isForward).map((execution) => toTradeJson(market, execution));
}

/** The last 7 days when no time is named; with one, the 7 days from or up to it. Throws -1127 for more. */
function readSpan({ parameters, venue }: KeyedCall): { readonly from: number; readonly to: number } {
  const [start, end] = [parameters.integer('startTime'), parameters.integer('endTime')];
  if (start !== undefined && end !== undefined && end - start >= weekMs) {
    throw refuse(-1127, 'More than 7 days between startTime and endTime.');
  }
  const from = start ?? (end ?? venue.clock.now()) - weekMs;
  return { from, to: end ?? from + weekMs };
}

/** Of every asset that is a margin asset here. */
function toBalances({ venue, reads, key }: KeyedCall): unknown {
  const assets = new Set([...venue.rules.keys()].map((symbol) => marketOf(venue, symbol).market.perpetual.settle));
  return [...assets].map((asset) => {
    const { wallet, isolated, unrealized, available } = reads.marginOf(key.account, asset);
    return {
      ...{ accountAlias: 'SgsR', asset, balance: toMoney(wallet), crossWalletBalance: toMoney(wallet - isolated) },
      ...{
        crossUnPnl: toMoney(unrealized),
        availableBalance: toMoney(available),
        maxWithdrawAmount: toMoney(available),
      },
      ...{ marginAvailable: true, updateTime: reads.now() },
    };
  });
}

function toConfig({ reads, key }: KeyedCall): unknown {
  return {
    ...{ feeTier: 0, canTrade: key.canTrade, canDeposit: true, canWithdraw: key.canWithdraw },
    ...{ dualSidePosition: reads.positionMode(key.account) === 'hedge', updateTime: 0 },
    ...{ multiAssetsMargin: false, tradeGroupId: -1 },
  };
}

function toCommission(call: KeyedCall): unknown {
  const { symbol } = findMarket(call).market;
  const { maker, taker } = call.venue.fees.get(call.key.account) ?? { maker: '0', taker: '0' };
  return { symbol, makerCommissionRate: maker, takerCommissionRate: taker, rpiCommissionRate: '0' };
}

/** Of funding alone. */
function toIncome(call: KeyedCall): unknown {
  const { parameters, reads, key } = call;
  const type = parameters.text('incomeType') ?? 'FUNDING_FEE';
  const { from, to } = readSpan(call);
  const payments = reads.fundingPayments(key.account, namedMarket(call)).filter(({ at }) => at >= from && at <= to);
  const shown = type === 'FUNDING_FEE' ? payments : [];
  return cut(shown, parameters.limit(100, 1_000), parameters.text('startTime') !== undefined).map((payment) => ({
    ...{ symbol: payment.market, incomeType: 'FUNDING_FEE', income: toMoney(payment.amount), asset: payment.asset },
    ...{ info: 'FUNDING_FEE', time: payment.at, tranId: 9_000_000_000 + payment.paymentId, tradeId: '' },
  }));
}
