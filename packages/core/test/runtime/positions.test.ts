import { expect, test } from 'vitest';

import { type Connector, type ConnectorOptions, type Event, type Position } from '../../src/index.js';
import { createMemoryJournal } from '../../src/orders/journal.js';
import { serveMargin, tinyPerpetual, type MarginServer } from './support/perpetual.js';
import { breakOff, refusal } from './support/server.js';
import type { Key } from './support/venue.js';
import { buy, createWorld, credentials, failureOf, gate, type World } from './support/world.js';

type Margin = World & { readonly margin: MarginServer; readonly positions: NonNullable<Connector['positions']> };

function open(options: Partial<ConnectorOptions<Key>> = {}): Margin {
  const world = createWorld({ credentials, ...options }, tinyPerpetual);
  const { positions } = world.connector;
  if (positions === undefined) throw new TypeError('a perpetual has positions');
  return { ...world, positions, margin: serveMargin(world.server) };
}

async function ready(options: Partial<ConnectorOptions<Key>> = {}): Promise<Margin> {
  const world = open(options);
  await world.start();
  world.news();
  return world;
}

const toText = ({ pair, side, amount, entryPrice }: Position): string =>
  `${pair} ${side} ${amount.toFixed()} @${entryPrice?.toFixed() ?? '-'}`;
const long = { symbol: 'BTCUSDT', amount: '2', entry: '100', at: '5' };

test('positions that were open before the start are known when it is ready', async () => {
  const world = open();
  world.margin.positions = [long];
  await world.start();
  expect(world.positions.list().map(toText)).toEqual(['BTC-USDT net 2 @100']);
  expect(world.connector.status.ready).toBe(true);
});

test('positions of the stream are told as they come', async () => {
  const { connector, positions, tell } = await ready();
  const told: string[] = [];
  connector.on('position', ({ position }) => told.push(toText(position)));
  await tell('account', { type: 'position', ...long }, { type: 'position', ...long, amount: '0', at: '6' });
  expect(told).toEqual(['BTC-USDT net 2 @100', 'BTC-USDT net 0 @100']);
  await tell('account', { type: 'positions', rows: [{ symbol: 'ETHUSDT', amount: '-1' }], at: '7' });
  expect(positions.list().map(toText)).toEqual(['ETH-USDT net -1 @-']);
});

test('a position that makes no sense is told as a problem, and the account is compared', async () => {
  const { tell, news, clock, count } = await ready();
  const asked = count('GET /positions');
  await tell('account', { type: 'position', ...long, side: 'long', amount: '-2' });
  await clock.advance(1_000);
  expect([news(), count('GET /positions')]).toEqual([['warning BTCUSDT: a long position of -2'], asked + 1]);
});

test('the venue is asked again for positions when it hints at a change, when asked to, and from time to time', async () => {
  const { connector, margin, positions, tell, run, clock, count } = await ready();
  margin.positions = [long];
  await tell('account', { what: 'positions' });
  await clock.advance(1_000);
  expect(positions.list().map(toText)).toEqual(['BTC-USDT net 2 @100']);
  margin.positions = [];
  await run(connector.refresh('positions'));
  expect(positions.list()).toEqual([]);
  const asked = count('GET /positions');
  await clock.advance(60_000);
  expect(count('GET /positions')).toBe(asked + 1);
});

test('the account is not ready before the positions are known', async () => {
  const { connector, server, start, clock } = open();
  server.on('GET /positions', () => refusal('busy', 'later'));
  const starting = start();
  await clock.advance(2_000);
  expect(connector.status.account).toBe('reconciling');
  server.on('GET /positions', () => []);
  await starting;
  expect(connector.status.account).toBe('ready');
});

test('what is available is what the venue says last, and it is asked when a report leaves it out', async () => {
  const { connector, server, tell, clock, count } = await ready();
  const answer = gate();
  server.on('GET /balances', async () => {
    await answer.opened;
    return [{ asset: 'USDT', total: '900', available: '500' }];
  });
  const asked = count('GET /balances');
  await tell('account', { type: 'balances', rows: [{ asset: 'USDT', total: '900' }] });
  const { total, available } = connector.balances().get('USDT') ?? {};
  expect([total?.toFixed(), available?.toFixed()]).toEqual(['900', '1000']);
  answer.open();
  await clock.advance(1_000);
  expect([connector.balances().get('USDT')?.available.toFixed(), count('GET /balances')]).toEqual(['500', asked + 1]);
});

test('a stop leaves nothing running', async () => {
  const { connector, clock, run } = await ready();
  await run(connector.watch('BTC-USDT'));
  await connector.stop();
  await clock.advance(1_000);
  expect(clock.timers()).toBe(0);
});

