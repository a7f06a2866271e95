import { expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import type { ChecksumRule } from '../src/spec/spot.js';
import { member, text, tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, failing, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld({ credentials: 'none', ...options });
  await world.start();
  return world;
}

function trade(price: string, id = '1', symbol = 'BTCUSDT'): object {
  return { channel: 'trades', symbol, price, amount: '0.5', at: '1700000002000', trade: id };
}

/** What was subscribed and left on the public stream, `subscribe book:BTCUSDT`. */
function asked({ server }: World): readonly string[] {
  return server.peers('public').flatMap((peer) =>
    peer.received.flatMap(({ text: sent }) => {
      const message: unknown = sent.startsWith('{') ? JSON.parse(sent) : undefined;
      const topics = member(message, 'topics');
      return Array.isArray(topics) ? [`${text(message, 'op')} ${topics.join()}`] : [];
    }),
  );
}

/** Best bid and ask. */
function touch({ connector }: World, pair = 'BTC-USDT'): readonly (string | undefined)[] {
  const book = connector.book(pair);
  return [book?.best('buy')?.price.toFixed(), book?.best('sell')?.price.toFixed()];
}

test('a watched market has a live book that follows the venue, and its latest trades', async () => {
  const world = await startedWorld();
  world.server.quote('BTCUSDT', { bids: [['99.50', '1']], asks: [['101.00', '0']] });
  world.server.tell('public', trade('99.75'));
  await world.clock.advance(20);
  expect(touch(world)).toEqual(['99.5', undefined]);
  expect(world.connector.trades('BTC-USDT')).toEqual([
    { pair: 'BTC-USDT', id: '1', price: decimal('99.75'), amount: decimal('0.5'), at: 1_700_000_002_000 },
  ]);
  expect(asked(world)).toEqual(['subscribe book:BTCUSDT,trades:BTCUSDT']);
  await world.finish();
});

test('markets come and go under traffic, and the others do not notice', async () => {
  const world = await startedWorld();
  const heard: string[] = [];
  world.connector.onBook('BTC-USDT', ({ state }) => heard.push(state));
  for (let round = 0; round < 5; round += 1) {
    const watching = world.connector.watch('ETH-USDT');
    world.server.quote('BTCUSDT', { bids: [[`99.${round + 1}0`, '1']] });
    world.server.quote('ETHUSDT', { bids: [[`99.${round + 1}0`, '1']] });
    await world.settle(watching);
    world.server.quote('ETHUSDT', { bids: [[`99.${round + 1}5`, '1']] });
    await world.clock.advance(6);
    expect(touch(world, 'ETH-USDT')[0]).toBe(`99.${round + 1}5`);
    world.server.quote('ETHUSDT', { bids: [[`99.${round + 1}5`, '0']] });
    await world.connector.unwatch('ETH-USDT');
    expect(world.connector.book('ETH-USDT')).toBeUndefined();
    await world.clock.advance(20);
  }
  expect(heard).toEqual(Array.from({ length: 5 }, () => 'live'));
  expect([...world.connector.status.books.keys()]).toEqual(['BTC-USDT']);
  await world.finish();
});

test('a market that is no longer watched is left at the venue, and late messages about it are dropped', async () => {
  const world = await startedWorld();
  await world.connector.unwatch('BTC-USDT');
  await world.connector.unwatch('BTC-USDT');
  world.server.quote('BTCUSDT', { bids: [['99.50', '1']] });
  world.server.tell('public', trade('99.75'));
  await world.clock.advance(20);
  expect(world.connector.trades('BTC-USDT')).toEqual([]);
  expect(world.server.peers('public')).toEqual([]);
  await world.finish();
});

test('a market that is unwatched while it is synchronised rejects who watched it', async () => {
  const world = await startedWorld();
  world.server.always('GET /book', 'silence');
  const watching = failing(world.connector.watch('ETH-USDT'));
  await world.clock.advance(50);
  await world.connector.unwatch('ETH-USDT');
  expect(await watching).toMatchObject({ kind: 'aborted', message: 'ETH-USDT book: no longer watched' });
  expect(world.connector.status.missing).toEqual([]);
  await world.finish();
});

test('an unknown pair is not watched, and is named', async () => {
  const world = await startedWorld();
  expect(await world.failure(world.connector.watch('btc_usdt'))).toEqual({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: 'tiny: no market "btc_usdt"; did you mean BTC-USDT?',
  });
  await world.finish();
});

test('a topic that the venue refuses rejects the watch in its words, and leaves the market unwatched', async () => {
  const world = await startedWorld();
  world.server.refusals.set('book:ETHUSDT', 'no-topic');
  expect(await world.failure(world.connector.watch('ETH-USDT', ['book']))).toEqual({
    kind: 'invalid-request',
    outcome: 'refused',
    message: 'public subscribe: the venue says no',
  });
  expect([world.connector.book('ETH-USDT'), world.connector.status.ready]).toEqual([undefined, true]);
  world.server.refusals.clear();
  await world.settle(world.connector.watch('ETH-USDT'));
  expect(world.connector.book('ETH-USDT')?.state).toBe('live');
  await world.finish();
});

test('a topic that is refused for a passing reason is waited for', async () => {
  const world = await startedWorld();
  world.server.refusals.set('book:ETHUSDT', 'busy');
  const watching = world.connector.watch('ETH-USDT', ['book']);
  await world.clock.advance(5_000);
  world.server.refusals.clear();
  await world.settle(watching);
  expect(world.warnings()).toEqual(['public subscribe: the venue says no']);
  await world.finish();
});

test('a live book whose topic is refused after a reconnect is stale, and is asked for when it is watched again', async () => {
  const world = await startedWorld();
  world.server.refusals.set('book:BTCUSDT', 'no-topic');
  world.server.drop('public');
  await world.clock.advance(5_000);
  expect(world.connector.status).toMatchObject({ ready: false, missing: ['book of BTC-USDT is stale'] });
  world.server.refusals.clear();
  await world.settle(world.connector.watch('BTC-USDT'));
  expect(world.connector.status.ready).toBe(true);
  await world.finish();
});

test('trades are refused without harm to the book', async () => {
  const world = createWorld({ credentials: 'none' });
  world.server.refusals.set('trades:BTCUSDT', 'no-topic');
  await world.start({});
  await world.settle(world.connector.watch('BTC-USDT', ['book']));
  await world.settle(world.connector.watch('BTC-USDT', ['trades']));
  await world.clock.advance(100);
  expect([world.connector.status.ready, world.warnings()]).toEqual([true, ['public subscribe: the venue says no']]);
  await world.finish();
});

test('a market of which only trades are watched has no book, and nothing waits for one', async () => {
  const world = createWorld({ credentials: 'none' });
  await world.start({});
  await world.settle(world.connector.watch('BTC-USDT', ['trades']));
  await world.clock.advance(100);
  world.server.tell('public', trade('1'));
  world.server.quote('BTCUSDT', { bids: [['99.50', '1']] });
  await world.clock.advance(20);
  expect([world.connector.book('BTC-USDT'), world.connector.status.ready]).toEqual([undefined, true]);
  expect(world.connector.trades('BTC-USDT')).toHaveLength(1);
  await world.settle(world.connector.watch('BTC-USDT', ['book']));
  expect(world.connector.book('BTC-USDT')?.state).toBe('live');
  await world.finish();
});

test('a channel that the venue lacks is refused when it is asked for, and left out otherwise', async () => {
  const { topic } = tiny.market;
  const withoutTrades: TinySpec = {
    ...tiny,
    market: { ...tiny.market, topic: (channel, market) => (channel === 'book' ? topic(channel, market) : undefined) },
  };
  const world = await startedWorld({ spec: withoutTrades });
  expect(asked(world)).toEqual(['subscribe book:BTCUSDT']);
  expect(await world.failure(world.connector.watch('ETH-USDT', ['book', 'trades']))).toEqual({
    kind: 'unsupported',
    outcome: 'not-sent',
    message: 'tiny watch: there is no stream of trades for ETH-USDT',
  });
  for (const [channel, instead] of [
    ['ticker', 'tickers()'],
    ['candles:1m', 'candles()'],
  ] as const) {
    expect(await world.failure(world.connector.watch('ETH-USDT', [channel]))).toMatchObject({
      message: `tiny watch: there is no stream of ${channel} for ETH-USDT; ${instead} asks for it`,
    });
  }
  expect(world.connector.book('ETH-USDT')).toBeUndefined();
  await world.finish();
});

test('a topic on a stream that the spec does not have is refused, and nothing is held', async () => {
  const astray: TinySpec = { ...tiny, market: { ...tiny.market, topic: () => ({ stream: 'elsewhere', topic: 'x' }) } };
  const world = createWorld({ credentials: 'none', spec: astray });
  await world.start({});
  expect(await world.failure(world.connector.watch('BTC-USDT'))).toEqual(
    new TypeError('topic() names the stream elsewhere, which is not in the feed'),
  );
  expect([world.connector.book('BTC-USDT'), world.connector.status.ready]).toEqual([undefined, true]);
  await world.finish();
});

test('listeners hear once per socket read, with the true top, and of each trade', async () => {
  const world = await startedWorld();
  const heard: string[] = [];
  world.connector.onBook('BTC-USDT', (book) => heard.push(`book ${book.best('buy')?.price.toFixed() ?? ''}`));
  const off = world.connector.onTrade('BTC-USDT', ({ price }) => heard.push(`trade ${price.toFixed()}`));
  const [peer] = world.server.peers('public');
  const update = (number: number, price: string): object => ({
    ...{ channel: 'book', symbol: 'BTCUSDT', first: String(number), last: String(number) },
    ...{ bids: [[price, '1']], asks: [] },
  });
  peer?.burst([update(101, '99.1'), trade('5'), update(102, '99.2'), trade('6', '2')].map(encode));
  await world.clock.advance(10);
  expect(heard).toEqual(['trade 5', 'trade 6', 'book 99.2']);
  off();
  peer?.burst([update(103, '99.3'), trade('7', '3')].map(encode));
  await world.clock.advance(10);
  expect(heard.slice(3)).toEqual(['book 99.3']);
  await world.finish();
});

test('listeners hear of a book that goes stale and of one that is live again, in a quiet market too', async () => {
  const world = await startedWorld();
  const heard: string[] = [];
  world.connector.onBook('BTC-USDT', ({ state }) => heard.push(state));
  world.server.drop('public');
  await world.clock.advance(30_000);
  expect(heard).toEqual(['stale', 'live']);
  expect(world.logged).toContainEqual({
    level: 'warn',
    event: 'book.stale',
    fields: { pair: 'BTC-USDT', reason: 'closed with 1006 dropped' },
  });
  await world.finish();
});

test('a listener that throws is counted and logged, and keeps nothing from the others', async () => {
  const world = await startedWorld();
  const heard: string[] = [];
  const fail = (): never => {
    throw new Error('oops');
  };
  world.connector.onBook('BTC-USDT', fail);
  world.connector.onTrade('BTC-USDT', fail);
  world.connector.onBook('BTC-USDT', () => heard.push('book'));
  world.connector.onTrade('BTC-USDT', () => heard.push('trade'));
  world.server.quote('BTCUSDT', { bids: [['99.50', '1']] });
  world.server.tell('public', trade('99'));
  await world.clock.advance(20);
  expect(heard.toSorted()).toEqual(['book', 'trade']);
  expect(world.connector.metrics().counts['listener.threw']).toBe(2);
  expect(world.logged.filter(({ event }) => event === 'listener.threw')).toHaveLength(2);
  await world.finish();
});

test('a trade that makes no sense is counted and told, and the next one is taken', async () => {
  const world = await startedWorld();
  world.server.tell('public', trade('NaN'));
  world.server.tell('public', trade('99', '2'));
  await world.clock.advance(20);
  expect(world.connector.trades('BTC-USDT').map(({ id }) => id)).toEqual(['2']);
  expect(world.connector.metrics().counts['market.malformed']).toBe(1);
  expect(world.warnings()).toEqual(['not a decimal number: "NaN"']);
  expect(world.connector.status.ready).toBe(true);
  await world.finish();
});

test('a level that makes no sense costs the book its place and not the connector', async () => {
  const world = await startedWorld();
  const before = world.server.requestsFor('GET /book').length;
  world.server.quote('BTCUSDT', { bids: [['99.50', 'much']] });
  await world.clock.advance(5);
  expect(world.connector.book('BTC-USDT')?.state).toBe('stale');
  world.server.quote('BTCUSDT', { bids: [['99.50', '0']] });
  await world.clock.advance(2_000);
  expect([world.connector.book('BTC-USDT')?.state, touch(world)]).toEqual(['live', ['99', '101']]);
  expect(world.server.requestsFor('GET /book').length).toBeGreaterThan(before);
  await world.finish();
});

test('a message that cannot be read resyncs the only market it can have been of', async () => {
  const world = createWorld({ credentials: 'none' });
  await world.start({});
  await world.settle(world.connector.watch('BTC-USDT', ['book']));
  const before = world.server.requestsFor('GET /book').length;
  world.server.tell('public', '{"half": "a fra');
  await world.clock.advance(1_000);
  expect(world.server.requestsFor('GET /book').length).toBe(before + 1);
  expect([world.connector.metrics().counts['stream.malformed'], world.warnings().length]).toEqual([1, 1]);
  expect(world.connector.status.ready).toBe(true);
  await world.finish();
});

test('a message that cannot be read, of some market or other, resyncs books that would not notice a gap', async () => {
  const { parse, ...stream } = streamOf(tiny);
  const unnumbered: TinySpec = {
    ...tiny,
    market: {
      ...tiny.market,
      feed: {
        streams: {
          public: {
            ...stream,
            parse: (payload, look) =>
              parse(payload, look).map((event) =>
                event.type === 'book' && event.symbol === 'ETHUSDT' ? { ...event, sequence: { by: 'none' } } : event,
              ),
          },
        },
      },
    },
  };
  const world = createWorld({ credentials: 'none', spec: unnumbered });
  await world.start({ pairs: ['BTC-USDT', 'ETH-USDT'] });
  world.server.quote('BTCUSDT', { bids: [['98.00', '1']] });
  world.server.quote('ETHUSDT', { bids: [['98.00', '1']] });
  await world.clock.advance(20);
  world.server.tell('public', '{"half": "a fra');
  await world.clock.advance(5);
  expect([...world.connector.status.books].map(([pair, { state }]) => [pair, state])).toEqual([
    ['BTC-USDT', 'live'],
    ['ETH-USDT', 'stale'],
  ]);
  await world.clock.advance(1_000);
  expect(world.connector.status.ready).toBe(true);
  await world.finish();
});

test('a book without numbers that has heard nothing since its snapshot is fetched again after such a message', async () => {
  const fetchBook: typeof tiny.market.fetchBook = async (p, market) => {
    const snapshot = await tiny.market.fetchBook?.(p, market);
    if (snapshot === undefined) throw new TypeError('no snapshot');
    return { ...snapshot, sequence: { by: 'none' } };
  };
  const world = createWorld({ credentials: 'none', spec: { ...tiny, market: { ...tiny.market, fetchBook } } });
  await world.start({ pairs: ['BTC-USDT', 'ETH-USDT'] });
  world.server.tell('public', '{"half": "a fra');
  await world.clock.advance(1_000);
  expect([world.server.requestsFor('GET /book').length, world.connector.status.ready]).toEqual([4, true]);
  await world.finish();
});

test('where snapshots come on the stream, a book that lost its place is subscribed again', async () => {
  const { fetchBook: _fetchBook, ...market } = tiny.market;
  const { parse, ...stream } = streamOf(tiny);
  const streaming: TinySpec = {
    ...tiny,
    market: {
      ...market,
      feed: {
        streams: {
          public: {
            ...stream,
            parse: (payload, look) =>
              parse(payload, look).map((event) =>
                event.type === 'book' ? { ...event, snapshot: text(payload, 'snapshot', 'no') === 'yes' } : event,
              ),
          },
        },
      },
    },
  };
  const world = createWorld({ credentials: 'none', spec: streaming });
  await world.start({});
  const watching = world.connector.watch('BTC-USDT', ['book']);
  await world.clock.advance(50);
  const book = (first: number, more: object): object => ({
    ...{ channel: 'book', symbol: 'BTCUSDT', first: String(first), last: String(first), asks: [['101', '1']] },
    ...more,
  });
  world.server.tell('public', book(7, { snapshot: 'yes', bids: [['99', '1']] }));
  await world.settle(watching);
  world.server.tell('public', book(9, { bids: [['98', '1']] }));
  await world.clock.advance(50);
  expect(world.connector.book('BTC-USDT')?.state).toBe('stale');
  expect(asked(world)).toEqual(['subscribe book:BTCUSDT', 'unsubscribe book:BTCUSDT', 'subscribe book:BTCUSDT']);
  world.server.tell('public', book(12, { snapshot: 'yes', bids: [['97', '1']] }));
  await world.clock.advance(50);
  expect([world.connector.book('BTC-USDT')?.state, touch(world)]).toEqual(['live', ['97', '101']]);
  await world.finish();
});

test('of trades the latest thousand are kept', async () => {
  const world = await startedWorld();
  const [peer] = world.server.peers('public');
  for (let start = 0; start < 2_500; start += 500) {
    peer?.burst(Array.from({ length: 500 }, (_, index) => encode(trade('1', String(start + index)))));
    await world.clock.advance(10);
  }
  const kept = world.connector.trades('BTC-USDT');
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([1_000, '1500', '2499']);
  await world.finish();
});

function encode(message: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

function streamOf(spec: TinySpec): NonNullable<TinySpec['market']['feed']['streams']>[string] {
  const stream = spec.market.feed.streams?.['public'];
  if (stream === undefined) throw new Error('the venue has a public stream');
  return stream;
}

test('a book that does not match the checksum of the venue resyncs, and its neighbour stays live', async () => {
  const checksum: ChecksumRule = { levels: 1, of: ([bid], [ask]) => Number(bid?.[0]) + Number(ask?.[0]) };
  const world = createWorld({ spec: { ...tiny, market: { ...tiny.market, checksum } } });
  await world.start({ pairs: ['BTC-USDT', 'ETH-USDT'] });
  const states = (): readonly unknown[] => ['BTC-USDT', 'ETH-USDT'].map((pair) => world.connector.book(pair)?.state);
  const update = { channel: 'book', symbol: 'BTCUSDT', bids: [], asks: [] };
  world.server.tell('public', { ...update, first: '101', last: '101', checksum: '200' });
  await world.clock.advance(5);
  expect(states()).toEqual(['live', 'live']);
  world.server.tell('public', { ...update, first: '102', last: '102', checksum: '199.5' });
  await world.clock.advance(5);
  expect(states()).toEqual(['stale', 'live']);
  expect(world.connector.metrics().counts['book.checksum']).toBe(1);
  world.server.quote('BTCUSDT', {});
  world.server.quote('BTCUSDT', {});
  world.server.quote('BTCUSDT', {});
  await world.clock.advance(2_000);
  expect(states()).toEqual(['live', 'live']);
  await world.finish();
});

test('a hole in the numbers of a connection makes each of its books stale, until the next connection', async () => {
  const stream = tiny.market.feed.streams?.['public'];
  if (stream === undefined) throw new TypeError('no public stream');
  const numbered: typeof stream = {
    ...stream,
    frame: (message) => {
      const number = text(message, 'number', '');
      return { ...stream.frame(message), ...(number !== '' && { sequence: Number(number) }) };
    },
    parse: (payload, look) =>
      stream
        .parse(payload, look)
        .map((event) => (event.type === 'book' ? { ...event, sequence: { by: 'connection' } } : event)),
  };
  const feed = { streams: { public: numbered } };
  const world = createWorld({ spec: { ...tiny, market: { ...tiny.market, feed } }, credentials: 'none' });
  await world.start({ pairs: ['BTC-USDT', 'ETH-USDT'] });
  const tell = async (number: string, symbol: string): Promise<readonly unknown[]> => {
    const update = { channel: 'book', symbol, first: '0', last: '0', bids: [], asks: [] };
    world.server.tell('public', { ...update, number });
    await world.clock.advance(5);
    return ['BTC-USDT', 'ETH-USDT'].map((pair) => world.connector.book(pair)?.state);
  };
  expect(await tell('1', 'BTCUSDT')).toEqual(['live', 'live']);
  expect(await tell('2', 'ETHUSDT')).toEqual(['live', 'live']);
  expect(await tell('4', 'BTCUSDT')).toEqual(['stale', 'stale']);
  await world.clock.advance(2_000);
  expect(await tell('1', 'BTCUSDT')).toEqual(['live', 'live']);
  expect(world.connector.metrics().counts['stream.gap']).toBe(1);
  await world.finish();
});
