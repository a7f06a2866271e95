import { expect, test } from 'vitest';

import { gateIo } from '../src/index.js';

test('each environment has a host for requests, for markets and for the account', () => {
  expect(gateIo.environments).toEqual({
    live: {
      rest: 'https://api.gateio.ws',
      public: 'wss://api.gateio.ws/ws/v4/',
      account: 'wss://api.gateio.ws/ws/v4/',
    },
    testnet: {
      rest: 'https://api-testnet.gateapi.io',
      public: 'wss://ws-testnet.gate.com/v4/ws/spot',
      account: 'wss://ws-testnet.gate.com/v4/ws/spot',
    },
  });
});

test('every stream connects to a host that each environment has', () => {
  const streams = [gateIo.market.feed, gateIo.trading.feed].flatMap(({ streams: named }) => Object.keys(named ?? {}));
  const hosts = Object.values(gateIo.environments).map((environment) => streams.filter((name) => name in environment));
  expect(hosts).toEqual([
    ['public', 'account'],
    ['public', 'account'],
  ]);
});

test('the secret is marked as one', () => {
  expect(Object.entries(gateIo.credentials).map(([name, { secret }]) => [name, secret])).toEqual([
    ['apiKey', false],
    ['apiSecret', true],
  ]);
});

test('orders may be all but good till a date, with ids of 28 characters after `t-`', () => {
  expect(gateIo.orders).toEqual({
    limit: ['gtc', 'ioc', 'fok', 'post-only'],
    market: 'spent',
    clientId: {
      ...{ form: 'text', max: 30, alphabet: /^[0-9A-Za-z_.-]+$/, prefix: 't-' },
      ...{ unique: 'among-open', echoed: true },
    },
    settle: { expiryMs: 5_000, engineMs: 10_000, lagMs: 30_000 },
  });
});

test('limits are the same whatever the options', () => {
  const [rest, websocket] = ['rest', 'websocket'].map((orderEntry) => gateIo.limits(gateIo.options({ orderEntry })));
  expect(rest).toEqual(websocket);
});
