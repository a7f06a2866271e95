import { expect, test } from 'vitest';

import { btc, eth } from './support/server.js';
import { buy, createWorld, failureOf } from './support/world.js';

test('what changes in the catalogue is told once', async () => {
  const { connector, server, start, run, news } = createWorld();
  await start();
  server.on('GET /markets', () => [
    { ...btc, step: '0.1' },
    { ...btc, pair: 'LTC-USDT', symbol: 'LTCUSDT' },
  ]);
  await run(connector.refresh('markets'));
  expect(news()).toEqual(['delisted ETH-USDT', 'rules BTC-USDT', 'listed LTC-USDT']);
  await run(connector.refresh('markets'));
  expect(news()).toEqual([]);
  expect(connector.markets.get('ETH-USDT')?.status).toBe('halted');
});

test('markets are read again every half an hour, and a failure is a warning', async () => {
  const { connector, server, clock, start, run, news } = createWorld();
  await start();
  server.on('GET /markets', () => [btc, { ...eth, status: 'halted' }]);
  await clock.advance(30 * 60_000);
  expect(news()).toEqual(['status ETH-USDT']);
  expect(await failureOf(run(connector.place(buy('a', { pair: 'ETH-USDT' }))))).toBe(
    'venue-unavailable not-sent: place ETH-USDT: the market is halted',
  );
  server.on('GET /markets', () => [btc, { ...eth, pair: 'BTC-USDT' }]);
  await clock.advance(30 * 60_000);
  expect(news()).toEqual([expect.stringContaining('ETHUSDT and BTCUSDT are both BTC-USDT')]);
});

test('a pair that the venue lacks is refused with a hint', async () => {
  const { connector, start, run } = createWorld();
  const early = await failureOf(run(connector.watch('BTC-USDT')));
  const unloaded = await failureOf(run(connector.candles?.('BTC-USDT', { interval: '1m' })));
  await start();
  expect([
    early,
    unloaded,
    await failureOf(run(connector.watch('btc/usdt'))),
    await failureOf(run(connector.watch('BTCUSDT'))),
  ]).toEqual([
    'invalid-request not-sent: tiny watch: call start() first',
    'invalid-request not-sent: tiny: markets are not loaded: call start() before using BTC-USDT',
    'invalid-request not-sent: tiny: no market "btc/usdt"; did you mean BTC-USDT?',
    'invalid-request not-sent: tiny: no market "BTCUSDT"; pairs are written BASE-QUOTE',
  ]);
});
