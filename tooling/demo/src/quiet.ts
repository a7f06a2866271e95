import { setTimeout as sleep } from 'node:timers/promises';

import { placeLadder, serveVenue } from '@hb/connector-testkit';

import { toPositionName } from './ledger.js';
import type { Place } from './place.js';
import { ladderAccount, type Venue } from './venues.js';
import { ownedAt } from './world.js';

const pair = 'BTC-USDT';

/** An emulated venue on loopback where nobody moves the price by chance. */
export async function openQuiet(venue: Venue): Promise<Place> {
  const { name, symbol, emulator } = venue;
  const offer = (mid: string): void => {
    emulator.engine.cancelAll(ladderAccount, symbol);
    placeLadder(emulator.engine, { account: ladderAccount, market: symbol, mid, levels: 50, step: '2', amount: '0.2' });
  };
  offer('60000');
  const served = await serveVenue(emulator);
  const connector = venue.connect(served);
  return {
    ...{ name, connector, pair, symbol },
    bought: 'positions' in emulator.engine ? toPositionName(symbol) : 'BTC',
    fall: async () => {
      offer('57000');
      while (connector.book(pair)?.mid()?.toFixed() !== '57000') await sleep(10);
    },
    owned: async () => ownedAt(venue),
    close: async () => {
      emulator.stop();
      await served.close();
    },
  };
}
