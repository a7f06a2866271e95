import { expect, test } from 'vitest';

import type { Book } from '../../src/index.js';
import { tiny } from './support/venue.js';
import { createWorld, failureOf } from './support/world.js';

const change = (last: number, price: string): object => ({
  type: 'book',
  symbol: 'BTCUSDT',
  first: String(last),
  last: String(last),
  bids: [[price, '1']],
  asks: [],
});
const trade = (id: string, price = '100'): object => ({
  type: 'trade',
  symbol: 'BTCUSDT',
  id,
  price,
  amount: '0.5',
  at: '7',
});

function bid(book: Book | undefined): string | undefined {
  return book?.best('buy')?.price.toFixed();
}

test('listeners hear of a book once per socket read, until they leave', async () => {
  const { connector, start, tell } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  const heard: (string | undefined)[] = [];
  const leave = connector.onBook('BTC-USDT', (book) => heard.push(bid(book)));
  await tell('public', change(11, '99.5'));
  await tell('public', change(12, '99.6'));
  leave();
  await tell('public', change(13, '99.7'));
  expect([heard, bid(connector.book('BTC-USDT'))]).toEqual([['99.5', '99.6'], '99.7']);
});

test('books gives the current book at once, then the latest, until the connector stops', async () => {
  const { connector, clock, start, tell } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  const heard: (string | undefined)[] = [];
  const reading = (async () => {
    for await (const book of connector.books('BTC-USDT')) heard.push(bid(book));
    return 'ended';
  })();
  await clock.advance(10);
  await tell('public', change(11, '99.5'));
  await connector.stop();
  expect([await reading, heard]).toEqual(['ended', ['99', '99.5']]);
});

test('books ends with its signal, and when its reader leaves', async () => {
  const { connector, start, tell } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  const aborting = new AbortController();
  const aborted = connector.books('BTC-USDT', { signal: aborting.signal })[Symbol.asyncIterator]();
  const over = connector.books('BTC-USDT', { signal: AbortSignal.abort() })[Symbol.asyncIterator]();
  const left = connector.books('BTC-USDT')[Symbol.asyncIterator]();
  await aborted.next();
  const next = aborted.next();
  aborting.abort();
  await left.return?.();
  await tell('public', change(11, '99.5'));
  expect([(await next).done, (await over.next()).done, (await left.next()).done]).toEqual([true, true, true]);
});

test('a pair that is not watched any longer has no book and costs no subscription', async () => {
  const { connector, sockets, clock, start, run, tell } = createWorld({});
  await start({ pairs: ['BTC-USDT', 'ETH-USDT'] });
  await run(connector.unwatch('BTC-USDT'));
  await run(connector.unwatch('BTC-USDT'));
  await clock.advance(50);
  await tell('public', change(11, '99.5'));
  const texts = sockets.peer(0).received.map(({ text }) => text);
  expect(texts.at(-1)).toBe('{"unsubscribe":["book BTCUSDT","trades BTCUSDT"],"id":"2"}');
  expect([connector.book('BTC-USDT'), connector.trades('BTC-USDT')]).toEqual([undefined, []]);
  expect(connector.metrics().counts['market.unwatched']).toBe(1);
});

test('a change for a symbol that is no market is only counted', async () => {
  const { connector, start, tell } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  await tell('public', { ...trade('1'), symbol: 'NEWUSDT' });
  expect(connector.metrics().counts['market.unwatched']).toBe(1);
});

test('watching twice changes nothing, and a channel that the venue lacks is refused', async () => {
  const { connector, sockets, clock, start, run } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  await run(connector.watch('BTC-USDT'));
  expect(await failureOf(run(connector.watch('BTC-USDT', ['trades', 'ticker'])))).toBe(
    'unsupported not-sent: tiny watch: this venue streams no ticker of BTC-USDT',
  );
  await clock.advance(50);
  expect(sockets.peer(0).received.length).toBe(1);
});

test('trades are told and the latest thousand are kept', async () => {
  const { connector, start, tell } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  const heard: (string | undefined)[] = [];
  connector.onTrade('BTC-USDT', ({ id }) => heard.push(id));
  await tell('public', ...Array.from({ length: 2_050 }, (_, index) => trade(String(index))));
  const { id: _id, ...anonymous } = { ...trade('x'), id: undefined };
  await tell('public', anonymous);
  const kept = connector.trades('BTC-USDT');
  expect([heard.length, kept.length, kept[0]?.id, kept.at(-2)?.id]).toEqual([2_051, 1_000, '1051', '2049']);
  const { price, amount, ...rest } = kept.at(-1) ?? {};
  expect([price?.toFixed(), amount?.toFixed(), rest]).toEqual(['100', '0.5', { pair: 'BTC-USDT', at: 7 }]);
});

