import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createPerpetualEngine } from '../../../src/engine/perpetual/engine.js';
import type {
  EnginePositionSide,
  MarginReads,
  MarginSetting,
  PerpetualEngine,
} from '../../../src/engine/perpetual/types.js';
import type { EngineEvent, EngineRequest, FeePlan } from '../../../src/engine/types.js';

const accounts = ['ann', 'bob', 'cyd'];
const symbols = ['L', 'I'];
const seed = 20_261_126;

type Operation =
  | { readonly type: 'place'; readonly account: string; readonly request: EngineRequest }
  | { readonly type: 'cancel'; readonly account: string; readonly pick: number }
  | { readonly type: 'amend'; readonly account: string; readonly pick: number; readonly amount: bigint }
  | {
      readonly type: 'move';
      readonly account: string;
      readonly pick: number;
      readonly price: bigint;
      readonly amount: bigint;
    }
  | { readonly type: 'mark'; readonly market: string; readonly mark: bigint }
  | { readonly type: 'fund'; readonly market: string; readonly rate: string }
  | { readonly type: 'leverage'; readonly account: string; readonly market: string; readonly setting: MarginSetting }
  | { readonly type: 'mode'; readonly account: string; readonly mode: 'one-way' | 'hedge' }
  | { readonly type: 'deposit'; readonly account: string; readonly amount: string };

const account = fc.constantFrom(...accounts);
const market = fc.constantFrom(...symbols);
const side = fc.constantFrom('buy' as const, 'sell' as const);
const positionSide = fc.constantFrom<EnginePositionSide>('long', 'short');
const amount = fc.bigInt(1n, 120n);
const price = fc.bigInt(96n, 104n);
const flags = { reduceOnly: fc.constantFrom(false, false, true), positionSide };
const limit = fc.record({
  ...{ type: fc.constant('limit' as const), market, side, amount, price, ...flags },
  timeInForce: fc.constantFrom('gtc' as const, 'gtc', 'gtc', 'gtc', 'gtc', 'ioc', 'fok', 'post-only'),
  selfTrade: fc.constantFrom('none' as const, 'none', 'expire-taker', 'expire-maker', 'expire-both'),
});
const taking = fc.record({ type: fc.constant('market' as const), market, side, amount, ...flags });

const of = <T extends string>(type: T) => fc.constant(type);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ type: of('place'), account, request: fc.oneof(limit, limit, limit, taking) }) },
  { weight: 2, arbitrary: fc.record({ type: of('cancel'), account, pick: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ type: of('amend'), account, pick: fc.nat(1000), amount }) },
  { weight: 1, arbitrary: fc.record({ type: of('move'), account, pick: fc.nat(1000), price, amount }) },
  { weight: 3, arbitrary: fc.record({ type: of('mark'), market, mark: fc.bigInt(80n, 125n) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: of('fund'), market, rate: fc.constantFrom('0.01', '-0.003', '0.0007') }),
  },
  { weight: 1, arbitrary: fc.record({ type: of('leverage'), account, market, setting: settings() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: of('mode'), account, mode: fc.constantFrom('one-way' as const, 'hedge') }),
  },
  { weight: 1, arbitrary: fc.record({ type: of('deposit'), account, amount: fc.constantFrom('50', '-20') }) },
);

function settings(): fc.Arbitrary<MarginSetting> {
  return fc.record({
    leverage: fc.constantFrom('1', '3', '20', '50'),
    margin: fc.constantFrom('cross' as const, 'cross', 'isolated'),
  });
}

/** A linear market on which nothing is ever cut, and an inverse one on which most is. */
function createPair(fees: FeePlan, now: () => number = () => 0): PerpetualEngine {
  const common = { base: 'X', quote: 'Y', priceStep: '0.1', amountStep: '1' };
  const terms = { settle: 'U', price: '10', maintenanceRate: '0.02' };
  const engine = createPerpetualEngine({
    ...{ now, assets: { U: 4 }, fees },
    markets: [
      { ...common, symbol: 'L', perpetual: { ...terms, shape: 'linear' } },
      { ...common, symbol: 'I', perpetual: { ...terms, shape: 'inverse', contractSize: '100' } },
    ],
  });
  for (const name of accounts) engine.deposit(name, 'U', '60');
  return engine;
}

