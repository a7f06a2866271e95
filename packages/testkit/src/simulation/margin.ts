import type { Clock } from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import type { EnginePosition, PerpetualEngine } from '../engine/perpetual/types.js';
import type { Random } from '../random.js';

export type MarginParts = {
  readonly engine: PerpetualEngine;
  readonly clock: Pick<Clock, 'at' | 'mono'>;
  readonly random: Random;
  readonly exchanges: readonly Exchange[];
};

const everyMs = 2_000;
/** In parts of a million. */
const highestRate = 2_000;

/** Marks move with the books, and funding is paid every few seconds: more often than anywhere, so that crashes meet it. Returns what ends it. */
export function runMargin({ engine, clock, random, exchanges }: MarginParts): () => void {
  let turn = 0;
  let cancel = (): void => undefined;

  function act(): void {
    turn += 1;
    for (const { symbol } of exchanges) {
      const own = random.fork(`${symbol} ${turn}`);
      followBook(engine, symbol, own);
      if (own.chance(0.25)) payFunding(engine, symbol, own);
    }
    wait();
  }
  function wait(): void {
    cancel = clock.at(clock.mono() + everyMs * (0.5 + random.fork(`pause ${turn}`).next()), act);
  }
  wait();
  return () => cancel();
}

/** At a rate that is drawn, either way. */
export function payFunding(engine: PerpetualEngine, market: string, random: Random): void {
  const rate = random.integer(1, highestRate) * random.pick([1, -1]);
  engine.setPrices(market, { fundingRate: `${rate < 0 ? '-' : ''}0.${String(Math.abs(rate)).padStart(6, '0')}` });
  engine.payFunding(market);
}

function followBook(engine: PerpetualEngine, market: string, random: Random): void {
  const { bids, asks } = engine.depth(market, 1);
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  if (bid === undefined || ask === undefined) return;
  const mark = (bid + ask) / 2n + BigInt(random.integer(-3, 3));
  if (mark > 0n) engine.setPrices(market, { mark, index: mark });
}

/** Whose position is liquidated, preferably in `market`. */
export type LiquidationParts = Pick<MarginParts, 'engine' | 'clock' | 'random'> & {
  readonly account: string;
  readonly market: string;
};

/**
 * Money goes from the account until little more than its margins is left, and the mark price runs against a position until the
 * venue closes it: in the book, or, where nobody is there, by the insurance fund. The mark comes back at once, the money later.
 * `false` where no position can be brought to that.
 */
export function liquidate(parts: LiquidationParts): boolean {
  const { engine, account, market, clock, random } = parts;
  const isMeant = (position: EnginePosition): number => Number(position.market === market);
  const [position] = engine.positions(account).toSorted((one, other) => isMeant(other) - isMeant(one));
  const perpetual = position && engine.perpetual(position.market)?.perpetual;
  if (position === undefined || perpetual === undefined) return false;
  const { settle, mark, index } = perpetual;
  const step = engine.asset(settle);
  const withdrawn = engine.free(account, settle);
  engine.deposit(account, settle, step.format(-withdrawn));
  clock.at(clock.mono() + random.integer(0, 6_000), () => engine.deposit(account, settle, step.format(withdrawn)));
  const before = engine.log.length;
  runAgainst(parts, position);
  engine.setPrices(position.market, { mark, index });
  return engine.log.slice(before).some(({ type }) => type === 'liquidation');
}

/** The mark price goes past where the position is liquidated, by up to a fiftieth: further than what is left pays for. */
function runAgainst({ engine, random }: LiquidationParts, position: EnginePosition): void {
  const { liquidationPrice } = engine.figures(position);
  if (liquidationPrice === undefined) return;
  const past = (liquidationPrice * BigInt(random.integer(1, 20))) / 1_000n + 1n;
  const mark = position.amount > 0n ? liquidationPrice - past : liquidationPrice + past;
  if (mark <= 0n) return;
  const isDeserted = random.chance(0.4);
  // Nobody trades in a market that stands still: then the fund takes the position over at the mark price.
  if (isDeserted) engine.setStatus(position.market, 'halted');
  engine.setPrices(position.market, { mark });
  if (isDeserted) engine.setStatus(position.market, 'trading');
}
