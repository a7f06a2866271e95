import type { Side } from '@hb/connector-core';

import { bestPrice } from './book.js';
import type { Parts } from './execute.js';
import { feeAccount, isSystem, outside } from './ledger.js';
import type { MarketState } from './market-state.js';
import { remaining } from './order.js';
import { holdOf } from './settle.js';
import type { EngineEvent, Execution } from './types.js';

/** By account and asset, see `key`. */
export type Sums = Map<string, bigint>;

/** Recomputes balances from the log, locks and levels from the open orders. Throws at the first difference. */
export function audit(parts: Parts, markets: ReadonlyMap<string, MarketState>): void {
  auditBalances(parts, sumLog(parts.events.log, markets));
  auditLocks(parts);
  for (const market of markets.values()) auditBook(market);
}

/** What every account holds according to its deposits and executions; fees and the outside are accounts too. */
function sumLog(log: readonly EngineEvent[], markets: ReadonlyMap<string, MarketState>): Sums {
  const sums: Sums = new Map();
  for (const event of log) {
    if (event.type === 'deposit') {
      add(sums, key(event.account, event.asset), event.amount);
      add(sums, key(outside, event.asset), -event.amount);
    } else if (event.type === 'order' && event.execution !== undefined) {
      const market = markets.get(event.execution.market);
      if (market !== undefined) addExecution(sums, market, event.execution);
    }
  }
  return sums;
}

function addExecution(sums: Sums, market: MarketState, { account, side, amount, quote, fee }: Execution): void {
  const sign = side === 'buy' ? 1n : -1n;
  add(sums, key(account, market.base), sign * amount * market.baseUnits);
  add(sums, key(account, market.quote), -sign * quote);
  add(sums, key(account, fee.asset), -fee.amount);
  add(sums, key(feeAccount, fee.asset), fee.amount);
}

export function auditBalances({ ledger }: Parts, expected: Sums): void {
  const totals: Sums = new Map();
  for (const account of ledger.accounts()) {
    for (const { asset, free, locked } of ledger.balances(account)) {
      same(`${account} holds of ${asset}`, free + locked, expected.get(key(account, asset)) ?? 0n);
      add(totals, asset, free + locked);
    }
  }
  for (const [asset, total] of totals) same(`sum of ${asset}`, total, 0n);
}

function auditLocks({ ledger, accounts }: Parts): void {
  for (const name of ledger.accounts()) {
    if (isSystem(name)) continue;
    const held: Sums = new Map();
    for (const order of accounts.of(name).open) {
      same(`hold of order ${order.orderId}`, order.locked, holdOf(order));
      add(held, order.side === 'buy' ? order.market.quote : order.market.base, order.locked);
    }
    for (const { asset, locked } of ledger.balances(name))
      same(`${name} locked ${asset}`, locked, held.get(asset) ?? 0n);
  }
}

export function auditBook(market: MarketState): void {
  for (const side of ['buy', 'sell'] as const) auditSide(market, side);
  const bid = bestPrice(market.book.buy);
  const ask = bestPrice(market.book.sell);
  if (bid !== undefined && ask !== undefined && bid >= ask)
    throw new Error(`${market.symbol} is crossed: ${bid} >= ${ask}`);
}

function auditSide(market: MarketState, side: Side): void {
  const expected = new Map<bigint, bigint>();
  for (const order of market.orders.values()) {
    if (order.status !== 'open' || order.side !== side || order.price === undefined) continue;
    expected.set(order.price, (expected.get(order.price) ?? 0n) + remaining(order));
  }
  const { levels, prices } = market.book[side];
  same(`${market.symbol} ${side} levels`, BigInt(levels.size), BigInt(expected.size));
  same(`${market.symbol} ${side} prices`, BigInt(prices.length), BigInt(expected.size));
  for (const [price, total] of expected)
    same(`${market.symbol} ${side} ${price}`, levels.get(price)?.total ?? 0n, total);
}

export function same(what: string, found: bigint, expected: bigint): void {
  if (found !== expected) throw new Error(`${what}: ${found}, expected ${expected}`);
}

export function add(sums: Sums, at: string, amount: bigint): void {
  sums.set(at, (sums.get(at) ?? 0n) + amount);
}

export function key(account: string, asset: string): string {
  return `${account} ${asset}`;
}
