import { expect, test } from 'vitest';

import { binance } from '../src/index.js';

test('each environment has a host for requests, for markets and for the account', () => {
  expect(binance.environments).toEqual({
    live: {
      rest: 'https://api.binance.com',
      public: 'wss://stream.binance.com:9443/ws',
      account: 'wss://ws-api.binance.com:443/ws-api/v3',
    },
    testnet: {
      rest: 'https://testnet.binance.vision',
      public: 'wss://stream.testnet.binance.vision/ws',
      account: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
    },
  });
});

test('every stream connects to a host that each environment has', () => {
  const streams = [binance.market.feed, binance.trading.feed].flatMap(({ streams: named }) => Object.keys(named ?? {}));
  const hosts = Object.values(binance.environments).map((environment) => streams.filter((name) => name in environment));
  expect(hosts).toEqual([
    ['public', 'account'],
    ['public', 'account'],
  ]);
});

test('every credential that must be kept secret is marked so', () => {
  const fields = Object.entries(binance.credentials);
  expect(fields.map(([name, { secret, optional }]) => [name, secret, optional ?? false])).toEqual([
    ['apiKey', false, false],
    ['apiSecret', true, true],
    ['privateKey', true, true],
  ]);
});

test('orders may be all but good till a date, with ids of 36 characters', () => {
  expect(binance.orders).toEqual({
    limit: ['gtc', 'ioc', 'fok', 'post-only'],
    market: 'either',
    clientId: { form: 'text', max: 36, alphabet: /^[a-zA-Z0-9_-]+$/, unique: 'among-open', echoed: true },
    settle: { expiryMs: 5_000, engineMs: 10_000, lagMs: 30_000 },
  });
});

test('limits are the same whatever the options', () => {
  const [rest, websocket] = ['rest', 'websocket'].map((orderEntry) => binance.limits(binance.options({ orderEntry })));
  expect(rest).toEqual(websocket);
});