function apply(engine: PerpetualEngine, operation: Operation): void {
  switch (operation.type) {
    case 'place':
      engine.place(operation.account, fitting(engine, operation.account, operation.request));
      return;
    case 'cancel':
    case 'move':
    case 'amend': {
      const orders = engine.openOrders(operation.account);
      const order = orders[operation.pick % (orders.length || 1)];
      if (order === undefined) return;
      if (operation.type === 'cancel') engine.cancel(operation.account, order);
      else if (operation.type === 'move') engine.move(operation.account, order, operation);
      else engine.amend(operation.account, order, { amount: operation.amount });
      return;
    }
    case 'mark':
      engine.setPrices(operation.market, { mark: operation.mark });
      return;
    case 'fund':
      engine.setPrices(operation.market, { fundingRate: operation.rate });
      engine.payFunding(operation.market);
      return;
    case 'leverage':
      engine.setLeverage(operation.account, operation.market, operation.setting);
      return;
    case 'mode':
      engine.setPositionMode(operation.account, operation.mode);
      return;
    case 'deposit':
      if (operation.amount.startsWith('-') && engine.free(operation.account, 'U') < 200_000n) return;
      engine.deposit(operation.account, 'U', operation.amount);
  }
}

/** Most orders fit the mode of their account, and most that only reduce find something to reduce. */
function fitting(engine: PerpetualEngine, name: string, request: EngineRequest): EngineRequest {
  const slot = engine.positionMode(name) === 'hedge' ? (request.positionSide ?? 'long') : 'net';
  const held = engine.positions(name, request.market).find((each) => each.side === slot);
  if (request.reduceOnly !== true || held === undefined) return { ...request, positionSide: slot };
  return { ...request, positionSide: slot, side: held.amount > 0n ? 'sell' : 'buy' };
}

/** Equity in the simplest way: what came in, and for every execution the difference between its price and the mark price. */
function equityOf(engine: PerpetualEngine, name: string): { readonly amount: bigint; readonly executions: bigint } {
  let [sum, executions] = [0n, 0n];
  const worthNow = (symbol: string, count: bigint) => {
    const found = engine.perpetual(symbol);
    if (found === undefined) throw new Error(`there is no market ${symbol}`);
    return found.perpetual.shape === 'linear'
      ? [1n, found.notional(found.perpetual.mark, count)]
      : [-1n, found.notional(found.perpetual.mark, count)];
  };
  for (const event of engine.log) {
    if (event.type === 'deposit' && event.account === name) sum += event.amount;
    if (event.type === 'bankruptcy' && event.account === name) sum += event.amount;
    if (event.type === 'funding' && event.payment.account === name) sum += event.payment.amount;
    if (event.type !== 'order' || event.execution?.account !== name) continue;
    const { execution } = event;
    const [direction = 0n, worth = 0n] = worthNow(execution.market, execution.amount);
    sum += (execution.side === 'buy' ? 1n : -1n) * direction * (worth - execution.quote) - execution.fee.amount;
    executions += 1n;
  }
  return { amount: sum, executions };
}

function check(engine: PerpetualEngine): void {
  engine.audit();
  for (const name of accounts) {
    const { equity, maintenanceMargin } = engine.marginOf(name, 'U');
    const expected = equityOf(engine, name);
    const difference = equity - expected.amount;
    // Each execution on the inverse market was cut once, and so is what it is worth now.
    expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(2n * expected.executions);
    const positions = engine.positions(name);
    if (positions.length === 0) expect(equity).toBeGreaterThanOrEqual(0n);
    else expect(equity).toBeGreaterThanOrEqual(maintenanceMargin);
    for (const order of engine.openOrders(name)) {
      if (order.reduceOnly !== true) continue;
      const held = positions.find((each) => each.market === order.market && each.side === order.positionSide);
      const closing = (order.side === 'sell' ? 1n : -1n) * (held?.amount ?? 0n);
      expect(order.amount - order.filled).toBeLessThanOrEqual(closing);
    }
  }
  for (const symbol of symbols) {
    const everybody = [...accounts, '@insurance'];
    const sum = everybody
      .flatMap((name) => engine.positions(name, symbol))
      .reduce((all, each) => all + each.amount, 0n);
    expect(sum).toBe(0n);
  }
}

