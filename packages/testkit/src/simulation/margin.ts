import type { Clock } from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import type { PerpetualEngine } from '../engine/perpetual/types.js';
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
