import type { Side } from '@hb/connector-core';

import type { MarginReads, PerpetualEngine } from '../engine/perpetual/types.js';
import type { Engine, EngineBalance, EngineLevel, EngineOrder, Execution } from '../engine/types.js';

/** The reads of an engine that a lagging replica may answer instead. */
export type EngineReads = Pick<
  Engine,
  'now' | 'order' | 'openOrders' | 'orders' | 'executions' | 'trades' | 'depth' | 'balances' | 'market' | 'markets'
>;

/** The same of an engine of perpetuals, with margins, positions, prices and payments. */
export type PerpetualReads = EngineReads & MarginReads;

export function perpetualAsOf(engine: PerpetualEngine, at: number): PerpetualReads {
  return { ...asOf(engine, at), ...engine.asOf(at) };
}

/** The engine as it stood at an earlier time, read back from its log: a database that lags. */
export function asOf(engine: Engine, at: number): EngineReads {
  const past: Past = { log: engine.log, at };
  const orders = (account: string, market?: string) =>
    ordersIn(past, (order) => order.account === account && order.market === (market ?? order.market));
  return {
    now: () => at,
    market: (symbol) => engine.market(symbol),
    markets: () => engine.markets(),
    orders,
    openOrders: (account, market) => orders(account, market).filter(({ status }) => status === 'open'),
    order: (account, ref) =>
      orders(account).findLast((order) =>
        'orderId' in ref ? keyOf(order) === keyOf(ref) : order.clientOrderId === ref.clientOrderId,
      ),
    executions: (account, filter = {}) =>
      executionsIn(past, (execution) => {
        const isWanted = execution.orderId === (filter.orderId ?? execution.orderId);
        return isWanted && execution.account === account && execution.market === (filter.market ?? execution.market);
      }),
    trades: (market) => engine.trades(market).filter((trade) => trade.at <= at),
    depth: (market, levels) => depthIn(past, market, levels),
    balances: (account) => balancesIn(past, account),
  };
}

/** What is in a log up to a time. */
type Past = Pick<Engine, 'log'> & { readonly at: number };

/** What tells an order from all others of the venue: `BTCUSDT 17`. */
export function keyOf({ market, orderId }: Pick<EngineOrder, 'market' | 'orderId'>): string {
  return `${market} ${orderId}`;
}

function ordersIn({ log, at }: Past, isWanted: (order: EngineOrder) => boolean): readonly EngineOrder[] {
  const latest = new Map<string, EngineOrder>();
  for (const event of log)
    if (event.type === 'order' && event.at <= at && isWanted(event.order)) latest.set(keyOf(event.order), event.order);
  return [...latest.values()];
}

function executionsIn({ log, at }: Past, isWanted: (execution: Execution) => boolean): readonly Execution[] {
  const found: Execution[] = [];
  for (const event of log) {
    if (event.type !== 'order' || event.execution === undefined || event.at > at) continue;
    if (isWanted(event.execution)) found.push(event.execution);
  }
  return found;
}

function balancesIn({ log, at }: Past, account: string): readonly EngineBalance[] {
  const latest = new Map<string, EngineBalance>();
  for (const event of log) {
    if (event.type !== 'balance' || event.account !== account || event.at > at) continue;
    for (const balance of event.balances) latest.set(balance.asset, balance);
  }
  return [...latest.values()];
}

function depthIn({ log, at }: Past, market: string, levels?: number): ReturnType<Engine['depth']> {
  const sides: Record<Side, Map<bigint, bigint>> = { buy: new Map(), sell: new Map() };
  let updateId = 0;
  for (const event of log) {
    if (event.type !== 'depth' || event.market !== market || event.at > at) continue;
    updateId = event.updateId;
    if (event.amount === 0n) sides[event.side].delete(event.price);
    else sides[event.side].set(event.price, event.amount);
  }
  const rising = ([one]: EngineLevel, [other]: EngineLevel) => (one < other ? -1 : 1);
  return {
    updateId,
    bids: [...sides.buy].toSorted((one, other) => rising(other, one)).slice(0, levels),
    asks: [...sides.sell].toSorted(rising).slice(0, levels),
  };
}
