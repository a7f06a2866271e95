import { add, auditBalances, auditBook, key, same, type Sums } from '../audit.js';
import type { Parts } from '../execute.js';
import { clearing, feeAccount, insuranceFund, isSystem, outside } from '../ledger.js';
import type { MarketState } from '../market-state.js';
import type { EngineEvent, Execution } from '../types.js';
import type { MarginBook } from './margin-book.js';
import { asPerpetual, directionOf } from './market.js';
import { assertCleared } from './settle.js';

/** Recomputes wallets and positions from the log. Throws at the first difference. */
export function auditMargin(parts: Parts, markets: ReadonlyMap<string, MarketState>, book: MarginBook): void {
  const { log } = parts.events;
  auditBalances(parts, sumLog(log, markets));
  for (const market of markets.values()) auditBook(market);
  auditPositions(log, markets, book);
  for (const { perpetual } of Array.from(markets.values(), asPerpetual)) {
    assertCleared({ ledger: parts.ledger, book }, perpetual.settle);
  }
  auditCollateral(parts, book);
}

function sumLog(log: readonly EngineEvent[], markets: ReadonlyMap<string, MarketState>): Sums {
  const sums: Sums = new Map();
  const move = (asset: string, amount: bigint, [from, to]: readonly [string, string]) => {
    add(sums, key(from, asset), -amount);
    add(sums, key(to, asset), amount);
  };
  for (const event of log) {
    if (event.type === 'deposit') move(event.asset, event.amount, [outside, event.account]);
    if (event.type === 'bankruptcy') move(event.asset, event.amount, [insuranceFund, event.account]);
    if (event.type === 'funding') {
      move(event.payment.asset, event.payment.amount, [insuranceFund, event.payment.account]);
    }
    if (event.type !== 'order' || event.execution === undefined) continue;
    const { account, fee, realized = 0n } = event.execution;
    const settle = markets.get(event.execution.market)?.perpetual?.settle ?? fee.asset;
    move(settle, realized, [clearing, account]);
    move(fee.asset, fee.amount, [account, feeAccount]);
  }
  return sums;
}

/** What was bought less what was sold is what is held, and what was paid for it less what was realized is what it cost. */
function auditPositions(
  log: readonly EngineEvent[],
  markets: ReadonlyMap<string, MarketState>,
  book: MarginBook,
): void {
  const amounts: Sums = new Map();
  const costs: Sums = new Map();
  for (const event of log) {
    if (event.type !== 'order' || event.execution === undefined) continue;
    const { side, amount, quote, realized = 0n, market } = event.execution;
    const state = markets.get(market);
    if (state === undefined) continue;
    const bought = side === 'buy' ? 1n : -1n;
    add(amounts, slotOf(event.execution), bought * amount);
    add(costs, slotOf(event.execution), bought * directionOf(asPerpetual(state)) * quote + realized);
  }
  for (const { positions } of book.accounts()) {
    for (const { account, market, side, held } of positions.values()) {
      const slot = `${account} ${market.symbol} ${side}`;
      same(`position ${slot}`, held.amount, amounts.get(slot) ?? 0n);
      same(`cost of ${slot}`, held.cost, costs.get(slot) ?? 0n);
      const isWrongSide = (side === 'long' && held.amount < 0n) || (side === 'short' && held.amount > 0n);
      if (isWrongSide) throw new Error(`${slot} holds ${held.amount}`);
    }
  }
}

function slotOf({ account, market, positionSide = 'net' }: Execution): string {
  return `${account} ${market} ${positionSide}`;
}

/** What is locked in a wallet is what isolated positions hold. */
function auditCollateral({ ledger }: Parts, book: MarginBook): void {
  for (const { name, positions } of book.accounts()) {
    if (isSystem(name)) continue;
    const held: Sums = new Map();
    for (const {
      market,
      held: { collateral },
    } of positions.values())
      add(held, market.perpetual.settle, collateral);
    for (const { asset, locked } of ledger.balances(name))
      same(`${name} locked ${asset}`, locked, held.get(asset) ?? 0n);
  }
}
