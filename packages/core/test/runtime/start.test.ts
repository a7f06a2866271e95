import { expect, test } from 'vitest';

import { decimal } from '../../src/index.js';
import { refusal } from './support/server.js';
import { tiny, type TinySpec } from './support/venue.js';
import { row } from './support/wire.js';
import { buy, createWorld, credentials, failureOf, gate } from './support/world.js';

test('a started connector is ready with its account and books', async () => {
  const { connector, start, news } = createWorld();
  const before = connector.status;
  await start({ pairs: ['BTC-USDT'] });
  const { books, ...status } = connector.status;
  expect([connector.id, connector.account, connector.environment]).toEqual(['tiny', 'main', 'live']);
  expect(before).toEqual({
    ready: false,
    account: 'none',
    missing: ['start() has not been called'],
    clockOffsetMs: 0,
    books: new Map(),
  });
  expect(status).toEqual({ ready: true, account: 'ready', missing: [], clockOffsetMs: 0 });
  expect([...books].map(([pair, { state }]) => [pair, state])).toEqual([['BTC-USDT', 'live']]);
  expect([...connector.markets.keys()]).toEqual(['BTC-USDT', 'ETH-USDT']);
  expect(news()).toEqual([]);
});

test('a second start watches more pairs and checks more needs', async () => {
  const { connector, start, run } = createWorld();
  await start();
  await start({ pairs: ['ETH-USDT'] });
  expect(connector.book('ETH-USDT')?.state).toBe('live');
  expect(await failureOf(run(connector.start({ needs: { market: 'quote' } })))).toBe(
    'unsupported not-sent: tiny start: the script needs what this venue lacks: market orders in quote',
  );
});

test('the clock offset of the venue counts in its time', async () => {
  const { connector, server, clock, start } = createWorld();
  server.on('GET /time', () => ({ time: String(clock.now() + 2_000) }));
  await start();
  expect(connector.status.clockOffsetMs).toBeCloseTo(2_000, -1);
});

test('without credentials there is market data and no account', async () => {
  const { connector, start, run } = createWorld({ account: 'eyes', environment: 'test' });
  await start({ pairs: ['BTC-USDT'] });
  expect([connector.status.ready, connector.status.account, connector.account]).toEqual([true, 'none', 'eyes']);
  expect(await failureOf(run(connector.refresh('balances')))).toBe(
    'auth not-sent: tiny: this needs credentials; without them there is market data only',
  );
});

test('needs that the venue lacks are refused in one line before anything is sent', async () => {
  const { amend: _amend, fetchFees: _fetchFees, ...trading } = tiny.trading;
  const { candles: _candles, fetchTickers: _fetchTickers, fetchBook: _fetchBook, ...market } = tiny.market;
  const spec = { ...tiny, trading, market: { ...market, feed: {} } };
  const { connector, server, run } = createWorld({ credentials }, spec);
  const needs = {
    limit: ['gtc', 'fok'],
    market: 'quote',
    amend: true,
    book: true,
    tickers: true,
    candles: true,
    fees: true,
  } as const;
  expect(await failureOf(run(connector.start({ needs })))).toBe(
    'unsupported not-sent: tiny start: the script needs what this venue lacks: limit orders fok, market orders in quote, amending orders, an order book, last prices of all markets, candles, the fees of the account',
  );
  expect(server.requests).toEqual([]);
  expect('amend' in connector).toBe(false);
});

test('capabilities are read off the spec', () => {
  expect(createWorld().connector.capabilities).toEqual({
    limit: ['gtc', 'ioc', 'post-only'],
    market: 'base',
    amend: true,
    batch: 1,
    deadman: false,
    book: true,
    tickers: true,
    candles: true,
    fees: true,
    positions: false,
    hedge: false,
  });
});

test('a refused key fails the start, and the connector stays stopped', async () => {
  const { connector, server, run } = createWorld();
  server.on('GET /balances', () => refusal('bad-key', 'wrong key'));
  expect(await failureOf(run(connector.start()))).toBe('auth refused: tiny GET /balances: wrong key (bad-key)');
  expect(await failureOf(run(connector.start()))).toBe(
    'invalid-request not-sent: tiny start: a connector that is stopped cannot be started',
  );
});

test('a key that can do too much or too little is warned of', async () => {
  const { server, start, news } = createWorld();
  server.on('GET /key', () => ({ trade: 'no', withdraw: 'yes', bound: 'no' }));
  await start();
  expect(news()).toEqual([
    'warning tiny: this key may not trade',
    'warning tiny: this key may withdraw; trading needs no such right',
    'warning tiny: this key works from any address; bind it to yours',
  ]);
});

test('key rights that cannot be read are a warning and no obstacle', async () => {
  const { connector, server, start, news } = createWorld();
  server.on('GET /key', () => refusal('rejected', 'no such page'));
  await start();
  expect(connector.status.ready).toBe(true);
  expect(news().map((line) => line.split('\n')[0])).toEqual(['warning tiny GET /key: no such page (rejected)']);
});

test('a venue that does not tell key rights is not asked', async () => {
  const { fetchKeyRights: _fetchKeyRights, ...trading } = tiny.trading;
  const { count, start, connector } = createWorld({ credentials }, { ...tiny, trading });
  await start();
  expect([connector.status.ready, count('GET /key')]).toEqual([true, 0]);
});

test('an aborted start ends all that it began', async () => {
  const { connector, server, clock, run } = createWorld();
  const hold = gate();
  server.on('GET /open', () => hold.opened.then(() => []));
  const aborting = new AbortController();
  const starting = failureOf(run(connector.start({ signal: aborting.signal })));
  await clock.advance(100);
  aborting.abort(new Error('changed my mind'));
  expect(await starting).toBe('aborted not-sent: tiny start: aborted');
  hold.open();
  await clock.advance(1_000);
  expect(clock.timers()).toBe(0);
});

