import { crc32 } from 'node:zlib';

import { expect, test } from 'vitest';

import { kraken } from './kraken.js';
import { answer, decoded, documented, parsed } from './support/fixture.js';
import { at, changed, list, text } from './support/read.js';
import { createWorld, type World } from './support/world.js';

const snapshot = documented('kraken.book-snapshot');

function open(): World {
  const { body: created } = answer('kraken.add-order');
  let orders = 0;
  return createWorld(kraken, {
    answers: {
      'POST /0/private/AddOrder': () => {
        orders += 1;
        return { body: changed(created, { result: { txid: [`OU22CG-KLAF2-FWUDD${orders}`] } }) };
      },
      'POST /0/private/CancelOrder': () => ({ body: { error: [], result: { count: 1 } } }),
    },
    message: (peer, sent) => {
      const message = parsed(sent);
      peer.send({ method: at(message, 'method'), req_id: at(message, 'req_id'), success: true });
      if (at(message, 'method') === 'subscribe') peer.send(snapshot);
    },
  });
}

/** Of the documented book, with its best bid in another amount: the digits of prices and amounts, asks first. */
function checksumWith(bestBid: string): number {
  const book = at(decoded('kraken.book-snapshot'), 'data', 0);
  const levels = [...list(book, 'asks'), ...list(book, 'bids')].map((level) => {
    const price = text(level, 'price');
    return [price, price === '45283.5' ? bestBid : text(level, 'qty')];
  });
  const digits = levels.flat().map((value) => value.replace('.', '').replace(/^0+/, ''));
  return crc32(digits.join(''));
}

function update(qty: string, checksum: number): string {
  const level = `{ "price": 45283.5, "qty": ${qty} }`;
  return `{ "channel": "book", "type": "update", "data": [{ "symbol": "BTC/USD", "bids": [${level}], "asks": [], "checksum": ${checksum} }] }`;
}

test('the documented book adds up to the documented checksum, zeros and all', async () => {
  const { connector, run } = open();
  await run(connector.start({ pairs: ['BTC-USD'] }));
  const book = connector.book('BTC-USD');
  expect([book?.state, book?.best('buy')?.amount.toFixed(8), book?.best('sell')?.amount.toFixed(8)]).toEqual([
    'live',
    '0.10000000',
    '0.00100000',
  ]);
});

test('an update that adds up is taken, and one that does not makes the book stale until the next snapshot', async () => {
  const { connector, run, say, clock, peers } = open();
  await run(connector.start({ pairs: ['BTC-USD'] }));
  const book = connector.book('BTC-USD');
  await say('subscribe', update('0.25000000', checksumWith('0.25000000')));
  expect([book?.state, book?.best('buy')?.amount.toFixed()]).toEqual(['live', '0.25']);
  await say('subscribe', update('0.30000000', 1));
  expect(book?.state).toBe('stale');
  await clock.advance(2_000);
  expect([book?.state, book?.best('buy')?.amount.toFixed(), peers[0]?.received.length]).toEqual(['live', '0.1', 3]);
});

/** Places and cancels, and returns how long the cancel waited for the counter. */
async function churn({ connector, run, clock }: World, restsMs = 0): Promise<number> {
  const order = { pair: 'BTC-USD', side: 'buy', type: 'limit', amount: '1.45', price: '27500' } as const;
  const { clientOrderId } = await run(connector.place(order));
  await clock.advance(restsMs);
  const before = clock.mono();
  await run(connector.cancel(clientOrderId));
  return clock.mono() - before;
}

test('quick cancels fill the counter of a market until one has to wait for it to decay', async () => {
  const world = open();
  await world.run(world.connector.start());
  const waits: number[] = [];
  for (let index = 0; index < 8; index += 1) waits.push(await churn(world));
  // Nine points a round: 6 rounds fit into 60, and the counter loses one a second.
  expect(waits.slice(0, 6).every((wait) => wait < 100)).toBe(true);
  expect(waits[6]).toBeGreaterThan(1_000);
});

test('an order that has rested is cancelled for less', async () => {
  const world = open();
  await world.run(world.connector.start());
  for (let index = 0; index < 8; index += 1) expect(await churn(world, 15_000)).toBeLessThan(100);
});

test('an order goes by the name of REST and a number of 31 bits', async () => {
  const { connector, run, requests } = open();
  await run(connector.start());
  const order = await run(
    connector.place({ pair: 'BTC-USD', side: 'buy', type: 'limit', amount: '1.45', price: '27500' }),
  );
  const { pair, userref, volume } = requests.at(-1)?.params ?? {};
  expect([pair, volume, userref, order.orderId]).toEqual([
    'XBTUSD',
    '1.45',
    order.clientOrderId,
    'OU22CG-KLAF2-FWUDD1',
  ]);
  expect(Number(userref)).toBeLessThan(2 ** 31);
});
