import { plain } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import * as market from '../src/market.js';
import { account, market as btc, payload } from './api.js';

const look = { options: account().options, market: () => undefined };

test('markets have the steps of their decimal places and five digits', async () => {
  const p = account({ answers: { meta: payload('rest.meta') } });
  const markets = await market.fetchMarkets(p);
  expect(markets.map(({ pair, status, wire }) => [pair, status, wire.asset])).toEqual([
    ...[
      ['BTC-USD', 'trading', 0],
      ['ETH-USD', 'trading', 1],
      ['HPOS-USD', 'trading', 2],
      ['LOOM-USD', 'halted', 3],
    ],
  ]);
  expect(plain(markets[0])).toMatchObject({
    ...{ symbol: 'BTC', quote: 'USD', settle: 'USDC', price: { step: '0.1', digits: 5 }, minNotional: '10' },
    amount: { step: '0.00001', min: '0.00001' },
  });
  expect(plain(markets[2])).toMatchObject({ price: { step: '0.000001' }, amount: { step: '1' } });
});

test('markets of a builder’s DEX have its numbers and its collateral', async () => {
  const listing = { name: 'test:TSLA', szDecimals: '3' };
  const answers = {
    meta: { universe: [listing], collateralToken: '235' },
    perpDexs: payload('rest.perp-dexs'),
    spotMeta: { tokens: [{ name: 'USDH', index: '235' }] },
  };
  const [, theirs] = await market.fetchMarkets(account({ options: { dexes: ['test'] }, answers }));
  expect(theirs).toMatchObject({
    ...{ pair: 'TEST:TSLA-USD', symbol: 'test:TSLA', settle: 'USDH', wire: { asset: 110_000, dex: 'test' } },
  });
});

test('a book comes whole', () => {
  const message = { channel: 'l2Book', data: payload('rest.l2-book') };
  expect(market.parse(message, look)).toEqual([
    {
      ...{ type: 'book', symbol: 'BTC', snapshot: true, sequence: { by: 'none' }, at: 1_754_450_974_231, depth: 20 },
      bids: [
        ['113377.0', '7.6699'],
        ['113376.0', '4.13714'],
      ],
      asks: [['113397.0', '0.11543']],
    },
  ]);
});

test('funding is of an hour', () => {
  const ctx = { funding: '0.0000125', markPx: '14.3', oraclePx: '14.32' };
  expect(plain(market.parse({ channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } }, look))).toEqual([
    {
      type: 'funding',
      symbol: 'BTC',
      rate: '0.0000125',
      markPrice: '14.3',
      indexPrice: '14.32',
      intervalMs: 3_600_000,
    },
  ]);
});

test('trades have the side of the taker', () => {
  const trade = { coin: 'BTC', side: 'A', px: '1.0', sz: '2.0', time: '3', tid: '4' };
  expect(market.parse({ channel: 'trades', data: [trade] }, look)).toEqual([
    { type: 'trade', symbol: 'BTC', id: '4', side: 'sell', price: '1.0', amount: '2.0', at: 3 },
  ]);
});

test('candles are asked for by time', async () => {
  const p = account({ answers: { candleSnapshot: payload('rest.candles') } });
  expect(plain(await market.candles.fetch(p, btc, { interval: '15m', limit: 2 }))).toEqual([
    {
      ...{ at: 1_681_923_600_000, open: '29295', high: '29309', low: '29250', close: '29258' },
      ...{ volume: '0.98639', trades: 189, closed: false },
    },
  ]);
  expect(p.asked).toEqual([
    {
      type: 'candleSnapshot',
      req: { coin: 'BTC', interval: '15m', startTime: 1_677_775_806_040, endTime: 1_677_777_606_040 },
    },
  ]);
});

test('topics are subscriptions, and their acknowledgement names them', () => {
  expect(market.topic('book', btc)).toEqual({ stream: 'public', topic: 'l2Book BTC' });
  expect(market.line.subscribe(undefined, ['l2Book BTC', `userFills 0x${'ab'.repeat(20)}`])).toEqual([
    { method: 'subscribe', subscription: { type: 'l2Book', coin: 'BTC' } },
    { method: 'subscribe', subscription: { type: 'userFills', user: `0x${'ab'.repeat(20)}` } },
  ]);
  const frame = market.frameOf(['trades']);
  expect(frame(payload('ws.subscribed'))).toEqual({ type: 'ack', topics: ['trades SOL'] });
  expect(frame({ channel: 'pong' })).toEqual({ type: 'ignore' });
  expect(frame({ channel: 'trades', data: [] })).toMatchObject({ type: 'data' });
});

test('an error is about the topic that it names, and one that is subscribed already is live', () => {
  const frame = market.frameOf(['trades']);
  const error = (data: string) => frame({ channel: 'error', data });
  expect(error('Already subscribed: {"type":"l2Book","coin":"BTC","nSigFigs":null}')).toEqual({
    ...{ type: 'ack', topics: ['l2Book BTC'] },
  });
  expect(error('Already unsubscribed: {"type":"l2Book","coin":"BTC"}')).toEqual({ type: 'ignore' });
  expect(error('Invalid subscription {"type":"trades","coin":"X"}')).toMatchObject({
    ...{ type: 'refused', topics: ['trades X'], message: expect.stringContaining('Invalid subscription') },
  });
  expect(error('Too many messages')).toEqual({ type: 'refused', message: 'Too many messages' });
});

test('market data has a connection of its own', () => {
  expect(market.feed.streams?.['public']?.url(account())).toBe('wss://public.test');
});