/** Longs pay at a rate above zero, and shorts at one below it; reduce-only executions bring a position closer to zero, and positions are what the executions made of them. */
function followPositions(engine: PerpetualEngine): () => void {
  const held = new Map<string, bigint>();
  const told = new Map<string, bigint>();
  const off = engine.on((event: EngineEvent) => {
    if (event.type === 'position') {
      const { account: name, market: symbol, side: slot, amount: now } = event.position;
      told.set(`${name} ${symbol} ${slot}`, now);
    }
    if (event.type === 'funding') {
      const { account: name, market: symbol, side: slot, rate, amount: paid } = event.payment;
      const isLong = (held.get(`${name} ${symbol} ${slot}`) ?? 0n) > 0n;
      expect(paid > 0n).toBe(isLong === rate.startsWith('-'));
    }
    if (event.type !== 'order' || event.execution === undefined) return;
    const { account: name, market: symbol, positionSide: slot = 'net', amount: traded, side: way } = event.execution;
    const key = `${name} ${symbol} ${slot}`;
    const before = held.get(key) ?? 0n;
    const after = before + (way === 'buy' ? traded : -traded);
    held.set(key, after);
    if (event.order.reduceOnly !== true) return;
    expect(after === 0n || (before > 0n ? after > 0n && after < before : after < 0n && after > before)).toBe(true);
  });
  return () => {
    off();
    for (const [key, amountNow] of held) expect([key, told.get(key)]).toEqual([key, amountNow]);
  };
}

test('keeps equity, margins, positions and money right, whatever accounts, prices and funding do', () => {
  const fees = fc.constantFrom<FeePlan[]>(
    { maker: '0', taker: '0', taken: 'quote' },
    { maker: '-0.0002', taker: '0.0005', taken: 'quote' },
    { maker: '0.02', taker: '0.05', taken: 'quote' },
  );
  const some = fc.array(operation, { minLength: 20, maxLength: 80, size: 'max' });
  fc.assert(
    fc.property(some, fees, (operations, plan) => {
      const engine = createPair(plan);
      const end = followPositions(engine);
      for (const each of operations) {
        apply(engine, each);
        check(engine);
      }
      end();
    }),
    { seed, numRuns: 100 },
  );
});

test('counts linear markets to the last digit', () => {
  const some = fc.array(
    operation.filter((each) => {
      if (each.type === 'place') return each.request.market === 'L';
      return !('market' in each) || each.market === 'L';
    }),
    { minLength: 20, maxLength: 80, size: 'max' },
  );
  fc.assert(
    fc.property(some, (operations) => {
      const engine = createPair({ maker: '0', taker: '0.01', taken: 'quote' });
      for (const each of operations) apply(engine, each);
      for (const name of accounts) expect(engine.marginOf(name, 'U').equity).toBe(equityOf(engine, name).amount);
    }),
    { seed, numRuns: 100 },
  );
});

/** All that it tells of accounts and markets, in words that can be compared. */
function toldBy(reads: MarginReads): unknown {
  return {
    markets: symbols.map((symbol) => reads.perpetual(symbol)?.perpetual),
    accounts: accounts.map((name) => ({
      margin: reads.marginOf(name, 'U'),
      mode: reads.positionMode(name),
      settings: symbols.map((symbol) => reads.leverage(name, symbol)),
      positions: reads
        .positions(name)
        .map((position) => ({ ...position, ...reads.figures(position) }))
        .toSorted((one, other) => `${one.market} ${one.side}`.localeCompare(`${other.market} ${other.side}`)),
      payments: reads.fundingPayments(name),
    })),
  };
}

test('tells later how everything stood at any earlier time', () => {
  const some = fc.array(operation, { minLength: 20, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(some, (operations) => {
      let now = 0;
      const engine = createPair({ maker: '-0.0002', taker: '0.0005', taken: 'quote' }, () => now);
      const told = operations.map((each) => {
        now += 5;
        apply(engine, each);
        return { at: now, what: toldBy(engine) };
      });
      for (const { at, what } of told) expect(toldBy(engine.asOf(at + 4))).toEqual(what);
    }),
    { seed, numRuns: 60 },
  );
});
