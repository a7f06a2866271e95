import type { Frame } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { kucoin } from '../src/index.js';
import * as venue from '../src/market.js';
import { account, market } from './api.js';
import { changed, payload } from './wire-fixture.js';

describe('answers of the venue are read', () => {
  test('its time', async () => {
    const p = account({ answers: { 'GET /api/v1/timestamp': payload('rest.time') } });
    expect(await venue.fetchTime(p)).toBe(1_729_100_692_873);
  });

  test('its markets', async () => {
    const p = account({ answers: { 'GET /api/v2/symbols': payload('rest.symbols') } });
    expect(plain(await venue.fetchMarkets(p))).toEqual([
      {
        ...{ pair: 'BTC-USDT', symbol: 'BTC-USDT', base: 'BTC', quote: 'USDT', settle: 'USDT' },
        ...{ shape: 'spot', contractSize: '1', wire: { feeAsset: 'USDT' }, status: 'trading', minNotional: '0.1' },
        price: { step: '0.1' },
        amount: { step: '0.00000001', quoteStep: '0.000001', min: '0.00001', max: '10000000000' },
      },
    ]);
  });

  test('its markets, without those that cannot be read', async () => {
    const listing = { ...first('rest.symbols'), priceIncrement: 'none' };
    const answers = { 'GET /api/v2/symbols': { data: [listing, first('rest.symbols')] } };
    expect(await venue.fetchMarkets(account({ answers }))).toHaveLength(1);
    await expect(
      venue.fetchMarkets(account({ answers: { 'GET /api/v2/symbols': { data: [listing] } } })),
    ).rejects.toThrow(/./);
  });

  test('a book', async () => {
    const p = account({ answers: { 'GET /api/v1/market/orderbook/level2_100': payload('rest.book') } });
    const book = await venue.fetchBook(p, market);
    expect(book).toMatchObject({
      ...{ symbol: 'BTC-USDT', snapshot: true, at: 1_729_176_273_859, depth: 100 },
      sequence: { by: 'range', first: 14_610_502_970, last: 14_610_502_970 },
      bids: [
        ['66976.4', '0.69109872'],
        ['66976.3', '0.14377'],
      ],
    });
  });

  test('a book, scanned as it is parsed; a refusal is not scanned', async () => {
    const at = 'GET /api/v1/market/orderbook/level2_100';
    const told = account({ answers: { [at]: payload('rest.book') } });
    expect([await venue.fetchBook(told, market)]).toEqual(told.scanned);
    const refused = account({ answers: { [at]: { ...payload('rest.book'), code: '429000' } } });
    await venue.fetchBook(refused, market);
    expect(refused.scanned).toEqual([undefined]);
  });

  test('tickers, of which some have had no trade', async () => {
    const told = changed('rest.tickers', {});
    const p = account({ answers: { 'GET /api/v1/market/allTickers': told } });
    expect(plain(await venue.fetchTickers(p))).toEqual([
      {
        ...{ symbol: 'BTC-USDT', at: 1_729_173_207_043, last: '67193', bid: '67192.5', ask: '67192.6' },
        ...{ volume: '1836.03034612', quoteVolume: '124068431.06726933' },
      },
    ]);
    const none = { symbol: 'A-B', buy: null, sell: null, last: null, vol: null, volValue: null };
    const empty = { data: { time: '1', ticker: [none] } };
    const another = account({ answers: { 'GET /api/v1/market/allTickers': empty } });
    expect(await venue.fetchTickers(another)).toEqual([{ symbol: 'A-B', at: 1 }]);
  });

  test('trades, newest last', async () => {
    const p = account({ answers: { 'GET /api/v1/market/histories': payload('rest.trades') } });
    const trades = await venue.fetchTrades(p, market);
    expect(trades[0]).toEqual({
      ...{ type: 'trade', symbol: 'BTC-USDT', id: '10976028003549185', side: 'buy' },
      ...{ price: '67122', amount: '0.000025', at: 1_729_177_117_877 },
    });
  });

  test('candles, of which the last may still be open', async () => {
    const answers = { 'GET /api/v1/market/candles': payload('rest.candles') };
    const p = account({ answers, now: 1_566_789_779_000 });
    const from = 1_566_789_600_000;
    const told = await venue.candles.fetch(p, market, { interval: '1m', from, to: from + 180_000 });
    expect(told.map(({ at, closed }) => [at, closed])).toEqual([
      [1_566_789_600_000, true],
      [1_566_789_660_000, true],
      [1_566_789_720_000, false],
    ]);
    expect(plain(told[0])).toEqual({
      ...{ at: 1_566_789_600_000, open: '10408.6', close: '10416', high: '10416', low: '10405.4' },
      ...{ volume: '12.45584973', quoteVolume: '129666.51508559', closed: true },
    });
    expect(p.asked[0]?.params).toMatchObject({ symbol: 'BTC-USDT', type: '1min' });
  });
});

