import type { EngineTimeInForce, SelfTrade } from '../../src/engine/types.js';

export type Side = 'buy' | 'sell';

export type ModelRequest = {
  readonly account: string;
  readonly side: Side;
  /** `undefined`: a market order. */
  readonly price: bigint | undefined;
  readonly amount: bigint;
  readonly timeInForce: EngineTimeInForce;
  readonly selfTrade: SelfTrade;
};

export type ModelOrder = {
  readonly id: number;
  readonly account: string;
  readonly side: Side;
  readonly price: bigint | undefined;
  amount: bigint;
  filled: bigint;
  status: 'open' | 'filled' | 'canceled' | 'expired';
};

export type Model = {
  readonly place: (request: ModelRequest) => 'accepted' | 'refused';
  readonly cancel: (id: number) => void;
  readonly amend: (id: number, amount: bigint) => void;
  readonly orders: readonly ModelOrder[];
  readonly trades: readonly string[];
  readonly holds: (account: string) => { readonly base: bigint; readonly quote: bigint };
  readonly locked: (account: string, side: Side) => bigint;
};

/** A market as slow and as plain as can be: one list of orders, searched anew for every step; one unit of quote per price × amount. */
export function createModel(accounts: readonly string[], deposit: bigint): Model {
  const orders: ModelOrder[] = [];
  const held = new Map(accounts.map((account) => [account, { base: deposit, quote: deposit }]));
  const trades: string[] = [];

  const holds = (account: string) => held.get(account) ?? { base: 0n, quote: 0n };
  const open = () => orders.filter(({ status }) => status === 'open');
  const left = (order: ModelOrder) => order.amount - order.filled;
  function locked(account: string, side: Side): bigint {
    const mine = open().filter((order) => order.account === account && order.side === side);
    return mine.reduce((sum, order) => sum + left(order) * (side === 'buy' ? (order.price ?? 0n) : 1n), 0n);
  }
  function bestAgainst(taker: { side: Side; price: bigint | undefined }, ignored: ReadonlySet<number>) {
    const { price } = taker;
    const fits = (at: bigint) => price === undefined || (taker.side === 'buy' ? at <= price : at >= price);
    const isBetter = (a: bigint, b: bigint) => (taker.side === 'buy' ? a < b : a > b);
    let best: { order: ModelOrder; price: bigint } | undefined;
    for (const order of open()) {
      if (order.side === taker.side || order.price === undefined || ignored.has(order.id) || !fits(order.price))
        continue;
      if (best === undefined || isBetter(order.price, best.price)) best = { order, price: order.price };
    }
    return best;
  }

  /** What it would trade and pay, looking only. */
  function rehearse(request: ModelRequest) {
    const seen = new Set<number>();
    let amount = 0n;
    let quote = 0n;
    for (;;) {
      const best = bestAgainst(request, seen);
      if (best === undefined || amount === request.amount) return { amount, quote };
      seen.add(best.order.id);
      if (best.order.account === request.account && request.selfTrade === 'expire-maker') continue;
      if (best.order.account === request.account && request.selfTrade !== 'none') return { amount, quote };
      const size = left(best.order) < request.amount - amount ? left(best.order) : request.amount - amount;
      amount += size;
      quote += size * best.price;
    }
  }

  function place(request: ModelRequest): 'accepted' | 'refused' {
    const { account, side, price, timeInForce, selfTrade } = request;
    if (timeInForce === 'post-only' && bestAgainst(request, new Set()) !== undefined) return 'refused';
    const plan = rehearse(request);
    const pays = price === undefined ? plan.quote : price * request.amount;
    const needs = side === 'sell' ? request.amount : pays;
    if (holds(account)[side === 'sell' ? 'base' : 'quote'] - locked(account, side) < needs) return 'refused';
    const order: ModelOrder = {
      id: orders.length + 1,
      account,
      side,
      price,
      amount: request.amount,
      filled: 0n,
      status: 'open',
    };
    const isDoomed = timeInForce === 'fok' && plan.amount < request.amount;
    while (!isDoomed && left(order) > 0n) {
      const best = bestAgainst(request, new Set());
      if (best === undefined) break;
      if (best.order.account === account && selfTrade !== 'none') {
        if (selfTrade !== 'expire-taker') best.order.status = 'expired';
        if (selfTrade === 'expire-maker') continue;
        order.status = 'expired';
        break;
      }
      trade(order, best.order, best.price);
    }
    orders.push(order);
    if (left(order) === 0n) order.status = 'filled';
    else if (price === undefined || timeInForce === 'ioc' || timeInForce === 'fok') order.status = 'expired';
    return 'accepted';
  }

  function trade(taker: ModelOrder, maker: ModelOrder, price: bigint): void {
    const size = left(taker) < left(maker) ? left(taker) : left(maker);
    for (const order of [taker, maker]) {
      const sign = order.side === 'buy' ? 1n : -1n;
      const account = holds(order.account);
      account.base += sign * size;
      account.quote -= sign * size * price;
      order.filled += size;
    }
    if (left(maker) === 0n) maker.status = 'filled';
    trades.push(`${size} at ${price} with ${maker.id}`);
  }

  function cancel(id: number): void {
    const order = orders[id - 1];
    if (order?.status === 'open') order.status = 'canceled';
  }
  function amend(id: number, amount: bigint): void {
    const order = orders[id - 1];
    if (order?.status === 'open' && amount > order.filled && amount < order.amount) order.amount = amount;
  }
  return { place, cancel, amend, orders, trades, holds, locked };
}
