import type { Side } from '@hb/connector-core';

import { ended, register, submit } from '../commands.js';
import { changed, tellBalances, type Parts } from '../execute.js';
import { insuranceFund, isSystem } from '../ledger.js';
import type { MarketState } from '../market-state.js';
import type { Meeting, Plan } from '../match.js';
import { opposite, remaining } from '../order.js';
import { prepareOrder, type Prepared } from '../prepare.js';
import { isReducing, type Figures } from './figures.js';
import type { MarginBook, PositionState } from './margin-book.js';
import { size } from './position.js';
import { transfer } from './settle.js';
import type { EnginePositionSide } from './types.js';

export type RiskParts = Parts & { readonly book: MarginBook; readonly figures: Figures };

/** Ends orders that have nothing left to reduce and closes positions that their margin no longer carries, until all is well. */
export function settleRisk(parts: RiskParts): void {
  for (let names = parts.book.takeTouched(); names.length > 0; names = parts.book.takeTouched()) {
    for (const name of names) trimOrders(parts, name);
    for (const name of names) if (!isSystem(name)) liquidateAccount(parts, name);
  }
}

/** Orders that can only reduce, and ask for more than the position has. */
function trimOrders(parts: RiskParts, account: string): void {
  for (const order of parts.accounts.of(account).open) {
    if (isReducing(order) && parts.settlement.most(order) < remaining(order)) {
      ended(parts, order, 'expired', 'reduce-only');
    }
  }
}

function liquidateAccount(parts: RiskParts, account: string): void {
  const { book, figures } = parts;
  for (const position of book.open(account)) {
    const isShort = position.held.collateral + figures.unrealized(position) < figures.maintenance(position);
    if (book.isIsolated(position) && isShort) liquidate(parts, position);
  }
  for (const asset of new Set(book.open(account).map(({ market }) => market.perpetual.settle))) {
    while (isShortOfMargin(parts, account, asset)) {
      const [largest] = crossOf(parts, account, asset).toSorted((one, other) => {
        return Number(figures.maintenance(other) - figures.maintenance(one));
      });
      if (largest === undefined) break;
      liquidate(parts, largest);
    }
  }
  for (const { asset } of parts.ledger.balances(account)) {
    if (crossOf(parts, account, asset).length === 0) forgive(parts, { account, asset, down: 0n });
  }
}

function crossOf({ book }: RiskParts, account: string, asset: string): readonly PositionState[] {
  return book.open(account).filter((position) => {
    return position.market.perpetual.settle === asset && !book.isIsolated(position);
  });
}

function isShortOfMargin(parts: RiskParts, account: string, asset: string): boolean {
  const positions = crossOf(parts, account, asset);
  const margin = parts.ledger.balance(account, asset).free;
  const left = positions.reduce((sum, position) => {
    return sum + parts.figures.unrealized(position) - parts.figures.maintenance(position);
  }, margin);
  return positions.length > 0 && left < 0n;
}

/** Takes back the orders of the market and closes the position. An isolated one costs no more than its collateral. */
function liquidate(parts: RiskParts, position: PositionState): void {
  const { account, market, side } = position;
  const { settle } = market.perpetual;
  const isIsolated = parts.book.isIsolated(position);
  for (const order of parts.accounts.of(account).open) {
    if (order.market === market) ended(parts, order, 'expired', 'liquidation');
  }
  const before = parts.ledger.balance(account, settle).free;
  const { events, now } = parts;
  events.emit({ sequence: events.next(), at: now(), type: 'liquidation', account, market: market.symbol, side });
  close(parts, position);
  if (isIsolated) forgive(parts, { account, asset: settle, down: before });
}

type Debt = { readonly account: string; readonly asset: string; readonly down: bigint };

/** The insurance fund makes good what a wallet is below a line. */
function forgive(parts: RiskParts, { account, asset, down }: Debt): void {
  const { ledger, events, now } = parts;
  const amount = down - ledger.balance(account, asset).free;
  if (amount <= 0n) return;
  ledger.enter(transfer(asset, amount, { from: insuranceFund, to: account }));
  events.emit({ sequence: events.next(), at: now(), type: 'bankruptcy', account, asset, amount });
  tellBalances(parts);
}

/** Sells or buys the position in the market; what the book does not take, the insurance fund takes at the mark price. */
function close(parts: RiskParts, position: PositionState): void {
  const { market, held, account, side } = position;
  const closing = held.amount > 0n ? 'sell' : 'buy';
  const prepare = () =>
    prepareFor(parts, { account, market, side: closing, amount: size(held.amount), position: side });
  const inMarket = market.status === 'trading' ? prepare().plan : nothing;
  const left = size(held.amount) - inMarket.amount;
  if (left === 0n) {
    submit(parts, prepare());
    return;
  }
  const insurer = { account: insuranceFund, market, side: opposite(closing), amount: left, position: 'net' } as const;
  const maker = prepareFor(parts, insurer).order;
  register(parts, maker);
  changed(parts, maker, 'placed');
  const taken: Meeting = { kind: 'trade', maker, price: market.perpetual.prices.mark, amount: left };
  const plan: Plan = { ...inMarket, meetings: [...inMarket.meetings, taken], amount: size(held.amount), end: 'done' };
  submit(parts, { ...prepare(), plan });
}

const nothing: Plan = { meetings: [], amount: 0n, quote: 0n, end: 'short' };

type Closing = {
  readonly account: string;
  readonly market: MarketState;
  readonly side: Side;
  readonly amount: bigint;
  readonly position: EnginePositionSide;
};

function prepareFor(parts: RiskParts, { account, market, side, amount, position }: Closing): Prepared {
  const prepared = prepareOrder(parts.settlement, {
    account: parts.accounts.of(account),
    market,
    request: {
      ...{ market: market.symbol, type: 'market', side, amount },
      ...{ positionSide: position, reduceOnly: account !== insuranceFund },
    },
    replaces: undefined,
    selfTrade: 'expire-maker',
    at: parts.now(),
    isLiquidation: true,
  });
  if (prepared.type === 'prepared') return prepared;
  throw new Error(`the position of ${account} in ${market.symbol} cannot be closed: ${prepared.refusal}`);
}