test('without credentials there is no position, and asking says so', async () => {
  const world = createWorld({}, tinyPerpetual);
  serveMargin(world.server);
  await world.start();
  const { positions } = world.connector;
  expect(positions?.list()).toEqual([]);
  expect(await failureOf(positions?.payments() ?? Promise.resolve())).toBe(
    'auth not-sent: tiny_perpetual: this needs credentials; without them there is market data only',
  );
});

test('a spot venue has no positions, and cannot refresh them', async () => {
  const { connector, start, run } = createWorld();
  await start();
  expect(connector.positions).toBe(undefined);
  expect(await failureOf(run(connector.refresh('positions')))).toBe(
    'unsupported not-sent: tiny refresh: this venue has no positions',
  );
});

test('a script that needs positions or hedge mode is refused in one line', async () => {
  const { connector } = createWorld();
  expect(await failureOf(connector.start({ needs: { positions: true, hedge: true } }))).toBe(
    'unsupported not-sent: tiny start: the script needs what this venue lacks: positions, hedge mode',
  );
  expect(open().connector.capabilities).toMatchObject({ positions: true, hedge: true });
});

test('an order in one-way mode works on the net position, and only reduces it when it closes', async () => {
  const { connector, server, run } = await ready();
  await run(connector.place(buy('a')));
  await run(connector.place(buy('b', { side: 'sell', price: '101', effect: 'close' })));
  const sent = server.requests.filter(({ at }) => at === 'POST /order').map(({ params }) => params);
  expect(sent).toMatchObject([{ position: 'net' }, { position: 'net', reduce: 'yes' }]);
  expect([connector.order('a')?.effect, connector.order('b')?.effect]).toEqual([undefined, 'close']);
});

test('an order in hedge mode says what it does to which position', async () => {
  const world = open();
  world.margin.mode = 'hedge';
  await world.start();
  const { connector, server, run, positions } = world;
  expect(positions.mode()).toBe('hedge');
  expect(await failureOf(run(connector.place(buy('x'))))).toBe(
    'invalid-request not-sent: tiny_perpetual place BTC-USDT: in hedge mode an order says with effect what it does: open or close',
  );
  const sell = { side: 'sell', price: '101' } as const;
  await run(connector.place(buy('a', { effect: 'open' })));
  await run(connector.place(buy('b', { effect: 'close' })));
  await run(connector.place(buy('c', { ...sell, effect: 'open' })));
  await run(connector.place(buy('d', { ...sell, effect: 'close' })));
  const sent = server.requests.filter(({ at }) => at === 'POST /order').map(({ params }) => params['position']);
  expect(sent).toEqual(['long', 'short', 'short', 'long']);
});

test('the mode is set and then read back', async () => {
  const { positions, run, count } = await ready();
  await run(positions.setMode?.('hedge') ?? Promise.reject(new Error('no setMode')));
  expect(positions.mode()).toBe('hedge');
  await run(positions.setMode?.('hedge') ?? Promise.resolve());
  expect(count('POST /mode')).toBe(1);
});

test('a mode that the venue refuses, or does not take over, stays', async () => {
  const { positions, server, run } = await ready();
  const setMode = (): Promise<string> => failureOf(run(positions.setMode?.('hedge') ?? Promise.resolve()));
  server.on('POST /mode', () => refusal('rejected', 'positions are open'));
  expect(await setMode()).toBe('order-rejected refused: tiny_perpetual POST /mode: positions are open (rejected)');
  server.on('POST /mode', () => ({}));
  expect(await setMode()).toBe('bad-response unknown: tiny_perpetual mode: set to hedge, and the venue shows one-way');
  expect(positions.mode()).toBe('one-way');
});

test('a mode that the venue lacks is refused before it is asked', async () => {
  const spec = { ...tinyPerpetual, positions: { ...tinyPerpetual.positions, modes: ['one-way'] as const } };
  const world = createWorld({ credentials }, spec);
  serveMargin(world.server);
  await world.start();
  expect(await failureOf(world.connector.positions?.setMode?.('hedge') ?? Promise.resolve())).toBe(
    'unsupported not-sent: tiny_perpetual mode: this venue has no hedge mode',
  );
});

test('what a venue cannot do with its settings is absent', async () => {
  const { fetchMode: _m, setMode: _s, fetchLeverage: _f, setLeverage: _l, ...positions } = tinyPerpetual.positions;
  const world = createWorld({ credentials }, { ...tinyPerpetual, positions });
  serveMargin(world.server);
  await world.start();
  const has = world.connector.positions ?? {};
  expect(['setMode', 'leverage', 'setLeverage'].filter((name) => name in has)).toEqual([]);
  expect(world.connector.positions?.mode()).toBe('one-way');
  await world.run(world.connector.place(buy('a', { checkFunds: true })));
});

