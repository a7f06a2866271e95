import { assert, assertError, assertSame } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import {
  assertTrueBalances,
  assertTrueFills,
  brokenDown,
  eventsOf,
  needsAccountStream,
  ofAccount,
  storyOf,
  withdrawAll,
} from './support.js';

const source = 'hummingbot §3.1';

/** What is learned by asking. The account's stream, where there is one, says nothing meanwhile. */
export const accountCases: readonly CaseDefinition[] = [
  {
    id: '21',
    source,
    title: 'balances are the venue’s, and an asset that is gone is gone',
    run: async (world) => {
      const { start, connector, settle, streams, main } = world;
      await start();
      assertTrueBalances(world);
      streams.change(ofAccount(world), () => [], 100);
      const asset = main.pays('sell');
      withdrawAll(world, asset);
      await settle(connector.refresh('balances'));
      assertSame(connector.balances().get(asset)?.total.toFixed() ?? '0', '0', `total of ${asset}`);
      assertTrueBalances(world);
    },
  },
  {
    id: '22',
    source,
    title: 'asked about, an order that was filled is told as filled and closed, with exact amounts and fees',
    run: async (world) => {
      const { start, place, connector, settle, streams, main } = world;
      await start();
      const { clientOrderId } = await place();
      streams.change(ofAccount(world), () => [], 100);
      main.take('buy', main.price, main.amount);
      await settle(connector.refresh({ clientOrderId }));
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
      assertSame(world.order(clientOrderId).state, 'filled', 'state');
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: '23',
    source,
    title: 'asked about, an order that the venue cancelled is told as closed',
    run: async (world) => {
      const { start, place, connector, settle, streams, engine, account } = world;
      await start();
      const { clientOrderId } = await place();
      streams.change(ofAccount(world), () => [], 100);
      engine.cancel(account, { clientOrderId });
      await settle(connector.refresh({ clientOrderId }));
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-closed'], 'events');
      assertSame(world.order(clientOrderId).state, 'canceled', 'state');
    },
  },
  {
    id: '24',
    source,
    title: 'asked about, an order that has not changed stays as it is, and nothing is told',
    run: async (world) => {
      const { start, place, connector, settle, advance } = world;
      await start();
      const { clientOrderId } = await place();
      await advance(2_000);
      const before = world.order(clientOrderId);
      for (let round = 0; round < 3; round += 1) await settle(connector.refresh({ clientOrderId }));
      assertSame(world.order(clientOrderId), before, 'the order');
      assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
    },
  },
  {
    id: '25',
    source,
    title: 'a query that fails says nothing about its order',
    note: 'the source counts an HTTP error as "not found"',
    run: async (world) => {
      const { start, place, connector, rejection, http } = world;
      await start();
      const { clientOrderId } = await place();
      http.strike('fetchOrder', { ...brokenDown, times: 5 });
      for (let round = 0; round < 5; round += 1) {
        assertError(await rejection(connector.refresh({ clientOrderId })), { kind: 'venue-unavailable' });
      }
      assertSame(world.order(clientOrderId).state, 'open', 'state');
      assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
      const { uncertain } = await world.settle(connector.stop());
      assertSame(uncertain.length, 0, 'uncertain orders');
    },
  },
  {
    id: '26',
    source,
    title: 'asked about, an order that was filled in part stays open, and its fill is told',
    run: async (world) => {
      const { start, place, connector, settle, streams, main } = world;
      await start();
      const { clientOrderId } = await place({ amount: main.amounts(2) });
      streams.change(ofAccount(world), () => [], 100);
      main.take('buy', main.price, main.amount);
      await settle(connector.refresh({ clientOrderId }));
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled'], 'events');
      assertSame(world.order(clientOrderId).state, 'open', 'state');
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: '27',
    source,
    title: 'an order whose fills cannot be fetched is filled but not closed, until they are there',
    note: 'the source wants it completed without its fills: a script would book the wrong price and no fee',
    run: async (world) => {
      const { start, place, connector, settle, streams, http, main, until } = world;
      await start();
      const { clientOrderId } = await place();
      streams.change(ofAccount(world), () => [], 1_000);
      main.take('buy', main.price, main.amount);
      http.strike('fetchFills', { ...brokenDown, times: 3 });
      await settle(connector.refresh({ clientOrderId }).catch((error: unknown) => world.errors.push(error)));
      assertSame(
        [world.order(clientOrderId).state, world.order(clientOrderId).fillsComplete],
        ['filled', false],
        'state, fillsComplete',
      );
      assertSame(eventsOf(world, 'order-closed').length, 0, 'closings told before the fills');
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the order is closed once its fills are in');
      await assertTrueFills(world, main, clientOrderId);
      assert(http.requests('fetchFills').length > 3, 'the fills were not asked for again');
    },
  },
];

/** What the account's stream tells. */
export const accountStreamCases: readonly CaseDefinition[] = [
  {
    id: '28',
    source,
    title: 'the stream tells of a new order before its request is answered, and the order is open',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, connector, http, settle, until, request, main } = world;
      await start();
      http.strike('place', { kind: 'http.delay', leg: 'response', ms: 4_000 });
      const clientOrderId = connector.newClientOrderId();
      const placing = connector.place(request({ clientOrderId }));
      await until(() => storyOf(world, clientOrderId).length > 0, 'the stream tells', 3_000);
      const seen = world.order(clientOrderId);
      assertSame([seen.state, seen.orderId], ['open', String(main.order(clientOrderId).orderId)], 'state and id');
      await settle(placing);
      assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
    },
  },
  {
    id: '29',
    source,
    title: 'the stream tells of a cancel that nobody here asked for',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, until, engine, account, http } = world;
      await start();
      const { clientOrderId } = await place();
      engine.cancel(account, { clientOrderId });
      await until(() => world.order(clientOrderId).state === 'canceled', 'the stream tells', 2_000);
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-closed'], 'events');
      assertSame(http.requests('cancel').length, 0, 'cancel requests');
    },
  },
  {
    id: '30',
    source,
    title: 'the stream tells of a fill: the order is filled and closed, with exact amounts and fees',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, until, main } = world;
      await start();
      const { clientOrderId } = await place({ amount: main.amounts(2) });
      main.take('buy', main.price, main.amount);
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the stream tells', 5_000);
      assertSame(
        storyOf(world, clientOrderId),
        ['order-opened', 'order-filled', 'order-filled', 'order-closed'],
        'events',
      );
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: '31',
    source,
    title: 'the stream tells of balances: deposits, what an order holds back, what a fill moves',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, advance, engine, account, main, http } = world;
      await start();
      engine.deposit(account, main.pays('buy'), '1');
      await advance(3_000);
      assertTrueBalances(world);
      assert(
        eventsOf(world, 'balance').some(({ asset }) => asset === main.pays('buy')),
        'no balance event was told',
      );
      const { clientOrderId } = await place();
      await advance(3_000);
      assertTrueBalances(world);
      main.take('buy', main.price, main.amount);
      await advance(3_000);
      await assertTrueFills(world, main, clientOrderId);
      assertTrueBalances(world);
      assert(http.requests('fetchBalances').length <= 6, 'balances were polled all the time');
    },
  },
  {
    id: '32',
    source,
    title: 'a wait that is aborted ends: for an order to close, for events, for books',
    run: async (world) => {
      const { start, place, connector, rejection, settle, main } = world;
      await start();
      const { clientOrderId } = await place();
      const controller = new AbortController();
      const { signal } = controller;
      const waits = [endOf(connector.events({ from: 1_000, signal })), endOf(connector.books(main.pair, { signal }))];
      const closing = connector.closed(clientOrderId, signal);
      world.clock.at(world.clock.mono() + 500, () => controller.abort());
      assertError(await rejection(closing), { kind: 'aborted' });
      await settle(Promise.all(waits), 5_000);
      assertSame(world.order(clientOrderId).state, 'open', 'state of the order waited for');
    },
  },
  {
    id: '33',
    source,
    title: 'a message on the account’s stream that cannot be read is counted and told, and the stream goes on',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, streams, spec, until, connector, main } = world;
      await start();
      const { clientOrderId } = await place();
      for (const stream of spec.accountStreams) streams.push(stream, '{"this is": "no message", "of": [');
      await until(() => eventsOf(world, 'warning').length > 0, 'the message is told', 5_000);
      assertSame(
        connector.metrics().counts['stream.malformed'],
        spec.accountStreams.length,
        'malformed messages counted',
      );
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the next message is read', 5_000);
      await assertTrueFills(world, main, clientOrderId);
      assertSame(streams.attempts(spec.accountStreams[0] ?? ''), 1, 'connections');
    },
  },
];

async function endOf(values: AsyncIterable<unknown>): Promise<void> {
  const iterator = values[Symbol.asyncIterator]();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next());
}