test('a candle of a time that no number holds is refused', async () => {
  const data = [['176722767225600', '10408.6', '10416', '10416', '10405.4', '12.45584973', '129666.51508559']];
  const p = account({ answers: { 'GET /api/v1/market/candles': { data } } });
  await expect(venue.candles.fetch(p, market, { interval: '1m' })).rejects.toThrow();
});

describe('messages of the market socket are read', () => {
  const look = { options: kucoin.options({}), market: () => undefined };
  test('a change of a book', () => {
    const { subject, data } = payload('ws.book');
    expect(venue.parse({ subject, data }, look)).toEqual([
      {
        ...{ type: 'book', symbol: 'BTC-USDT', snapshot: false, at: 1_729_816_425_625 },
        sequence: { by: 'range', first: 14_701_689_783, last: 14_701_689_783 },
        ...{ bids: [], asks: [['67993.3', '1.21427407']] },
      },
    ]);
  });

  test('but not a level without a price', () => {
    const { subject, data } = changed('ws.book', { changes: { asks: [['0', '1', '2']], bids: [] } });
    expect(venue.parse({ subject, data }, look)).toMatchObject([{ asks: [] }]);
  });

  test('a trade', () => {
    const { subject, data } = payload('ws.trade');
    expect(venue.parse({ subject, data }, look)).toEqual([
      {
        ...{ type: 'trade', symbol: 'BTC-USDT', id: '11067996711960577', side: 'buy' },
        ...{ price: '67523', amount: '0.003', at: 1_729_843_222_921 },
      },
    ]);
  });

  test('anything else is refused', () => {
    expect(() => venue.parse({ subject: 'trade.ticker', data: {} }, look)).toThrow(/./);
  });
});

describe('a socket', () => {
  const line = venue.toLine({ at: 'POST /api/v1/bullet-private' }, true);
  const told: readonly (readonly [string, unknown, Frame])[] = [
    ['is ready with the welcome', { id: 'a', type: 'welcome' }, { type: 'ack' }],
    ['answers pings', { id: '7', type: 'pong' }, { type: 'ack', id: '7' }],
    ['takes subscriptions', { id: '8', type: 'ack' }, { type: 'ack', id: '8' }],
    [
      'refuses subscriptions',
      { id: '9', type: 'error', code: '404', data: 'topic /x is not found' },
      { type: 'refused', id: '9', message: 'topic /x is not found (404)' },
    ],
    [
      'ends with its token',
      { id: '9', type: 'error', code: '401', data: 'token is expired' },
      { type: 'reconnect', reason: 'token is expired (401)' },
    ],
    ['says things that mean nothing', { type: 'notice' }, { type: 'ignore' }],
    ['says errors without a word', { type: 'error' }, { type: 'refused', message: 'no reason (no code)' }],
    ['carries data', { type: 'message', subject: 'x', data: 1 }, { type: 'data', payload: { subject: 'x', data: 1 } }],
  ];
  test.each(told)('%s', (_, message, frame) => {
    expect(line.frame(message)).toEqual(frame);
  });

  test('is where the token says', async () => {
    const p = account({ answers: { 'POST /api/v1/bullet-private': payload('rest.token.private') } });
    expect(await line.url(p)).toMatch(/^wss:\/\/ws-api-spot\.kucoin\.com\/\?token=2neAiuYv.*GVGg%3D%3D$/);
  });

  test('subscribes with one message a channel', () => {
    const topics = ['/market/level2:BTC-USDT', '/market/match:BTC-USDT', '/market/level2:ETH-USDT'];
    const common = { id: '3', type: 'subscribe', privateChannel: true, response: true };
    expect(line.subscribe?.(account(), topics, '3')).toEqual([
      { ...common, topic: '/market/level2:BTC-USDT,ETH-USDT' },
      { ...common, topic: '/market/match:BTC-USDT' },
    ]);
  });

  test('of market data asks for no private channel', () => {
    const { subscribe } = venue.feed.streams?.['public'] ?? {};
    expect(subscribe?.(account(), ['/market/match:BTC-USDT'], '4')).toEqual([
      { id: '4', type: 'subscribe', topic: '/market/match:BTC-USDT', privateChannel: false, response: true },
    ]);
  });
});

test('topics are named by channel and symbol', () => {
  expect((['book', 'trades', 'ticker'] as const).map((channel) => venue.topic(channel, market))).toEqual([
    { stream: 'public', topic: '/market/level2:BTC-USDT' },
    { stream: 'public', topic: '/market/match:BTC-USDT' },
    undefined,
  ]);
});

function first(name: string): object {
  return v.parse(v.looseObject({ data: v.array(v.looseObject({})) }), payload(name)).data[0] ?? {};
}
