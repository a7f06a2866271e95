import type { Position, PositionSide, Positions, Side } from '@hb/connector-core';

import { isPerpetual, type PerpetualEngine } from '../../engine/perpetual/types.js';
import { assertSame, present } from '../assert.js';
import type { Exchange } from '../exchange.js';
import type { SpecView } from '../observe-spec.js';
import type { World } from '../world.js';

/** The venue's truth about positions, and what the connector says of them. */
export type Margin = { readonly engine: PerpetualEngine; readonly positions: Positions };

export function marginOf({ connector, engine }: World): Margin {
  if (!isPerpetual(engine)) throw new Error('the fixture has no engine of perpetuals');
  return { engine, positions: present(connector.positions, 'positions') };
}

export function needsModes({ positions }: SpecView): string | undefined {
  if (positions?.has.setMode !== true) return 'positions.setMode';
  return positions.modes.length > 1 ? undefined : 'second mode in positions.modes';
}

export function needsLeverage({ positions }: SpecView): string | undefined {
  return positions?.has.setLeverage === true ? undefined : 'positions.setLeverage';
}

/** Opens or closes a position through the connector, and waits until the connector shows what the venue has. */
export async function trade(
  world: World,
  side: Side,
  terms: { readonly effect?: 'open' | 'close'; readonly times?: number } = {},
): Promise<string> {
  const { main, place, until } = world;
  const { effect = 'open', times = 1 } = terms;
  const { clientOrderId } = await place({ side, effect, amount: main.amounts(times) });
  main.take(side, main.price, main.amounts(times));
  await until(() => world.order(clientOrderId).state === 'filled', 'the order is filled', 10_000);
  await until(() => isTruePositions(world), 'the position is told', 60_000);
  return clientOrderId;
}

/** Whether the connector lists the positions that the venue has, and no others. */
export function isTruePositions(world: World): boolean {
  return toText(shown(world)) === toText(truth(world));
}

export function assertTruePositions(world: World): void {
  assertSame(shown(world), truth(world), 'positions');
}

export function positionOf(world: World, { pair }: Exchange, side: PositionSide = 'net'): Position {
  const found = marginOf(world)
    .positions.list()
    .find((each) => each.pair === pair && each.side === side);
  return present(found, `a ${side} position in ${pair}`);
}

function shown(world: World): readonly string[] {
  const list = marginOf(world).positions.list();
  return list.map(({ pair, side, amount }) => `${pair} ${side} ${amount.toFixed()}`).sort();
}

/** A size on `long` and `short`, signed on `net`. */
function truth(world: World): readonly string[] {
  const { engine } = marginOf(world);
  return [world.main, world.other]
    .flatMap((exchange) =>
      engine.positions(world.account, exchange.symbol).map(({ side, amount }) => {
        const size = side === 'short' ? -amount : amount;
        return `${exchange.pair} ${side} ${exchange.amountText(size)}`;
      }),
    )
    .sort();
}

function toText(lines: readonly string[]): string {
  return lines.join();
}
