import { cut, fromUnits, keyOf, refuse } from '@hb/connector-testkit';
import type { EngineBalance, EngineOrder, Execution } from '@hb/connector-testkit';

import { digits } from './markets.js';
import { findOrder } from './orders.js';
import { toOrderJson, toTradeJson } from './reports.js';
import { findMarket, marketOf, type Route, type SignedCall } from './venue.js';

const dayMs = 86_400_000;

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints */
export const accountRoutes: readonly Route[] = [
  {
    names: ['GET /api/v3/account', 'account.status'],
    weight: 20,
    security: 'USER_DATA',
    accepts: ['omitZeroBalances'],
    run: toAccount,
  },
  {
    names: ['GET /api/v3/account/commission', 'account.commission'],
    weight: 20,
    security: 'USER_DATA',
    accepts: ['symbol'],
    run: toCommissionRates,
  },
  {
    names: ['GET /api/v3/rateLimit/order', 'account.rateLimits.orders'],
    weight: 40,
    security: 'USER_DATA',
    accepts: [],
    run: ({ venue, key }) => venue.limits.orders(key.account),
  },
  {
    names: ['GET /api/v3/order', 'order.status'],
    weight: 4,
    security: 'USER_DATA',
    accepts: ['symbol', 'orderId', 'origClientOrderId'],
    run: queryOrder,
  },
  {
    names: ['GET /api/v3/openOrders', 'openOrders.status'],
    weight: (parameters) => (parameters.text('symbol') === undefined ? 80 : 6),
    security: 'USER_DATA',
    accepts: ['symbol'],
    run: queryOpenOrders,
  },
  {
    names: ['GET /api/v3/allOrders', 'allOrders'],
    weight: 20,
    security: 'USER_DATA',
    accepts: ['symbol', 'orderId', 'startTime', 'endTime', 'limit'],
    run: queryAllOrders,
  },
  {
    names: ['GET /api/v3/myTrades', 'myTrades'],
    weight: (parameters) => (parameters.text('orderId') === undefined ? 20 : 5),
    security: 'USER_DATA',
    accepts: ['symbol', 'orderId', 'startTime', 'endTime', 'fromId', 'limit'],
    run: queryTrades,
  },
  // Of the wallet API, which counts on limits of its own.
  {
    names: ['GET /sapi/v1/account/apiRestrictions'],
    weight: 0,
    security: 'USER_DATA',
    accepts: [],
    run: toKeyRestrictions,
  },
  {
    names: ['GET /sapi/v1/capital/config/getall'],
    weight: 0,
    security: 'USER_DATA',
    accepts: [],
    run: toCoins,
  },
];

function toAccount(call: SignedCall): unknown {
  const { parameters, reads, venue, key, settings } = call;
  const held = new Map(reads.balances(key.account).map((balance) => [balance.asset, balance]));
  const none = { free: 0n, locked: 0n };
  const balances = assetsOf(call).map((asset) => ({ asset, ...(held.get(asset) ?? none) }));
  const omitZero = parameters.boolean('omitZeroBalances', false);
  const points = (rate: string) => Math.round(Number(rate) * 10_000);
  return {
    makerCommission: points(settings.maker),
    takerCommission: points(settings.taker),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: settings.maker, taker: settings.taker, buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime:
      venue.engine.log.findLast((event) => event.type === 'balance' && event.account === key.account)?.at ?? 0,
    accountType: 'SPOT',
    balances: balances.filter(({ free, locked }) => !omitZero || free + locked > 0n).map(toBalanceJson),
    permissions: ['SPOT'],
    uid: settings.uid,
  };
}