test('a look at the account that ends after a stop does not make the account ready', async () => {
  const { connector, server, clock, start, tell } = createWorld();
  await start();
  const hold = gate();
  server.on('GET /open', () => hold.opened.then(() => []));
  await tell('account', { what: 'orders' });
  await connector.stop();
  hold.open();
  await clock.advance(1_000);
  expect(connector.status.account).toBe('none');
});

test('a start with a signal that has aborted already is refused', async () => {
  const { connector, run } = createWorld();
  expect(await failureOf(run(connector.start({ signal: AbortSignal.abort('too late') })))).toBe(
    'aborted not-sent: tiny start: aborted',
  );
});

test('a stop while starting opens nothing afterwards', async () => {
  const { connector, server, sockets, clock, run } = createWorld();
  const hold = gate();
  server.on('GET /markets', () => hold.opened.then(() => []));
  const starting = failureOf(run(connector.start()));
  await clock.advance(50);
  await connector.stop();
  hold.open();
  expect(await starting).toBe('aborted not-sent: tiny start: the connector has been stopped');
  expect([sockets.peers.length, clock.timers()]).toEqual([0, 0]);
});

test('a stop ends every socket and timer, and a second one does nothing', async () => {
  const { connector, sockets, clock, start } = createWorld();
  await start({ pairs: ['BTC-USDT'] });
  expect(await connector.stop()).toEqual({ open: [], uncertain: [] });
  expect(await connector.stop()).toEqual({ open: [], uncertain: [] });
  await clock.advance(1_000);
  expect([clock.timers(), sockets.openPeers(), connector.status.ready]).toEqual([0, 0, false]);
});

test('await using stops the connector', async () => {
  const { connector, clock, start } = createWorld();
  await start();
  await connector[Symbol.asyncDispose]();
  await clock.advance(1_000);
  expect(clock.timers()).toBe(0);
});

test('environments, hosts and credentials that cannot be right are refused at once', () => {
  const refusals = [
    () => createWorld({ environment: 'moon' }),
    () => createWorld({ hosts: { fax: 'https://fax.tiny.example' } }),
    () => createWorld({ credentials: { ...credentials, apiSecret: '' } }),
  ].map((make) => {
    try {
      make();
      return 'made';
    } catch (error) {
      return String(error).split('\n')[0];
    }
  });
  expect(refusals).toEqual([
    "ConnectorError: tiny: no environment 'moon'; there is live, test",
    "ConnectorError: tiny: no host 'fax'; there is rest, public, account",
    expect.stringContaining('apiSecret (secret) is empty'),
  ]);
});

test('durations of nothing are refused', () => {
  expect(() => createWorld({ auditEveryMs: 0 })).toThrow('tiny options: auditEveryMs: 0 is not above 0');
});

test('a refused timestamp is measured again and the request repeated once', async () => {
  const { connector, server, start, run, count } = createWorld();
  await start();
  const [measured, asked] = [count('GET /time'), count('GET /balances')];
  const answers = [refusal('skew', 'too early'), [{ asset: 'BTC', total: '1', available: '1' }]];
  server.on('GET /balances', () => answers.shift());
  await run(connector.refresh('balances'));
  expect([count('GET /time') - measured, count('GET /balances') - asked]).toEqual([1, 2]);
  expect([...connector.balances().keys()]).toEqual(['BTC']);
});

test('a venue that counts in blocks is asked for its height all the time', async () => {
  const spec: TinySpec = {
    ...tiny,
    fetchHeight: ({ call }) => call({ at: 'GET /height' }, {}, (json) => Number(row(json)['height'])),
    market: {
      ...tiny.market,
      fetchTickers: async ({ height }) => [{ symbol: 'BTCUSDT', last: decimal(String(height() ?? -1)) }],
    },
  };
  const { connector, server, clock, start, run } = createWorld({}, spec);
  const last = async (): Promise<string | undefined> =>
    (await run(connector.tickers?.())).get('BTC-USDT')?.last?.toFixed();
  const heights = [7, 8];
  server.on('GET /height', () => ({ height: heights.shift() }));
  await start();
  const first = await last();
  await clock.advance(1_050);
  const second = await last();
  server.on('GET /height', () => refusal('rejected', 'not now'));
  await clock.advance(1_050);
  expect([first, second, await last()]).toEqual(['7', '8', '8']);
  expect(connector.metrics().counts['height.unmeasured']).toBe(1);
  await connector.stop();
  await clock.advance(10);
  expect(clock.timers()).toBe(0);
});

test('a stopped connector asks the venue for nothing', async () => {
  const { connector, server, start, run } = createWorld();
  await start();
  await connector.stop();
  const before = server.requests.length;
  expect([
    await failureOf(run(connector.place(buy('a')))),
    await failureOf(run(connector.watch('BTC-USDT'))),
    await failureOf(run(connector.refresh('balances'))),
    await failureOf(run(connector.refresh('markets'))),
  ]).toEqual([
    'venue-unavailable not-sent: tiny place: the connector has been stopped',
    'aborted not-sent: tiny watch: the connector has been stopped',
    expect.stringContaining('not-sent: tiny GET /balances: the connector has been stopped'),
    expect.stringContaining('not-sent: tiny GET /markets: the connector has been stopped'),
  ]);
  expect([await run(connector.cancelAll()), connector.orders(), server.requests.length - before]).toEqual([[], [], 0]);
});
