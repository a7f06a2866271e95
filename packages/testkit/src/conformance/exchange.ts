import { decimal, roundDown, roundUp, type Decimal, type Pair, type Side } from '@hb/connector-core';

import { isPerpetual } from '../engine/perpetual/types.js';
import type { Engine, EngineLevel, EngineMarket, EngineOrder, Execution } from '../engine/types.js';
import { present } from './assert.js';
import type { FixtureMarket } from './fixture.js';

const makers = 'conformance-maker';
const takers = 'conformance-taker';
const wealth = decimal('1000000');
const levels = 8;

/** The truth about one market, and the rest of the world trading on it. Prices and amounts as text, ready for an order. */
export type Exchange = {
  readonly pair: Pair;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** The asset that an order of a side is paid from. */
  readonly pays: (side: Side) => string;
  readonly rules: FixtureMarket;
  readonly priceStep: Decimal;
  readonly amountStep: Decimal;
  /** An amount well above every minimum. */
  readonly amount: string;
  /** Inside the spread: an order of either side rests there, alone and first. */
  readonly price: string;
  /** `times` amounts. */
  readonly amounts: (times: number) => string;
  /** `steps` price steps above the inside price, or below it. */
  readonly away: (steps: number) => string;
  /** The price of the best order of others on that side. */
  readonly best: (side: Side) => string;
  /** Somebody trades against what rests at this price. */
  readonly take: (resting: Side, price: string, amount: string) => void;
  /** Somebody changes the book without trading: a level comes, or goes again. */
  readonly stir: () => void;
  /** The best levels as the engine holds them, as plain decimals. */
  readonly depth: (count: number) => {
    readonly bids: readonly (readonly string[])[];
    readonly asks: readonly (readonly string[])[];
  };
  /** Of the account under test, oldest first. */
  readonly orders: () => readonly EngineOrder[];
  readonly order: (clientOrderId: string) => EngineOrder;
  readonly executions: (clientOrderId: string) => readonly Execution[];
  readonly priceText: (price: bigint | undefined) => string | undefined;
  readonly amountText: (amount: bigint) => string;
  readonly quoteText: (quote: bigint) => string;
};

export type ExchangeParts = { readonly engine: Engine; readonly account: string; readonly rules: FixtureMarket };

/** Fills the book, makes one trade and gives the account under test what it needs. */
export function openExchange({ engine, account, rules }: ExchangeParts): Exchange {
  const market = findMarket(engine, rules.pair);
  const { symbol, base, quote } = market;
  const priceStep = decimal(market.price.text);
  // On perpetuals the engine counts contracts, and whoever asks here counts in base.
  const contractSize = isPerpetual(engine) ? (engine.perpetual(symbol)?.perpetual.contractSize ?? '1') : '1';
  const size = decimal(contractSize);
  const amountStep = decimal(market.amount.text).times(size);
  const pays = (side: Side): string => market.settle ?? (side === 'buy' ? quote : base);
  const middle = roundDown(decimal(rules.price), priceStep);
  const least = decimal(rules.minAmount);
  const worth = roundUp(decimal(rules.minNotional ?? '0').div(middle), amountStep);
  const unit = roundUp((worth.gt(least) ? worth : least).times('4'), amountStep);
  const gap = roundUp(middle.times('0.001'), priceStep);
  const at = (place: string): Decimal => middle.plus(gap.times(place));
  const inBase = (amount: bigint): string => {
    const text = market.amount.format(amount);
    return contractSize === '1' ? text : decimal(text).times(size).toFixed();
  };
  const rows = new Map<bigint, { readonly amount: bigint; readonly row: readonly string[] }>();
  let stirred = 0;

  /** Most levels are as they were when somebody asked last. */
  function rowOf([price, amount]: EngineLevel): readonly string[] {
    const known = rows.get(price);
    if (known?.amount === amount) return known.row;
    const row = [market.price.format(price), inBase(amount)];
    rows.set(price, { amount, row });
    return row;
  }
  function send(
    owner: string,
    side: Side,
    { price, amount, fok = false }: { price: Decimal; amount: Decimal; fok?: boolean },
  ): void {
    const request = {
      market: symbol,
      side,
      type: 'limit',
      price: steps(market.price, price),
      amount: steps(market.amount, amount.div(size)),
    } as const;
    const placed = engine.place(owner, { ...request, timeInForce: fok ? 'fok' : 'gtc' });
    if (placed.type === 'refused') throw new Error(`the emulator refused an order of others: ${placed.refusal}`);
    if (fok && placed.order.status !== 'filled') {
      throw new Error(`${amount.toFixed()} were not to be had at ${price.toFixed()}`);
    }
  }
  function settleIn(): void {
    for (const owner of [makers, takers, account]) {
      const factor = owner === account ? decimal('1000') : wealth;
      if (pays('sell') === base) engine.deposit(owner, base, unit.times(factor).toFixed());
      engine.deposit(owner, pays('buy'), roundUp(unit.times(middle), decimal('0.01')).times(factor).toFixed());
    }
    for (let level = 1; level <= levels; level += 1) {
      send(makers, 'buy', { price: at(String(-level)), amount: unit.times(String(1_000 * level)) });
      send(makers, 'sell', { price: at(String(level)), amount: unit.times(String(1_000 * level)) });
    }
    send(takers, 'buy', { price: at('1'), amount: unit, fok: true });
  }
  settleIn();
  return {
    pair: rules.pair,
    symbol,
    base,
    quote,
    pays,
    rules,
    priceStep,
    amountStep,
    amount: unit.toFixed(),
    price: middle.toFixed(),
    amounts: (times) => unit.times(String(times)).toFixed(),
    away: (count) => middle.plus(priceStep.times(String(count))).toFixed(),
    best: (side) => at(side === 'buy' ? '-1' : '1').toFixed(),
    take: (resting, price, amount) => {
      send(takers, resting === 'buy' ? 'sell' : 'buy', { price: decimal(price), amount: decimal(amount), fok: true });
    },
    stir: () => {
      stirred += 1;
      const [side, level] = stirred % 2 === 0 ? (['buy', -levels - 1] as const) : (['sell', levels + 1] as const);
      send(makers, side, { price: at(String(level)), amount: unit });
    },
    depth: (count) => {
      const { bids, asks } = engine.depth(symbol, count);
      return { bids: bids.map(rowOf), asks: asks.map(rowOf) };
    },
    orders: () => engine.orders(account, symbol),
    order: (clientOrderId) => present(engine.order(account, { clientOrderId }), `order ${clientOrderId} at the venue`),
    executions: (clientOrderId) => {
      const order = engine.order(account, { clientOrderId });
      return order === undefined ? [] : engine.executions(account, { market: symbol, orderId: order.orderId });
    },
    priceText: (price) => (price === undefined ? undefined : market.price.format(price)),
    amountText: inBase,
    quoteText: (amount) => market.quoteAsset.format(amount),
  };
}

function findMarket(engine: Engine, pair: Pair): EngineMarket {
  const found = engine.markets().find(({ base, quote }) => `${base}-${quote}` === pair);
  return present(found, `market ${pair} in the fixture's engine`);
}

function steps(step: EngineMarket['price'], value: Decimal): bigint {
  return present(step.parse(value.toFixed()), `place for ${value.toFixed()} in steps of ${step.text}`);
}
