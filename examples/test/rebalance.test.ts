import { describe, expect, test } from 'vitest';

import { rebalance } from '../src/rebalance.js';
import { openWorld, venues } from './world.js';

const options = { pair: 'BTC-USDT', target: '0.5', tolerance: '0.01', maxSlippage: '0.002' };

describe.each(Object.keys(venues))('on %s', (id) => {
  test('buys until half of the value is in the base asset', async () => {
    const { clock, connector, owned } = openWorld(id, { BTC: '0', USDT: '60000' });
    const order = await clock.run(rebalance(connector, options));
    expect([order?.side, order?.state, order?.filled.toFixed(2)]).toEqual(['buy', 'filled', '0.50']);
    expect(Number(owned('BTC'))).toBeCloseTo(0.5, 2);
    await clock.run(connector.stop());
  });

  test('sells when there is too much of the base asset', async () => {
    const { clock, connector, owned } = openWorld(id, { BTC: '1', USDT: '0' });
    const order = await clock.run(rebalance(connector, options));
    expect([order?.side, order?.state]).toEqual(['sell', 'filled']);
    expect(Number(owned('USDT'))).toBeCloseTo(30_000, -3);
    await clock.run(connector.stop());
  });

  test('trades nothing when the balance is near enough', async () => {
    const { clock, connector, owned } = openWorld(id, { BTC: '0.5', USDT: '30000' });
    expect(await clock.run(rebalance(connector, options))).toBe(undefined);
    expect([owned('BTC'), owned('USDT')]).toEqual(['0.5', '30000']);
    await clock.run(connector.stop());
  });
});
