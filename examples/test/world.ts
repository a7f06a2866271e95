import type { Connector } from '@hb/connector-core';
import {
  createVirtualClock,
  fillOrder,
  placeLadder,
  virtualPorts,
  type Engine,
  type VirtualClock,
} from '@hb/connector-testkit';

import { address, venues, type Emulator, type Venue } from './venues.js';

/** What a trader has: on a perpetual, a position in the base asset, and collateral beside what that cost. */
export type Wealth = { readonly base: string; readonly quote: string };

export type World = {
  readonly clock: VirtualClock;
  readonly engine: Engine;
  readonly connector: Connector;
  readonly pair: string;
  /** The pair as the venue calls it. */
  readonly symbol: string;
  /** What the venue says that the trader has, to whole numbers of the smallest units that a test cares about. */
  readonly owned: () => { readonly base: number; readonly quote: number };
};

const mid = '60000';

/** A trader at an emulated venue with a quiet market of BTC around 60,000; no real time passes. */
export function openWorld(id: string, wealth: Wealth): World {
  const venue = venues[id];
  if (venue === undefined) throw new RangeError(`there is no venue ${id}`);
  const { pair, symbol } = venue;
  const clock = createVirtualClock();
  const emulator = venue.emulate(clock);
  const { engine } = emulator;
  engine.deposit('ladder', venue.pays, '60000000');
  if ('positions' in engine) hold(emulator, venue, wealth);
  else give(engine, venue, wealth);
  placeLadder(engine, { account: 'ladder', market: symbol, mid, levels: 50, step: '10', amount: '0.5' });
  const ports = virtualPorts({ seed: 1, clock, venues: { [address]: emulator } });
  const connector = venue.connect({ sandbox: true, ports });
  return { clock, engine, connector, pair, symbol, owned: () => ownedOf(emulator, venue) };
}

function give(engine: Engine, { pays }: Venue, { base, quote }: Wealth): void {
  engine.deposit('ladder', 'BTC', '1000');
  engine.deposit('trader', 'BTC', base);
  engine.deposit('trader', pays, quote);
}

/** Collateral for all of it, and the position bought from somebody at the mid. */
function hold({ engine }: Emulator, { symbol, pays }: Venue, { base, quote }: Wealth): void {
  const market = engine.market(symbol);
  const [price, amount] = [market?.price.parse(mid), market?.amount.parse(base)];
  if (price === undefined || amount === undefined) throw new RangeError(`${base} of ${symbol}`);
  engine.deposit('trader', pays, String(Number(quote) + Number(base) * Number(mid)));
  if (amount === 0n) return;
  const placed = engine.place('trader', { market: symbol, side: 'buy', type: 'limit', price, amount });
  if (placed.type === 'refused') throw new RangeError(placed.refusal);
  fillOrder(engine, { account: 'somebody', order: placed.order, amount });
}

function ownedOf({ engine }: Emulator, { symbol, pays }: Venue): { readonly base: number; readonly quote: number } {
  const total = (asset: string): number => {
    const held = engine.balances('trader').find((balance) => balance.asset === asset);
    return Number(engine.asset(asset).format((held?.free ?? 0n) + (held?.locked ?? 0n)));
  };
  if (!('positions' in engine)) return { base: total('BTC'), quote: total(pays) };
  const [position] = engine.positions('trader');
  const base = Number(engine.market(symbol)?.amount.format(position?.amount ?? 0n) ?? 0);
  return { base, quote: total(pays) - Number(engine.asset(pays).format(position?.entryWorth ?? 0n)) };
}