test('a malformed trade is a warning, a listener that throws is logged, and neither stops the next trade', async () => {
  const { connector, start, tell, news, logged } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  connector.onTrade('BTC-USDT', () => {
    throw new Error('my listener fails');
  });
  await tell('public', trade('1', 'cheap'), trade('2'));
  expect(news()).toEqual(['warning not a decimal number: "cheap"']);
  const { counts } = connector.metrics();
  expect([counts['market.malformed'], counts['listener.threw'], logged.at(-1)]).toEqual([1, 1, 'listener.threw']);
  expect(connector.trades('BTC-USDT').map(({ id }) => id)).toEqual(['2']);
});

test('a message that cannot be read makes the book stale until it is fetched again', async () => {
  const { connector, clock, start, run, tell, news, count } = createWorld({});
  await start();
  await run(connector.watch('BTC-USDT', ['book']));
  await tell('public', { type: 'trade' });
  await clock.advance(5_000);
  expect(news()).toEqual(['warning not text: undefined']);
  expect([connector.book('BTC-USDT')?.state, count('GET /book')]).toEqual(['live', 2]);
});

test('a refused topic fails the watch in the words of the venue, and nothing is held of it', async () => {
  const { connector, refusedTopics, start, run, news } = createWorld({});
  await start();
  refusedTopics.add('book BTCUSDT');
  expect(await failureOf(run(connector.watch('BTC-USDT', ['book'])))).toContain('no such topic');
  expect(news()).toEqual([expect.stringContaining('no such topic')]);
  expect([connector.book('BTC-USDT'), connector.status.ready]).toEqual([undefined, true]);
});

test('a book goes stale with its stream and comes back with it', async () => {
  const { connector, sockets, clock, start, run } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  const states: boolean[] = [];
  connector.on('status', ({ status }) => states.push(status.ready));
  sockets.peer(0).close(1006, 'gone');
  await clock.advance(10);
  expect([connector.book('BTC-USDT')?.state, connector.status.missing]).toEqual([
    'stale',
    ['book of BTC-USDT is stale'],
  ]);
  await run(connector.watch('BTC-USDT'));
  expect(states).toEqual([false, true]);
});

test('where snapshots come on the stream a gap subscribes the book again', async () => {
  const { fetchBook: _fetchBook, ...market } = tiny.market;
  const { connector, sockets, clock, start, run, tell } = createWorld({}, { ...tiny, market });
  await start();
  const watching = run(connector.watch('BTC-USDT', ['book']));
  await clock.advance(50);
  await tell('public', { ...change(10, '99'), snapshot: 'yes', asks: [['101', '1']] });
  await watching;
  await tell('public', change(13, '99.5'));
  await clock.advance(2_000);
  const texts = sockets.peer(0).received.map(({ text }) => text);
  expect(texts).toEqual([
    '{"subscribe":["book BTCUSDT"],"id":"1"}',
    '{"unsubscribe":["book BTCUSDT"],"id":"2"}',
    '{"subscribe":["book BTCUSDT"],"id":"3"}',
  ]);
});

test('a topic of a stream that the feed lacks is a fault of the spec', async () => {
  const market = { ...tiny.market, topic: () => ({ stream: 'radio', topic: 'x' }) };
  const { connector, start, run } = createWorld({}, { ...tiny, market });
  await start();
  expect(await failureOf(run(connector.watch('BTC-USDT')))).toBe(
    'TypeError: topic() names the stream radio, which is not in the feed',
  );
});

test('books without numbers are fetched again after a message that cannot be read', async () => {
  const { connector, server, clock, start, tell, count } = createWorld({});
  server.on('GET /book', ({ symbol }) => ({ type: 'book', symbol, snapshot: 'yes', bids: [['99', '1']], asks: [] }));
  await start({ pairs: ['BTC-USDT', 'ETH-USDT'] });
  await tell('public', { type: 'book', symbol: 'BTCUSDT', bids: [['98', '1']], asks: [] }, { type: 'trade' });
  await clock.advance(5_000);
  expect([count('GET /book'), connector.status.ready]).toEqual([4, true]);
});

test('a book that has heard nothing since its snapshot is fetched again after a message that cannot be read', async () => {
  const { connector, server, clock, start, tell, run, count } = createWorld({});
  server.on('GET /book', ({ symbol }) => ({ type: 'book', symbol, snapshot: 'yes', bids: [['99', '1']], asks: [] }));
  await start();
  await run(connector.watch('BTC-USDT'));
  await tell('public', { type: 'trade' });
  await clock.advance(5_000);
  expect(count('GET /book')).toBe(2);
});

test('a live book whose topic is refused later is stale until it is watched again', async () => {
  const { connector, sockets, clock, refusedTopics, start, run } = createWorld({});
  await start({ pairs: ['BTC-USDT'] });
  refusedTopics.add('book BTCUSDT');
  sockets.peer(0).close(1006, 'gone');
  await clock.advance(5_000);
  expect(connector.book('BTC-USDT')?.state).toBe('stale');
  refusedTopics.clear();
  await run(connector.watch('BTC-USDT'));
  expect([connector.book('BTC-USDT')?.state, connector.status.ready]).toEqual(['live', true]);
});
