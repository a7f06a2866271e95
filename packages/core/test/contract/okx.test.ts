import { expect, test } from 'vitest';

import { okx } from './okx.js';
import { answer, decoded, parsed } from './support/fixture.js';
import { at, changed, list, text } from './support/read.js';
import { createWorld, type World } from './support/world.js';

const symbol = 'LTC-USD-SWAP';
const [instrument] = list(answer('okx.instruments').body, 'data');
const snapshot = changed(answer('okx.books').body, { arg: { channel: 'books', instId: symbol } });
/** The documented order of numbers: a snapshot, an update, a sign of life, a reset, an update. */
const numbers = list(answer('okx.sequence').body);

/** The documented snapshot with these numbers, or an update of one bid. */
function told(number: unknown, bid?: string): object {
  const [levels] = list(snapshot, 'data');
  const change = { asks: [], bids: bid === undefined ? [] : [['8476.97', bid, '0', '1']] };
  const data = [changed(changed(levels, number === numbers[0] ? {} : change), Object.assign({}, number))];
  return changed(snapshot, { action: number === numbers[0] ? 'snapshot' : 'update', data });
}

function open(positions: readonly unknown[] = []): World {
  const ethereum = changed(instrument, { instId: 'ETH-USD-SWAP', settleCcy: 'ETH' });
  return createWorld(okx, {
    answers: {
      'GET /api/v5/public/instruments': () => ({ body: { code: '0', data: [instrument, ethereum] } }),
      'POST /api/v5/trade/order': () => ({ body: { code: '0', data: [{ ordId: '312269865356374016', sCode: '0' }] } }),
      'GET /api/v5/account/positions': () => ({ body: { code: '0', data: positions } }),
    },
    message: (peer, sent) => {
      const message = parsed(sent);
      const event = text(message, 'op');
      for (const arg of list(message, 'args')) peer.send({ event, arg, connId: 'a4d3ae55' });
      if (event === 'subscribe') peer.send(told(numbers[0]));
    },
  });
}

function best({ connector }: World): string {
  const level = connector.book('LTC-USD')?.best('buy');
  return `${connector.book('LTC-USD')?.state ?? 'none'} ${level?.amount.times(level.price).toFixed(4) ?? ''}`;
}

test('a coin-margined book reads in base units, and is worth its contracts', async () => {
  const world = open();
  await world.run(world.connector.start({ pairs: ['LTC-USD'] }));
  const level = world.connector.book('LTC-USD')?.best('buy');
  // 256 contracts of 10 USD at 8,476.97 USD.
  expect([level?.price.toFixed(), level?.amount.toFixed(8)]).toEqual(['8476.97', '0.30199470']);
  expect(best(world)).toBe('live 2560.0000');
});

test('a book survives the documented sequence, which falls from 15 to 3', async () => {
  const world = open();
  await world.run(world.connector.start({ pairs: ['LTC-USD'] }));
  const seen: string[] = [];
  for (const [index, number] of numbers.slice(1).entries()) {
    await world.say('subscribe', told(number, String(index + 1)));
    seen.push(best(world));
  }
  expect(seen).toEqual(['live 10.0000', 'live 20.0000', 'live 30.0000', 'live 40.0000']);
  expect(world.peers[0]?.received).toHaveLength(1);
});

test('a link that is missing makes the book stale, and it is subscribed again for a snapshot', async () => {
  const world = open();
  await world.run(world.connector.start({ pairs: ['LTC-USD'] }));
  await world.say('subscribe', told({ prevSeqId: 11, seqId: 15 }, '1'));
  expect(best(world)).toBe('stale 2560.0000');
  await world.clock.advance(2_000);
  expect(best(world)).toBe('live 2560.0000');
  expect(world.peers[0]?.received.map(({ text: sent }) => text(parsed(sent), 'op'))).toEqual([
    'subscribe',
    'unsubscribe',
    'subscribe',
  ]);
});

test('the sides of a hedge are told in base units at the entry price, as the documented margin has it', async () => {
  const [long] = list(answer('okx.positions').body, 'data');
  const world = open([long, changed(long, { posSide: 'short', pos: '3' })]);
  await world.run(world.connector.start());
  const [first, second] = world.connector.positions?.list() ?? [];
  expect([first?.pair, first?.side, second?.side]).toEqual(['ETH-USD', 'long', 'short']);
  expect(first?.amount.div(first.leverage ?? '1').toFixed(16)).toBe(
    text(decoded('okx.positions'), 'data', 0, 'margin'),
  );
  expect(second?.amount.toFixed(16)).toBe(first?.amount.times('3').toFixed(16));
});

test.each([
  ['base', { amount: '0.0123', amountIn: 'base' }, '10'],
  ['quote', { amount: '105', amountIn: 'quote' }, '10'],
] as const)('an order sized in %s leaves as whole contracts, and is told in quote', async (_, size, contracts) => {
  const world = open();
  await world.run(world.connector.start());
  const order = { pair: 'LTC-USD', side: 'buy', type: 'limit', effect: 'open', price: '8476.97', ...size } as const;
  const placed = await world.run(world.connector.place(order));
  const { sz } = world.requests.at(-1)?.params ?? {};
  expect([sz, placed.amount.toFixed(), placed.amountIn, placed.state]).toEqual([contracts, '100', 'quote', 'open']);
});

test('a market order with a bound leaves as contracts at the bound', async () => {
  const world = open();
  await world.run(world.connector.start({ pairs: ['LTC-USD'] }));
  const order = { pair: 'LTC-USD', side: 'buy', type: 'market', effect: 'open', maxSlippage: '0.01' } as const;
  await world.run(world.connector.place({ ...order, amount: '120', amountIn: 'quote' }));
  expect(world.requests.at(-1)?.params).toMatchObject({ sz: '12', px: '8561.74', posSide: 'long' });
});

test('an order of less than a contract is refused', async () => {
  const world = open();
  await world.run(world.connector.start());
  const order = {
    pair: 'LTC-USD',
    side: 'buy',
    type: 'limit',
    effect: 'open',
    amount: '0.001',
    price: '8500',
  } as const;
  await expect(world.run(world.connector.place(order))).rejects.toThrow(
    'amount 8.5 USD is below the smallest, 10, in steps of 10',
  );
});

test('the market settles in its base asset, and a contract is worth quote', async () => {
  const world = open();
  await world.run(world.connector.start());
  const market = world.connector.markets.get('LTC-USD');
  expect([market?.shape, market?.settle, market?.contractSize.toFixed(), at(instrument, 'ctValCcy')]).toEqual([
    'inverse',
    'LTC',
    '10',
    'USD',
  ]);
});
