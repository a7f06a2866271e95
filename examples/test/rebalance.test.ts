import { describe, expect, test } from 'vitest';

import { rebalance } from '../src/rebalance.js';
import { venues } from './venues.js';
import { openWorld } from './world.js';

const options = { target: '0.5', tolerance: '0.01', maxSlippage: '0.002' };

describe.each(Object.keys(venues))('on %s', (id) => {
  test('buys until half of the value is in the base asset', async () => {
    const { clock, connector, owned, pair } = openWorld(id, { base: '0', quote: '60000' });
    const order = await clock.run(rebalance(connector, { ...options, pair }));
    expect([order?.side, order?.state, order?.filled.toFixed(2)]).toEqual(['buy', 'filled', '0.50']);
    expect(owned().base).toBeCloseTo(0.5, 2);
    expect(owned().quote).toBeCloseTo(30_000, -3);
    await clock.run(connector.stop());
  });

  test('sells when there is too much of the base asset', async () => {
    const { clock, connector, owned, pair } = openWorld(id, { base: '1', quote: '0' });
    const order = await clock.run(rebalance(connector, { ...options, pair }));
    expect([order?.side, order?.state]).toEqual(['sell', 'filled']);
    expect(owned().base).toBeCloseTo(0.5, 2);
    expect(owned().quote).toBeCloseTo(30_000, -3);
    await clock.run(connector.stop());
  });

  test('trades nothing when the balance is near enough', async () => {
    const { clock, connector, owned, pair } = openWorld(id, { base: '0.5', quote: '30000' });
    const before = owned();
    expect(await clock.run(rebalance(connector, { ...options, pair }))).toBe(undefined);
    expect(owned()).toEqual(before);
    await clock.run(connector.stop());
  });
});
