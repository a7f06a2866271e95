import { expect, test } from 'vitest';

import { coinbase } from './coinbase.js';
import { answer, parsed } from './support/fixture.js';
import { createNumbers, type Numbers } from './support/numbers.js';
import { at, changed, list } from './support/read.js';
import { createWorld, type World } from './support/world.js';

const { body: snapshot } = answer('coinbase.level2');

function open(answers = {}): World & Numbers {
  const numbers = createNumbers('sequence_num');
  const world = createWorld(coinbase, {
    answers,
    message: (peer, sent) => {
      const message = parsed(sent);
      if (at(message, 'type') !== 'subscribe' || at(message, 'channel') !== 'level2') return;
      const products = list(message, 'product_ids');
      for (const product of products) peer.send(numbers.next(peer, book(String(product))));
      const subscriptions = { level2: products };
      peer.send(numbers.next(peer, { channel: 'subscriptions', events: [{ subscriptions }] }));
    },
  });
  return { ...world, ...numbers };
}

/** The documented message for a product, or an update of its best bid. */
function book(product: string, quantity?: string): object {
  const [event] = list(snapshot, 'events');
  const [best] = list(event, 'updates');
  const update = { type: 'update', updates: [changed(best, { new_quantity: quantity })] };
  const offer = {
    type: 'snapshot',
    updates: [...list(event, 'updates'), changed(best, { side: 'offer', price_level: '21922' })],
  };
  return {
    ...snapshot,
    events: [changed(changed(event, { product_id: product }), quantity === undefined ? offer : update)],
  };
}

function states({ connector }: World): readonly string[] {
  return ['BTC-USD', 'ETH-USD'].map((pair) => {
    const level = connector.book(pair)?.best('buy');
    return `${pair} ${connector.book(pair)?.state ?? ''} ${level?.amount.toFixed() ?? ''}`;
  });
}

test('books live by the numbers of their connection, which acks and other products count in', async () => {
  const world = open();
  await world.run(world.connector.start({ pairs: ['BTC-USD', 'ETH-USD'] }));
  await world.say(
    'level2',
    world.numbered(book('BTC-USD', '0.05')),
    world.numbered({ channel: 'heartbeats', events: [] }),
  );
  await world.say('level2', world.numbered(book('ETH-USD', '7')));
  expect(states(world)).toEqual(['BTC-USD live 0.05', 'ETH-USD live 7']);
});

test('a hole in them makes every book of the connection stale, and each gets a new snapshot', async () => {
  const world = open();
  await world.run(world.connector.start({ pairs: ['BTC-USD', 'ETH-USD'] }));
  await world.say('level2', world.numbered(book('BTC-USD', '0.05'), 1));
  expect(states(world)).toEqual(['BTC-USD stale 0.06317902', 'ETH-USD stale 0.06317902']);
  await world.clock.advance(5_000);
  expect(states(world)).toEqual(['BTC-USD live 0.06317902', 'ETH-USD live 0.06317902']);
});

test('what an order filled is told cumulatively, and its fills are fetched', async () => {
  const [fill] = list(answer('coinbase.fills').body, 'fills');
  const told = changed(fill, { order_id: 'YYY', size: '0.01', price: '50000', commission: '2' });
  let fills: readonly object[] = [];
  const world = open({
    'POST /api/v3/brokerage/orders': () => ({ body: { success: true, success_response: { order_id: 'YYY' } } }),
    'GET /api/v3/brokerage/orders/historical/fills': () => ({ body: { fills } }),
  });
  const filled: string[] = [];
  world.connector.on('order-filled', ({ fill: { fillId, amount, price } }) =>
    filled.push(`${fillId} ${amount.toFixed()} @${price.toFixed()}`),
  );
  await world.run(world.connector.start());
  const order = {
    pair: 'BTC-USD',
    side: 'buy',
    type: 'limit',
    amount: '0.01',
    price: '50000',
    clientOrderId: 'XXX',
  } as const;
  const placed = await world.run(world.connector.place(order));
  fills = [told];
  await world.say('user', world.numbered(answer('coinbase.user').body));
  await world.clock.advance(5_000);
  const closed = world.connector.order('XXX');
  expect([placed.state, closed?.state, closed?.fillsComplete, closed?.filled.toFixed()]).toEqual([
    'open',
    'filled',
    true,
    '0.01',
  ]);
  expect([filled, closed?.fees.map(({ asset, amount }) => `${amount.toFixed()} ${asset}`)]).toEqual([
    ['1111-11111-111111 0.01 @50000'],
    ['2 USD'],
  ]);
});

test('the account is subscribed with a token of its own', async () => {
  const { connector, run, peers, clock } = open();
  await run(connector.start());
  await clock.advance(10);
  const sent = peers.flatMap(({ received }) => received.map((message) => message.text));
  const [subscription = ''] = sent.filter((each) => each.includes('"user"'));
  expect(parsed(subscription)).toEqual({
    type: 'subscribe',
    channel: 'user',
    jwt: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});