test('a mode that somebody else changed shows with the first position of the other kind', async () => {
  const { positions, margin, tell, clock } = await ready();
  margin.mode = 'hedge';
  await tell('account', { type: 'position', ...long, side: 'long' });
  await clock.advance(1_000);
  expect(positions.mode()).toBe('hedge');
});

test('flat positions say nothing about the mode', async () => {
  const { positions, tell, clock, count } = await ready();
  const asked = count('GET /mode');
  await tell('account', { type: 'position', ...long, side: 'long', amount: '0' });
  await clock.advance(1_000);
  expect([positions.mode(), count('GET /mode') - asked]).toEqual(['one-way', 0]);
});

test('leverage is set and then read back', async () => {
  const { positions, run, count, server } = await ready();
  const set = (leverage: string): Promise<string> =>
    failureOf(run(positions.setLeverage?.('BTC-USDT', { leverage, margin: 'isolated' }) ?? Promise.resolve()));
  expect(await set('5')).toBe('resolved');
  const setting = await run(positions.leverage?.('BTC-USDT') ?? Promise.reject(new Error('no leverage')));
  expect([setting.leverage.toFixed(), setting.margin]).toEqual(['5', 'isolated']);
  expect(await set('0')).toBe('invalid-request not-sent: tiny_perpetual leverage: leverage 0 is not above zero');
  expect(count('POST /leverage')).toBe(1);
  server.on('POST /leverage', () => ({}));
  expect(await set('7')).toBe(
    'bad-response unknown: tiny_perpetual leverage: BTC-USDT set to 7 isolated, and the venue shows 5 isolated',
  );
});

test('funds are checked against the leverage, the fees and what is available', async () => {
  const { connector, run, margin } = await ready();
  margin.leverage = { leverage: '10', margin: 'cross' };
  const place = (clientOrderId: string, amount: string): Promise<string> =>
    failureOf(run(connector.place(buy(clientOrderId, { amount, checkFunds: true }))));
  expect(await place('a', '100')).toBe(
    'insufficient-balance not-sent: place BTC-USDT: needs 1020 USDT of margin and fee, and 1000 USDT is available',
  );
  expect(await place('b', '98')).toBe('resolved');
});

test('funding is known when a market is watched, and follows the stream', async () => {
  const { connector, positions, tell, run, count } = await ready();
  await run(connector.watch('BTC-USDT'));
  const told: string[] = [];
  const end = positions.onFunding('BTC-USDT', ({ markPrice }) => told.push(markPrice?.toFixed() ?? '-'));
  const { rate, intervalMs, nextAt, markPrice, indexPrice } = positions.funding('BTC-USDT') ?? {};
  expect([rate?.toFixed(), intervalMs, nextAt, markPrice?.toFixed(), indexPrice?.toFixed()]).toEqual([
    ...['0.0001', 28_800_000, 3_600_000, '100', '99'],
  ]);
  await tell('public', { type: 'funding', symbol: 'BTCUSDT', mark: '105' });
  expect([told, positions.funding('BTC-USDT')?.rate?.toFixed()]).toEqual([['105'], '0.0001']);
  end();
  await tell('public', { type: 'funding', symbol: 'BTCUSDT', mark: '106' });
  expect([told.length, count('GET /funding')]).toEqual([1, 1]);
  await run(connector.unwatch('BTC-USDT'));
  expect(positions.funding('BTC-USDT')).toBe(undefined);
});

test('funding that fails is told and asked for again, and does not keep a market from being watched', async () => {
  const { connector, positions, server, margin, run, clock, news } = await ready();
  server.on('GET /funding', () => breakOff());
  await run(connector.watch('BTC-USDT'));
  expect([positions.funding('BTC-USDT'), news()[0]?.split('\n')[0]]).toEqual([
    ...[undefined, 'warning tiny_perpetual GET /funding: the connection broke'],
  ]);
  server.on('GET /funding', () => ({ ...margin.funding, symbol: 'BTCUSDT' }));
  await clock.advance(600_000);
  expect(positions.funding('BTC-USDT')?.rate?.toFixed()).toBe('0.0001');
});

test('where funding is not streamed, it is asked for', async () => {
  const { topic } = tinyPerpetual.market;
  const spec = {
    ...tinyPerpetual,
    market: {
      ...tinyPerpetual.market,
      topic: (...of: Parameters<typeof topic>) => (of[0] === 'funding' ? undefined : topic(...of)),
    },
  };
  const world = createWorld({ credentials }, spec);
  serveMargin(world.server);
  await world.start();
  await world.run(world.connector.watch('BTC-USDT', ['funding']));
  await world.run(world.connector.watch('BTC-USDT'));
  await world.clock.advance(60_000);
  expect(world.count('GET /funding')).toBe(3);
});

