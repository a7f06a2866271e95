import { plain } from '@hb/connector-testkit';
import { describe, expect, test } from 'vitest';

import { gateIo } from '../src/index.js';
import * as venue from '../src/market.js';
import { account, market } from './api.js';
import { fields, list, payload } from './wire-fixture.js';

const look = { options: gateIo.options({}), market: () => undefined };

test('the venue tells its time in ms', async () => {
  const p = account({ answers: { 'GET /api/v4/spot/time': payload('rest.time') } });
  expect(await venue.fetchTime(p)).toBe(1_597_026_383_085);
});

describe('markets', () => {
  const at = 'GET /api/v4/spot/currency_pairs';
  const fetched = async (...rows: readonly unknown[]) => venue.fetchMarkets(account({ answers: { [at]: rows } }));

  test('have the rules of their precisions and bounds', async () => {
    const p = account({ answers: { [at]: payload('rest.currency-pairs') } });
    expect([plain(await venue.fetchMarkets(p)), p.asked]).toEqual([
      [
        {
          ...{ pair: 'ETH-USDT', symbol: 'ETH_USDT', base: 'ETH', quote: 'USDT', settle: 'USDT', shape: 'spot' },
          ...{ status: 'trading', contractSize: '1', wire: undefined, minNotional: '1' },
          price: { step: '0.000001' },
          amount: { step: '0.001', min: '0.001', max: '10000' },
        },
      ],
      [{ at, params: {} }],
    ]);
  });

  test('need no bounds; the least amount is a step at least', async () => {
    const none = { min_base_amount: null, max_base_amount: null, min_quote_amount: undefined, amount_precision: '0' };
    const [told] = await fetched(...list('rest.currency-pairs', none));
    expect(plain([told?.amount, told?.minNotional])).toEqual([{ step: '1', min: '1' }, undefined]);
    const [fine] = await fetched(...list('rest.currency-pairs', { min_base_amount: '0.0001' }));
    expect(fine?.amount.min.toFixed()).toBe('0.001');
  });

  test.each([
    ['tradable', 'trading'],
    ['buyable', 'trading'],
    ['sellable', 'trading'],
    ['untradable', 'halted'],
  ])('%s is %s', async (status, expected) => {
    const [told] = await fetched(...list('rest.currency-pairs', { trade_status: status }));
    expect(told?.status).toBe(expected);
  });

  test('that cannot be read hide no others; a list without any that can throws', async () => {
    const rows = [{ id: 'BROKEN' }, ...list('rest.currency-pairs')];
    expect((await fetched(...rows)).map(({ pair }) => pair)).toEqual(['ETH-USDT']);
    await expect(fetched({ id: 'BROKEN' })).rejects.toThrow('Invalid');
  });
});

test('a book is numbered and tells how deep it goes', async () => {
  const p = account({ answers: { 'GET /api/v4/spot/order_book': payload('rest.order-book') } });
  expect(await venue.fetchBook(p, market)).toEqual({
    ...{ type: 'book', symbol: 'BTC_USDT', snapshot: true, depth: 1_000 },
    sequence: { by: 'range', first: 123_456, last: 123_456 },
    bids: [
      ['1.17', '201.863'],
      ['1.16', '725.464'],
    ],
    asks: [
      ['1.52', '1.151'],
      ['1.53', '1.218'],
    ],
  });
  expect(p.asked[0]?.params).toEqual({ currency_pair: 'BTC_USDT', limit: 1_000, with_id: true });
});

test('the answer with a book is scanned as it is parsed', async () => {
  const p = account({ answers: { 'GET /api/v4/spot/order_book': payload('rest.order-book') } });
  expect([await venue.fetchBook(p, market)]).toEqual(p.scanned);
});

test('tickers leave out prices that are none', async () => {
  const at = 'GET /api/v4/spot/tickers';
  const rows = [...list('rest.tickers'), ...list('rest.tickers', { last: '0', lowest_ask: '', highest_bid: null })];
  expect(plain(await venue.fetchTickers(account({ answers: { [at]: rows } })))).toEqual([
    {
      ...{ symbol: 'BTC3L_USDT', last: '2.46140352', ask: '2.477', bid: '2.4606821' },
      ...{ volume: '656614.0845820589', quoteVolume: '1602221.66468375534639404191' },
    },
    { symbol: 'BTC3L_USDT', volume: '656614.0845820589', quoteVolume: '1602221.66468375534639404191' },
  ]);
});

test('trades are oldest first', async () => {
  const [trade] = list('rest.trades');
  const rows = [
    { ...trade, id: '2' },
    { ...trade, id: '1' },
  ];
  const told = await venue.fetchTrades(account({ answers: { 'GET /api/v4/spot/trades': rows } }), market);
  expect(told).toMatchObject([{ id: '1' }, { id: '2' }]);
  expect(told[0]).toEqual({
    ...{ type: 'trade', symbol: 'BTC_USDT', id: '1', at: 1_548_000_000_123 },
    ...{ side: 'buy', amount: '0.15', price: '0.03' },
  });
});

