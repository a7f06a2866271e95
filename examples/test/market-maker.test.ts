import { fillOrder } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { runMarketMaker } from '../src/market-maker.js';
import { venues } from './venues.js';
import { openWorld, type World } from './world.js';

const options = { amount: '0.01', spread: '0.0001', tolerance: '0.00005' };

/** The open orders of the trader at the venue: `buy 59994`. */
function quotes({ engine, symbol }: World): readonly string[] {
  const market = engine.market(symbol);
  return engine
    .openOrders('trader')
    .map(({ side, price }) => `${side} ${market?.price.format(price ?? 0n) ?? ''}`)
    .sort();
}

test.each(Object.keys(venues))(
  'quotes both sides of the mid, follows it and leaves nothing behind, on %s',
  async (id) => {
    const world = openWorld(id, { base: '1', quote: '60000' });
    const { clock, connector, engine, pair } = world;
    const stopping = new AbortController();
    const running = runMarketMaker(connector, { ...options, pair, signal: stopping.signal });

    await clock.advance(5_000);
    expect(quotes(world)).toEqual(['buy 59994', 'sell 60006']);

    const [bid] = engine.openOrders('trader').filter(({ side }) => side === 'buy');
    if (bid === undefined) throw new Error('there is no bid');
    fillOrder(engine, { account: 'taker', order: bid, amount: bid.amount });
    await clock.advance(5_000);
    expect(connector.order(bid.clientOrderId ?? '')?.state).toBe('filled');
    expect(quotes(world).map((quote) => quote.split(' ')[0])).toEqual(['buy', 'sell']);

    stopping.abort();
    await clock.run(running);
    expect(quotes(world)).toEqual([]);
    await clock.run(connector.stop());
  },
);