test('a listener that throws does not keep funding from others', async () => {
  const { connector, positions, tell, run, logged } = await ready();
  await run(connector.watch('BTC-USDT'));
  positions.onFunding('BTC-USDT', () => {
    throw new Error('mine');
  });
  let heard = 0;
  positions.onFunding('BTC-USDT', () => {
    heard += 1;
  });
  await tell('public', { type: 'funding', symbol: 'BTCUSDT', mark: '105' });
  expect([heard, logged.includes('listener.threw')]).toEqual([1, true]);
});

const hourMs = 3_600_000;

function payment(id: string, at: number, symbol = 'BTCUSDT'): Readonly<Record<string, string>> {
  return { symbol, id, amount: '-0.5', at: String(at) };
}

function told(connector: Connector): readonly string[] {
  const heard: string[] = [];
  connector.on('funding-paid', ({ id, payment: { pair } }) => heard.push(`${id} ${pair}`));
  return heard;
}

test('a payment is told once, whether the stream, a hint or the clock brings it', async () => {
  const { connector, margin, clock, tell } = await ready();
  const heard = told(connector);
  const [first, second, third] = [1, 2, 3].map((id) => payment(String(id), clock.now() + id));
  margin.payments = [first ?? {}];
  await tell('account', { type: 'payment', ...first });
  expect(heard).toEqual(['funding-paid:BTCUSDT:1 BTC-USDT']);
  margin.payments.push(second ?? {});
  await tell('account', { what: 'payments' });
  expect(heard.slice(1)).toEqual(['funding-paid:BTCUSDT:2 BTC-USDT']);
  margin.payments.push(third ?? {});
  await clock.advance(300_000);
  expect(heard.slice(2)).toEqual(['funding-paid:BTCUSDT:3 BTC-USDT']);
});

test('what was paid before the first start is not told, what was paid between two runs is', async () => {
  const journal = createMemoryJournal({ now: () => 0 });
  const first = open({ journal });
  first.margin.payments = [payment('0', first.clock.now() - 1)];
  const heard = told(first.connector);
  await first.start();
  await first.clock.advance(hourMs);
  await first.connector.stop();
  const second = open({ journal });
  const heardLater = told(second.connector);
  const at = second.clock.now();
  second.margin.payments = [payment('0', at - 1), ...[1, 2, 3, 4, 5, 6, 7].map((id) => payment(String(id), at + id))];
  await second.start();
  await second.clock.advance(1_000);
  expect(heard).toEqual([]);
  expect(heardLater.length).toBe(7);
  await second.clock.advance(hourMs);
  expect(heardLater.length).toBe(7);
});

test('payments are read again from the journal with the orders', async () => {
  const { connector, clock, tell } = await ready();
  await tell('account', { type: 'payment', ...payment('1', clock.now()) });
  await tell('account', { type: 'order', id: '9', cid: 'x', status: 'open', side: 'buy', amount: '1', price: '90' });
  await connector.stop();
  const read = async (from?: number): Promise<readonly Event[]> => {
    const events: Event[] = [];
    for await (const event of connector.events({ ...(from !== undefined && { from }) })) events.push(event);
    return events;
  };
  const events = await read();
  expect(events.map(({ id }) => id)).toEqual(['funding-paid:BTCUSDT:1', 'order-opened:x']);
  expect((await read((events[0]?.sequence ?? 0) + 1)).map(({ id }) => id)).toEqual(['order-opened:x']);
});

test('payments that cannot be fetched are fetched later', async () => {
  const { connector, server, margin, clock, tell, news } = await ready();
  const heard = told(connector);
  server.on('GET /payments', () => breakOff());
  await tell('account', { what: 'payments' });
  expect(news()[0]?.split('\n')[0]).toBe('warning tiny_perpetual GET /payments: the connection broke');
  const at = clock.now();
  server.on('GET /payments', () => [payment('1', at)]);
  await clock.advance(300_000);
  expect([heard.length, margin.payments.length]).toEqual([1, 0]);
});

test('past payments are given on request, page by page, of one market or of all', async () => {
  const { positions, margin, clock, run } = await ready();
  const at = clock.now();
  margin.payments = [1, 2, 3, 4].flatMap((id) => [
    ...[payment(String(id), at - 10 + id), payment(String(id), at - 10 + id, 'ETHUSDT')],
  ]);
  const all = await run(positions.payments());
  expect(all.map(({ pair, paymentId }) => `${pair} ${paymentId}`)).toEqual([
    ...['BTC-USDT 1', 'ETH-USDT 1', 'BTC-USDT 2', 'ETH-USDT 2'],
    ...['BTC-USDT 3', 'ETH-USDT 3', 'BTC-USDT 4', 'ETH-USDT 4'],
  ]);
  const some = await run(positions.payments({ pair: 'BTC-USDT', from: at - 7 }));
  expect(some.map(({ paymentId }) => paymentId)).toEqual(['3', '4']);
});
