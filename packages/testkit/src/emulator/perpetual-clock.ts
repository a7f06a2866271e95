import type { Clock } from '@hb/connector-core';

import type { PerpetualEngine } from '../engine/perpetual/types.js';

type Parts = { readonly engine: PerpetualEngine; readonly clock: Clock };

/** Pays funding whenever `intervalMs` of the clock are full, and tells when that is next. Returns what ends it. */
export function runFunding(
  { engine, clock }: Parts,
  { market, intervalMs }: { readonly market: string; readonly intervalMs: number },
): () => void {
  let cancel: () => void;

  function wait(): void {
    const nextFundingAt = (Math.floor(clock.now() / intervalMs) + 1) * intervalMs;
    engine.setPrices(market, { nextFundingAt });
    cancel = clock.at(clock.mono() + nextFundingAt - clock.now(), () => {
      engine.payFunding(market);
      wait();
    });
  }
  wait();
  return () => cancel();
}

/** Moves mark and index price to the middle of the book, every `everyMs` in which that is somewhere else. Returns what ends it. */
export function followMark(
  { engine, clock }: Parts,
  { market, everyMs }: { readonly market: string; readonly everyMs: number },
): () => void {
  let cancel: () => void;

  function look(): void {
    const { bids, asks } = engine.depth(market, 1);
    const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
    const mid = bid === undefined || ask === undefined ? undefined : (bid + ask) / 2n;
    if (mid !== undefined && mid !== engine.perpetual(market)?.perpetual.mark) {
      engine.setPrices(market, { mark: mid, index: mid });
    }
    wait();
  }
  function wait(): void {
    cancel = clock.at(clock.mono() + everyMs, look);
  }
  wait();
  return () => cancel();
}
