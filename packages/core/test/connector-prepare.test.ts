import { expect, test } from 'vitest';

import { toText, toUtf8 } from '../src/codec/text.js';
import { createMemoryJournal, type Journal } from '../src/orders/journal.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, limitOrder, type World, type WorldOptions } from './support/connector-world.js';

const { trading } = tiny;

/** A venue whose orders have a number before they are sent, as on a chain. */
const chained: TinySpec = {
  ...tiny,
  trading: {
    ...trading,
    prepare: async ({ nonce, call }, { clientOrderId }) => {
      await call({ at: 'GET /time' }, {}, () => undefined);
      return { orderId: `n${nonce()}`, bytes: toUtf8(`signed ${clientOrderId}`) };
    },
    place: async ({ call }, { market, clientOrderId }, bytes = new Uint8Array()) => {
      const at = { at: 'POST /broadcast', signed: true, lane: 'order' } as const;
      const params = { symbol: market.symbol, clientOrderId, blob: toText(bytes) };
      return call(at, params, () => ({ type: 'order', symbol: market.symbol, status: 'open' }));
    },
  },
};

function createRecorded(): { readonly journal: Journal; readonly written: string[] } {
  const memory = createMemoryJournal({ now: () => 0 });
  const written: string[] = [];
  return {
    written,
    journal: {
      ...memory,
      append: (clientOrderId, entry) => {
        written.push(entry.kind === 'prepared' ? `prepared ${entry.bytes}` : entry.kind);
        return memory.append(clientOrderId, entry);
      },
      durable: () => {
        written.push('durable');
        return Promise.resolve();
      },
    },
  };
}

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld({ spec: chained, ...options });
  world.server.always('POST /broadcast', { body: {} });
  await world.start();
  return world;
}

test('the number and the bytes of an order are on record before it leaves, and the bytes are what is sent', async () => {
  const { journal, written } = createRecorded();
  const world = await startedWorld({ journal });
  const order = await world.place({ clientOrderId: 'mine' });
  expect([order.state, order.orderId?.slice(0, 2)]).toEqual(['open', 'n1']);
  expect(written.slice(0, 6)).toEqual([
    'intent',
    'durable',
    'prepared 7369676e6564206d696e65',
    'durable',
    'sent',
    'status',
  ]);
  expect(world.server.requestsFor('POST /broadcast').map(({ params }) => params)).toEqual([
    { symbol: 'BTCUSDT', clientOrderId: 'mine', blob: 'signed mine' },
  ]);
  await world.finish();
});

test('an order whose answer is lost is asked about by its number', async () => {
  const asked: (string | undefined)[] = [];
  const fetchOrder: typeof trading.fetchOrder = (p, ref) => {
    asked.push(ref.orderId);
    return trading.fetchOrder(p, ref);
  };
  const world = await startedWorld({ spec: { ...chained, trading: { ...chained.trading, fetchOrder } } });
  world.server.next('POST /broadcast', 'lost');
  const { state, orderId } = await world.place();
  await world.clock.advance(1_000);
  expect([state, asked[0], orderId !== undefined]).toEqual(['unknown', orderId, true]);
  await world.finish();
});

test('an order that cannot be prepared is not sent', async () => {
  const world = await startedWorld();
  world.server.next('GET /time', 'lost');
  expect(await world.failure(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }))).toMatchObject({
    kind: 'network',
    outcome: 'not-sent',
    message: 'tiny GET /time: connection lost',
    clientOrderId: 'mine',
  });
  expect([world.connector.order('mine')?.state, world.server.requestsFor('POST /broadcast')]).toEqual(['not-sent', []]);
  await world.finish();
});

test('an order whose number cannot be kept does not leave', async () => {
  const memory = createMemoryJournal({ now: () => 0 });
  let times = 0;
  const durable = (): Promise<void> | undefined => {
    times += 1;
    return times > 1 ? Promise.reject(new Error('the disk is full')) : undefined;
  };
  const world = await startedWorld({ journal: { ...memory, durable } });
  expect(await world.failure(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }))).toMatchObject({
    outcome: 'not-sent',
    message: 'place BTC-USDT: the journal could not keep the order',
  });
  expect([world.connector.order('mine')?.state, world.server.requestsFor('POST /broadcast')]).toEqual(['not-sent', []]);
  await world.finish();
});