test('candles are asked for by time alone', async () => {
  const p = account({ answers: { 'GET /api/v4/spot/candlesticks': payload('rest.candlesticks') } });
  const told = await venue.candles.fetch(p, market, { interval: '1M', from: 1_717_200_000_001, to: 1_717_250_000_999 });
  expect(plain(told)).toEqual([
    {
      ...{ at: 1_717_246_800_000, open: '67715.1', high: '67839.9', low: '67715', close: '67772.5' },
      ...{ volume: '17.0779', quoteVolume: '1157762.868212', closed: true },
    },
  ]);
  expect(p.asked[0]?.params).toEqual({
    ...{ currency_pair: 'BTC_USDT', interval: '30d', from: 1_717_200_001, to: 1_717_250_000 },
  });
});

test('a candle of a time that no number holds is refused', async () => {
  const rows = [['176722767225600', '1157762.868212', '67772.5', '67839.9', '67715', '67715.1', '17.0779', 'true']];
  const p = account({ answers: { 'GET /api/v4/spot/candlesticks': rows } });
  await expect(venue.candles.fetch(p, market, { interval: '1M' })).rejects.toThrow();
});

describe('the stream', () => {
  const stream = venue.feed.streams?.['public'];

  test('subscribes one topic a message, a book with its interval', () => {
    const topics = (['book', 'trades', 'ticker'] as const).map((channel) => venue.topic(channel, market));
    expect(topics).toEqual([
      { stream: 'public', topic: 'spot.order_book_update BTC_USDT 100ms' },
      { stream: 'public', topic: 'spot.trades BTC_USDT' },
      undefined,
    ]);
    const asked = { time: 1_541_993_715, id: 7, channel: 'spot.trades', payload: ['BTC_USDT'] };
    expect(stream?.subscribe?.(account(), ['spot.trades BTC_USDT'], '7')).toEqual([{ ...asked, event: 'subscribe' }]);
    expect(stream?.unsubscribe?.(account(), ['spot.trades BTC_USDT'], '7')).toEqual([
      { ...asked, event: 'unsubscribe' },
    ]);
    expect(stream?.ping?.message(account())).toEqual({ time: 1_541_993_715, channel: 'spot.ping' });
    expect(stream?.url(account())).toBe('wss://public.test');
  });

  test('tells of changes of a book', () => {
    expect(venue.parse(payload('ws.order-book-update'), look)).toEqual([
      {
        ...{ type: 'book', symbol: 'ETH_USDT', snapshot: false, at: 1_606_294_781_123 },
        sequence: { by: 'range', first: 48_776_301, last: 48_776_306 },
        bids: [
          ['19137.74', '0.0001'],
          ['19088.37', '0'],
        ],
        asks: [['19137.75', '0.6135']],
      },
    ]);
  });

  test('tells of trades', () => {
    expect(venue.parse(payload('ws.trades'), look)).toEqual([
      {
        ...{ type: 'trade', symbol: 'ETH_USDT', id: '309143071', at: 1_606_292_218_213 },
        ...{ side: 'sell', price: '0.4705000000', amount: '16.4700000000' },
      },
    ]);
  });

  test('of nothing that it was not asked for', () => {
    expect(() => venue.parse(fields('ws.trades', { channel: 'spot.tickers' }), look)).toThrow('Invalid');
  });
});

describe('a frame', () => {
  const response = (id: string, status: number, body?: unknown) => ({
    ...{ type: 'response', id },
    answer: { status, headers: expect.any(Map), body },
  });

  test('of data is for the parser', () => {
    for (const name of ['ws.trades', 'ws.orders', 'ws.usertrades', 'ws.balances', 'ws.order-book-update'])
      expect(venue.frame(payload(name))).toEqual({ type: 'data', payload: payload(name) });
  });

  test('of another channel, a pong and an acknowledgement say nothing', () => {
    for (const told of [fields('ws.trades', { channel: 'spot.tickers' }), payload('ws.pong'), payload('ws.order-ack')])
      expect(venue.frame(told)).toEqual({ type: 'ignore' });
    expect(venue.frame(fields('ws.subscribed', { id: null }))).toEqual({ type: 'ignore' });
  });

  test('answers a subscription, or refuses it with a code', () => {
    expect(venue.frame(payload('ws.subscribed'))).toEqual(response('123456789', 200, null));
    expect(venue.frame(payload('ws.refused'))).toEqual(
      response('123456789', 400, { label: '4', message: 'Authentication fail' }),
    );
  });

  test('answers a request with its result or its error, and with what is left of its limit', () => {
    const placed = venue.frame(payload('ws.order-placed'));
    expect(placed).toEqual(response('request-2', 200, payload('rest.order')));
    expect(placed.type === 'response' && placed.answer.headers.get('x-gate-ratelimit-requests-remain')).toBe('9');
    expect(venue.frame(payload('ws.login-refused'))).toEqual(
      response('xxxx', 401, { label: 'INVALID_KEY', message: 'Invalid key provided' }),
    );
    expect(venue.frame(payload('ws.order-limited'))).toEqual(
      response('xxxx', 429, { label: 'TOO_MANY_REQUESTS', message: 'Request Rate limit Exceeded (211)' }),
    );
    expect(venue.frame(payload('ws.login'))).toMatchObject({ type: 'response', id: 'request-1' });
  });

  test('that announces an upgrade asks for a new connection', () => {
    expect(venue.frame(payload('ws.upgrade'))).toEqual({
      type: 'reconnect',
      reason: 'The connection will soon be closed for a service upgrade. Please reconnect.',
    });
  });

  test('of any other form throws', () => {
    for (const told of [{}, [], 'text', { event: 'update' }]) expect(() => venue.frame(told)).toThrow('Invalid');
  });
});
