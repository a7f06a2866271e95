import { nodePorts } from '@hb/connector-core';
import { expect, test } from 'vitest';

import {
  createNoise,
  createRandom,
  createVirtualClock,
  followMark,
  openPerpetualExchange,
  runFunding,
  type Exchange,
  type PerpetualEngine,
  type VirtualClock,
} from '../../src/index.js';

const hourMs = 3_600_000;

function open(): Exchange<PerpetualEngine> & { readonly clock: VirtualClock } {
  const clock = createVirtualClock();
  const common = { priceStep: '0.1', amountStep: '0.001' };
  const terms = { price: '60000', maintenanceRate: '0.005' };
  const exchange = openPerpetualExchange({
    ...{ clock, crypto: nodePorts().crypto, digits: () => 8 },
    markets: [
      { ...common, symbol: 'L', base: 'BTC', quote: 'USDT', perpetual: { ...terms, shape: 'linear', settle: 'USDT' } },
      {
        ...{ ...common, symbol: 'I', base: 'BTC', quote: 'USD', amountStep: '1' },
        perpetual: { ...terms, shape: 'inverse', settle: 'BTC', contractSize: '100' },
      },
    ],
    accounts: ['ann', 'bob'].map((name) => ({
      ...{ name, apiKey: name, apiSecret: 'secret' },
      balances: { USDT: '10000', BTC: '1' },
    })),
    fees: { maker: '0.0002', taker: '0.0005', taken: 'quote' },
  });
  return { ...exchange, clock };
}

test('funding is paid on the full hours of the clock, and the next time is told at once', async () => {
  const { engine, clock } = open();
  engine.place('ann', { market: 'L', side: 'buy', type: 'limit', price: 600_000n, amount: 100n });
  engine.place('bob', { market: 'L', side: 'sell', type: 'limit', price: 600_000n, amount: 100n });
  const end = runFunding({ engine, clock }, { market: 'L', intervalMs: hourMs });
  const first = (Math.floor(clock.now() / hourMs) + 1) * hourMs;
  expect(engine.perpetual('L')?.perpetual.nextFundingAt).toBe(first);
  await clock.advance(2 * hourMs);
  expect(engine.fundingPayments('ann').map(({ at, amount }) => [at, amount])).toEqual([
    [first, -60_000_000n],
    [first + hourMs, -60_000_000n],
  ]);
  expect(engine.perpetual('L')?.perpetual.nextFundingAt).toBe(first + 2 * hourMs);
  end();
  await clock.advance(2 * hourMs);
  expect(engine.fundingPayments('ann')).toHaveLength(2);
});

test('a crowd trades perpetuals the same from the same seed, marks follow the book, and nothing is made or lost', async () => {
  const logs: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const { engine, clock } = open();
    const symbols = ['L', 'I'];
    const ends = symbols.flatMap((market) => [
      runFunding({ engine, clock }, { market, intervalMs: 60_000 }),
      followMark({ engine, clock }, { market, everyMs: 1_000 }),
    ]);
    const crowd = { mid: '60000', spread: 30, everyMs: 200, drift: 400 };
    const noise = createNoise({
      ...{ engine, clock, random: createRandom('perpetuals'), prey: ['ann', 'bob'] },
      markets: [
        { ...crowd, market: 'L', amount: '0.5' },
        { ...crowd, market: 'I', amount: '300' },
      ],
    });
    for (const [account, side, price] of [['ann', 'buy', 599_990n] as const, ['bob', 'sell', 600_010n] as const]) {
      engine.place(account, { market: 'L', side, type: 'limit', price, amount: 2_000n });
      engine.place(account, { market: 'I', side, type: 'limit', price, amount: 2_000n });
    }
    await clock.advance(300_000);
    engine.audit();
    noise.stop();
    for (const end of ends) end();
    expect(engine.trades('L').length).toBeGreaterThan(50);
    expect(engine.trades('I').length).toBeGreaterThan(50);
    expect(engine.executions('ann').length).toBeGreaterThan(0);
    expect(engine.fundingPayments('noise-taker').length).toBeGreaterThan(0);
    logs.push(JSON.stringify(engine.log, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)));
  }
  expect(logs[0]).toBe(logs[1]);
});
