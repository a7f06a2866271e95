import type { Clock, Side } from '@hb/connector-core';

import type { Random } from '../random.js';
import { fillOrder, placeFunded } from './fill-order.js';
import type { Engine, EngineMarket, EngineOrder } from './types.js';

/** Who trades, where and how often. */
export type NoiseOptions = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
  readonly markets: readonly NoiseMarket[];
  /** Accounts whose orders near the mid are hunted: taken in parts, often within moments of being placed. */
  readonly prey?: readonly string[];
};

/** How a market is traded: around `mid`, every so many ms. */
export type NoiseMarket = {
  readonly market: string;
  /** Where trading starts: `'60000'`. */
  readonly mid: string;
  /** Resting orders lie up to twice this far from the mid, in price steps. */
  readonly spread: number;
  /** Largest order, in base units: `'0.5'`. */
  readonly amount: string;
  /** Between two actions in this market, on average. */
  readonly everyMs: number;
  /** How far the mid may move per action, in price steps; 0 keeps it still. */
  readonly drift: number;
};

/** Traders that go on until they are stopped. */
export interface Noise {
  /** Ends the trading at once: no timer is left, resting orders stay. */
  stop(): void;
}

/** Most resting orders of the noise in one market. */
const mostResting = 60;

const makerAccount = 'noise-maker';
const takerAccount = 'noise-taker';

/**
 * Traders that make and take around a drifting mid, so that other orders fill in parts and at awkward moments.
 * The same seed, clock and orders of others give the same trades. Their money comes from outside as they need it.
 */
export function createNoise(options: NoiseOptions): Noise {
  const { clock, engine } = options;
  const timers = new Set<() => void>();
  const crowds = options.markets.map((settings) => createCrowd(options, settings));
  const off = engine.on((event) => {
    if (event.type !== 'order' || event.change !== 'placed') return;
    for (const crowd of crowds) for (const [delayMs, bite] of crowd.bites(event.order)) after(delayMs, bite);
  });

  function after(delayMs: number, run: () => void): void {
    const cancel = clock.at(clock.mono() + delayMs, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  }
  function keepActing(crowd: Crowd): void {
    after(crowd.pauseMs(), () => {
      crowd.act();
      keepActing(crowd);
    });
  }
  for (const crowd of crowds) keepActing(crowd);
  return {
    stop: () => {
      off();
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

type Crowd = {
  /** Does one thing in the market. */
  readonly act: () => void;
  readonly pauseMs: () => number;
  /** What an order that was placed tempts the traders to do, and after how long. */
  readonly bites: (order: EngineOrder) => readonly (readonly [delayMs: number, bite: () => void])[];
};

function createCrowd({ engine, random, prey = [] }: NoiseOptions, settings: NoiseMarket): Crowd {
  const { market, start, largest } = gridOf(engine, settings);
  const { symbol } = market;
  const stream = random.fork(symbol);
  let mid = start;
  let count = 0;

  function act(): void {
    count += 1;
    const drawn = stream.fork(`action ${count}`);
    mid = drift(mid, start, drawn.integer(-settings.drift, settings.drift));
    const side = drawn.pick(['buy', 'sell'] as const);
    const amount = portion(largest, drawn.next());
    if (drawn.chance(0.3)) take(side, amount);
    else rest(side, BigInt(drawn.integer(1, 2 * settings.spread)), amount);
    const resting = engine.openOrders(makerAccount, symbol);
    if (resting.length > mostResting || (resting.length > 0 && drawn.chance(0.25))) {
      engine.cancel(makerAccount, drawn.pick(resting));
    }
  }
  /** Never through the mid, so that makers make. */
  function rest(side: Side, distance: bigint, amount: bigint): void {
    const price = side === 'buy' ? mid - distance : mid + distance;
    placeFunded(engine, { account: makerAccount, market, side, price, amount }, 'gtc');
  }
  function take(side: Side, amount: bigint): void {
    const reach = BigInt(2 * settings.spread);
    const price = side === 'buy' ? mid + reach : mid - reach;
    placeFunded(engine, { account: takerAccount, market, side, price, amount }, 'ioc');
  }
  function bites(order: EngineOrder): ReturnType<Crowd['bites']> {
    if (order.market !== symbol || !prey.includes(order.account)) return [];
    if (order.price === undefined || !isNear(order.price)) return [];
    const drawn = stream.fork(`order ${order.orderId}`);
    return Array.from({ length: drawn.integer(0, 3) }, () => {
      const share = drawn.next();
      return [drawn.next() * 2 * settings.everyMs, () => bite(order, share)] as const;
    });
  }
  function isNear(price: bigint): boolean {
    const distance = price > mid ? price - mid : mid - price;
    return distance <= BigInt(2 * settings.spread);
  }
  function bite(order: EngineOrder, share: number): void {
    fillOrder(engine, { account: takerAccount, order, amount: portion(order.amount, share) });
  }
  return { act, bites, pauseMs: () => settings.everyMs * (0.5 + stream.fork(`pause ${count}`).next()) };
}

function gridOf(
  engine: Engine,
  { market: symbol, mid, amount, spread }: NoiseMarket,
): { market: EngineMarket; start: bigint; largest: bigint } {
  const market = engine.market(symbol);
  const start = market?.price.parse(mid);
  const largest = market?.amount.parse(amount);
  if (market === undefined || start === undefined || largest === undefined || start <= BigInt(4 * spread)) {
    throw new RangeError(`${symbol}: no market for noise around ${mid} with orders of ${amount}`);
  }
  return { market, start, largest };
}

/** A step of the mid, kept between three quarters and five quarters of where it started. */
function drift(mid: bigint, start: bigint, by: number): bigint {
  const next = mid + BigInt(by);
  return next * 4n < start * 3n || next * 4n > start * 5n ? mid - BigInt(by) : next;
}

/** At least one step. */
function portion(whole: bigint, share: number): bigint {
  const part = (whole * BigInt(Math.floor(share * 1_000_000))) / 1_000_000n;
  return part > 0n ? part : 1n;
}
