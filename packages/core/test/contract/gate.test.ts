import { expect, test } from 'vitest';

import { gate } from './gate.js';
import { answer, decoded, documented } from './support/fixture.js';
import { changed, list } from './support/read.js';
import { createWorld, type World } from './support/world.js';

/** What the documented update changes, one number before it: its first bid and ask go. */
const before = {
  id: 2517661100,
  bids: [{ p: '54672.1', s: 100 }],
  asks: [{ p: '54743.6', s: 40 }],
};

function open(contract: object = {}, positions: readonly object[] = []): World {
  const [btc] = list(answer('gate.contracts').body);
  return createWorld(gate, {
    answers: {
      'GET /api/v4/futures/usdt/contracts': () => ({ body: [changed(btc, contract)] }),
      'GET /api/v4/futures/usdt/order_book': () => ({ body: changed(answer('gate.order-book').body, before) }),
      'GET /api/v4/futures/usdt/positions': () => ({ body: positions }),
      'POST /api/v4/futures/usdt/orders': () => ({ body: {} }),
    },
  });
}

const inverse = { name: 'BTC_USD', type: 'inverse', quanto_multiplier: '0' };

function position(mode: string, size: number): object {
  return changed(list(answer('gate.position').body)[0], { mode, size });
}

test('a book in contracts reads in base units', async () => {
  const { connector, run, say } = open();
  await run(connector.start({ pairs: ['BTC-USDT'] }));
  const book = connector.book('BTC-USDT');
  expect(book?.depth(5)).toEqual({ bids: [['54672.1', '0.01']], asks: [['54743.6', '0.004']] });
  await say('subscribe', documented('gate.order-book-update'));
  expect([book?.state, book?.depth(5)]).toEqual([
    'live',
    { bids: [['54664.5', '5.8794']], asks: [['54742', '0.0095']] },
  ]);
  expect(book?.walk('buy', { base: '0.0095' })).toMatchObject({ complete: true });
});

test('a book of inverse contracts reads in base units as well, at the price of each level', async () => {
  const { connector, run, say } = open(inverse);
  await run(connector.start({ pairs: ['BTC-USD'] }));
  await say('subscribe', documented('gate.order-book-update').replace('BTC_USDT', 'BTC_USD'));
  const book = connector.book('BTC-USD');
  // 58,794 contracts of 1 USD at 54,664.5 USD.
  expect(book?.best('buy')?.amount.toFixed(10)).toBe('1.0755426282');
  expect(book?.floats.bid).toBe(54_664.5);
});

test.each([
  ['linear', {}, 'BTC-USDT', 'BTC_USDT', '0.0108'],
  ['inverse', inverse, 'BTC-USD', 'BTC_USD', '1.1203319502'],
])('a public trade of %s contracts is told in base units', async (_, contract, pair, symbol, amount) => {
  const { connector, run, say } = open(contract);
  await run(connector.start({ pairs: [pair] }));
  await say('subscribe', documented('gate.trade').replace('BTC_USDT', symbol));
  const [trade] = connector.trades(pair);
  expect([trade?.side, trade?.amount.toFixed(10).replace(/0+$/, '')]).toEqual(['sell', amount]);
});

test('the sides of a hedge are two positions of a size each, in base units', async () => {
  const { connector, run } = open({}, [position('dual_long', 120), position('dual_short', -9440)]);
  await run(connector.start());
  const positions = connector.positions?.list() ?? [];
  expect(
    positions.map(({ pair, side, amount, entryPrice }) => [pair, side, amount.toFixed(), entryPrice?.toFixed()]),
  ).toEqual([
    ['BTC-USDT', 'long', '0.012', '3779.55'],
    ['BTC-USDT', 'short', '0.944', '3779.55'],
  ]);
  expect(connector.positions?.mode()).toBe('hedge');
});

test('an order in base units leaves as contracts', async () => {
  const { connector, run, requests } = open();
  await run(connector.start());
  const order = {
    pair: 'BTC-USDT',
    side: 'sell',
    type: 'limit',
    amount: '0.01239',
    price: '54700.04',
    effect: 'close',
  } as const;
  const placed = await run(connector.place(order));
  expect(requests.at(-1)?.params).toMatchObject({
    contract: 'BTC_USDT',
    size: '-123',
    price: '54700.1',
    reduce_only: true,
  });
  expect([placed.amount.toFixed(), placed.state]).toEqual(['0.0123', 'open']);
});

test('the documented update is read as printed', () => {
  expect(
    gate.market.feed.streams?.['public']?.parse(decoded('gate.order-book-update'), {
      options: {},
      market: () => undefined,
    }),
  ).toEqual([
    {
      type: 'book',
      symbol: 'BTC_USDT',
      snapshot: false,
      sequence: { by: 'range', first: 2517661101, last: 2517661113 },
      bids: [
        ['54672.1', '0'],
        ['54664.5', '58794'],
      ],
      asks: [
        ['54743.6', '0'],
        ['54742', '95'],
      ],
    },
  ]);
});
