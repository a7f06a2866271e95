import { decimal } from '@hb/connector-core';

import { isPerpetual } from '../../engine/perpetual/types.js';
import type { Evidence, Oracle } from './evidence.js';

/** At rest, positions are the venue's, by side and by amount. */
export const positions: Oracle = function* ({ world, state }) {
  const there = toVenueAmounts(world);
  const here = new Map(state.positions.map(({ pair, side, amount }) => [`${pair} ${side}`, amount.toFixed()]));
  for (const key of new Set([...there.keys(), ...here.keys()])) {
    const [ours, theirs] = [here.get(key) ?? '0', there.get(key) ?? '0'];
    if (ours !== theirs) yield ['POS', `${key} is ${ours} here and ${theirs} at the venue`];
  }
};

/** As the connector tells them: signed on `net`, a size on the other sides. */
function toVenueAmounts({ engine, account, exchanges }: Evidence['world']): ReadonlyMap<string, string> {
  if (!isPerpetual(engine)) return new Map();
  const open = engine.positions(account).map(({ market, side, amount }): [string, string] => {
    const exchange = exchanges.find(({ symbol }) => symbol === market);
    const inBase = decimal(exchange?.amountText(amount) ?? '0');
    return [`${exchange?.pair ?? market} ${side}`, (side === 'net' ? inBase : inBase.abs()).toFixed()];
  });
  return new Map(open);
}

/** The last that was told of each position is how it stands. */
export const toldPositions: Oracle = function* ({ history, state }) {
  const last = Math.max(-1, ...history.told.map(({ process }) => process));
  const told = new Map<string, string>();
  for (const { event, process } of history.told) {
    if (event.type !== 'position' || process !== last) continue;
    const { pair, side, amount } = event.position;
    told.set(`${pair} ${side}`, amount.toFixed());
  }
  const here = new Map(state.positions.map(({ pair, side, amount }) => [`${pair} ${side}`, amount.toFixed()]));
  for (const key of new Set([...told.keys(), ...here.keys()])) {
    const [listed, heard] = [here.get(key) ?? '0', told.get(key) ?? '0'];
    if (listed !== heard) yield ['POS', `${key} is ${listed}, and ${heard} was told last`];
  }
};