function toCommissionRates(call: SignedCall): unknown {
  const { market } = findMarket(call);
  const { maker, taker, paysInBnb } = call.settings;
  const none = { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' };
  return {
    symbol: market.symbol,
    standardCommission: { ...none, maker, taker },
    specialCommission: none,
    taxCommission: none,
    discount: { enabledForAccount: paysInBnb, enabledForSymbol: true, discountAsset: 'BNB', discount: '0.75000000' },
  };
}

function queryOrder(call: SignedCall): unknown {
  const order = findOrder(call, call.reads, { orderId: 'orderId', clientOrderId: 'origClientOrderId' });
  if (order === undefined) throw refuse(-2013, 'Order does not exist.');
  return toShown(call, order);
}

function queryOpenOrders(call: SignedCall): unknown {
  const symbol = call.parameters.text('symbol');
  const market = symbol === undefined ? undefined : marketOf(call, symbol).market.symbol;
  return call.reads.openOrders(call.key.account, market).map((order) => toShown(call, order));
}

function queryAllOrders(call: SignedCall): unknown {
  const { market } = findMarket(call);
  const orderId = call.parameters.integer('orderId');
  const limit = call.parameters.limit(500, 1_000);
  const { from, to } = readSpan(call);
  const orders = call.reads.orders(call.key.account, market.symbol).filter((order) => {
    return order.placedAt >= (from ?? 0) && order.placedAt <= to && order.orderId >= (orderId ?? 0);
  });
  const isForward = orderId !== undefined || from !== undefined;
  return cut(orders, limit, isForward).map((order) => toShown(call, order));
}

function queryTrades(call: SignedCall): unknown {
  const { parameters, reads, key } = call;
  const { market } = findMarket(call);
  const [orderId, fromId] = [parameters.integer('orderId'), parameters.integer('fromId')];
  const limit = parameters.limit(500, 1_000);
  const { from, to } = readSpan(call);
  const hasTimes = ['startTime', 'endTime'].some((name) => parameters.text(name) !== undefined);
  if (hasTimes && (orderId ?? fromId) !== undefined) throw refuse(-1128, 'Combination of optional parameters invalid.');
  const filter = { market: market.symbol, ...(orderId !== undefined && { orderId }) };
  const found = reads.executions(key.account, filter).filter(({ tradeId, at }: Execution) => {
    return at >= (from ?? 0) && at <= to && tradeId >= (fromId ?? 0);
  });
  const isForward = (orderId ?? fromId ?? from) !== undefined;
  return cut(found, limit, isForward).map((execution) => toTradeJson(market, execution));
}

/** Throws -1127 for more than 24 hours. */
function readSpan({ parameters }: SignedCall): { readonly from: number | undefined; readonly to: number } {
  const from = parameters.integer('startTime');
  const to = parameters.integer('endTime');
  if (from !== undefined && to !== undefined && to - from > dayMs) {
    throw refuse(-1127, 'More than 24 hours between startTime and endTime.');
  }
  return { from, to: to ?? Infinity };
}

function toShown(call: SignedCall, order: EngineOrder): object {
  const { market } = marketOf(call, order.market);
  const isCanceled = order.status === 'canceled';
  const cancelId = isCanceled ? call.venue.cancelIds.get(keyOf(order)) : undefined;
  return toOrderJson({ order, market, clientOrderId: cancelId ?? order.clientOrderId ?? '' });
}

/** https://developers.binance.com/docs/wallet/account/api-key-permission */
function toKeyRestrictions({ key }: SignedCall): unknown {
  return {
    ipRestrict: false,
    createTime: 1_698_645_219_000,
    enableReading: true,
    enableSpotAndMarginTrading: key.canTrade,
    enableWithdrawals: key.canWithdraw,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enablePortfolioMarginTrading: false,
  };
}

/** https://developers.binance.com/docs/wallet/capital/all-coins-info */
function toCoins(call: SignedCall): unknown {
  const held = new Map(call.reads.balances(call.key.account).map((balance) => [balance.asset, balance]));
  return assetsOf(call).map((coin) => {
    const { free, locked } = toBalanceJson(held.get(coin) ?? { asset: coin, free: 0n, locked: 0n });
    return {
      coin,
      name: coin,
      trading: true,
      isLegalMoney: false,
      networkList: [],
      depositAllEnable: false,
      withdrawAllEnable: false,
      free,
      locked,
      freeze: '0',
      ipoable: '0',
      ipoing: '0',
      storage: '0',
      withdrawing: '0',
    };
  });
}

/** Every asset that is traded here. */
function assetsOf({ venue }: SignedCall): readonly string[] {
  return [...new Set([...venue.rules.values()].flatMap(({ base, quote }) => [base, quote]))];
}

function toBalanceJson({ asset, free, locked }: EngineBalance) {
  return { asset, free: fromUnits(free, digits, digits), locked: fromUnits(locked, digits, digits) };
}
