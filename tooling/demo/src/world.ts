import { nodePorts } from '@hb/connector-core';
import {
  createNoise,
  createRandom,
  fillOrder,
  placeLadder,
  serveVenue,
  type EmulatedVenue,
  type ServedVenue,
} from '@hb/connector-testkit';

import { toPositionName, type Ledger } from './ledger.js';
import { ladderAccount, traderAccount, type Venue } from './venues.js';

const rushAccount = 'rush';

export type World = {
  readonly venue: Venue;
  readonly served: ServedVenue;
  /** Client ids of the orders that were filled while their cancel was on its way. */
  readonly raced: readonly string[];
  /** What the venue says that the trader owns, free and locked together, and holds as positions: as text. */
  readonly owned: () => Ledger;
  /** Ends the other traders, so that everything comes to rest. */
  readonly calm: () => void;
  readonly close: () => Promise<void>;
};

/** An emulated venue on loopback, with other traders in its markets. */
export async function openWorld(venue: Venue): Promise<World> {
  const { emulator, symbol, stepsPerDollar } = venue;
  const { engine } = emulator;
  const { clock } = nodePorts();
  placeLadder(engine, { account: ladderAccount, market: symbol, mid: '60000', levels: 200, step: '2', amount: '0.2' });
  const noise = createNoise({
    engine,
    clock,
    random: createRandom(`demo ${venue.name}`),
    prey: [traderAccount],
    markets: [
      {
        ...{ market: symbol, mid: '60000', amount: '0.05', everyMs: 60 },
        ...{ spread: 4 * stepsPerDollar, drift: 3 * stepsPerDollar },
      },
    ],
  });
  const raced: string[] = [];
  const served = await serveVenue(racing(venue, raced));
  return {
    venue,
    served,
    raced,
    owned: () => ownedAt(venue),
    calm: () => {
      noise.stop();
    },
    close: async () => {
      noise.stop();
      emulator.stop();
      await served.close();
    },
  };
}

/** The venue, but somebody takes the order of each fifth cancel just before the cancel gets there. */
function racing({ emulator, symbol, cancels: path }: Venue, raced: string[]): EmulatedVenue {
  const { engine } = emulator;
  let cancels = 0;
  const rush = (query: string): void => {
    const named = new URLSearchParams(query);
    const orderId = named.get('orderId');
    const clientOrderId = named.get('origClientOrderId') ?? '';
    const ref = orderId === null ? { clientOrderId } : { market: symbol, orderId: Number(orderId) };
    const order = engine.order(traderAccount, ref);
    if (order === undefined) return;
    const taken = fillOrder(engine, { account: rushAccount, order, amount: order.amount - order.filled });
    if (taken.type === 'accepted') raced.push(order.clientOrderId ?? clientOrderId);
  };
  return {
    http: (request) => {
      if (request.method === 'DELETE' && request.path === path) {
        cancels += 1;
        if (cancels % 5 === 2) rush(request.query);
      }
      return emulator.http(request);
    },
    connect: (upgrade, socket) => emulator.connect(upgrade, socket),
    stop: () => {
      emulator.stop();
    },
  };
}

/** What the venue says that the trader owns, free and locked together, and holds as positions. */
export function ownedAt({ emulator: { engine } }: Venue): Ledger {
  const balances = engine.balances(traderAccount).map(({ asset, free, locked }): [string, string] => {
    return [asset, engine.asset(asset).format(free + locked)];
  });
  if (!('positions' in engine)) return new Map(balances);
  const positions = engine.positions(traderAccount).map(({ market, amount }): [string, string] => {
    return [toPositionName(market), engine.market(market)?.amount.format(amount) ?? ''];
  });
  return new Map([...balances, ...positions]);
}
