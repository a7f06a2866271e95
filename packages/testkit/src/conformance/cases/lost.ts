import { assertError, assertSame, assert } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import {
  answeredWith,
  assertTrueFills,
  brokenDown,
  eventsOf,
  needsAccountStream,
  notFoundAnswer,
  storyOf,
} from './support.js';

const source = 'hummingbot §3.1';
const note =
  'the source gives an order up after 4 queries that did not find it; here it lives until the venue says how it ended';

/** Orders that queries do not find. */
export const lostCases: readonly CaseDefinition[] = [
  {
    id: '34',
    source,
    note,
    title:
      'an order that queries do not find is never given up: its fills are still told, and it closes when it is filled',
    run: async (world) => {
      const { main, until } = world;
      const clientOrderId = await placeAndMiss(world);
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length > 0, 'the fill is told', 90_000);
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: '35',
    source,
    note,
    title: 'an order that queries do not find can be cancelled',
    run: async (world) => {
      const { connector, settle, main, advance } = world;
      const clientOrderId = await placeAndMiss(world);
      const canceled = await settle(connector.cancel(clientOrderId));
      assertSame(
        [canceled.state, main.order(clientOrderId).status],
        ['canceled', 'canceled'],
        'state here and at the venue',
      );
      // What was filled until then is told by the stream where the answer does not say it.
      await advance(2_000);
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-closed'], 'events');
    },
  },
  {
    id: '36',
    source,
    note,
    title: 'when cancelling it fails too, it stays',
    run: async (world) => {
      const { connector, rejection, http } = world;
      const clientOrderId = await placeAndMiss(world);
      http.strike('cancel', brokenDown);
      assertError(await rejection(connector.cancel(clientOrderId)), { outcome: 'unknown' });
      assertSame(world.order(clientOrderId).state, 'open', 'state');
      assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
    },
  },
  {
    id: '37',
    source,
    title: 'an order whose request never arrived is judged not placed, once enough evidence is in',
    note: 'the source removes it after the next "not found"; here the venue’s bounds must have passed and several sources must agree',
    lacks: ({ orders }) => (orders.settle.expiryMs === undefined ? 'orders.settle.expiryMs' : undefined),
    run: async (world) => {
      const { start, place, http, until, engine, account } = world;
      await start();
      http.strike('place', { kind: 'http.request.lost' });
      const { clientOrderId, state } = await place();
      assertSame(state, 'unknown', 'state after the timeout');
      await until(() => world.order(clientOrderId).state === 'not-placed', 'it is judged not placed', 180_000);
      assertSame(engine.order(account, { clientOrderId }), undefined, 'the order at the venue');
      assertSame(storyOf(world, clientOrderId), ['order-uncertain', 'order-closed'], 'events');
    },
  },
  {
    id: '38',
    source,
    note,
    title: 'the stream’s word that it was cancelled closes it',
    lacks: needsAccountStream,
    run: async (world) => {
      const { engine, account, until } = world;
      const clientOrderId = await placeAndMiss(world);
      engine.cancel(account, { clientOrderId });
      await until(() => world.order(clientOrderId).state === 'canceled', 'the stream tells', 5_000);
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-closed'], 'events');
    },
  },
  {
    id: '39',
    source,
    note,
    title: 'the stream’s word that it was filled is told, fill and closing',
    lacks: needsAccountStream,
    run: async (world) => {
      const { main, until } = world;
      const clientOrderId = await placeAndMiss(world);
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length > 0, 'the stream tells', 5_000);
      assertSame(world.order(clientOrderId).state, 'filled', 'state');
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
      await assertTrueFills(world, main, clientOrderId);
    },
  },
];

/** An open order that four queries in a row did not find, nor will any other, and that must still be open. */
async function placeAndMiss(world: World): Promise<string> {
  const { start, place, http, connector, settle } = world;
  await start();
  const answer = await notFoundAnswer(world, 'fetchOrder');
  const { clientOrderId } = await place();
  await world.advance(3_000);
  const asked = http.requests('fetchOrder').length;
  http.strike('fetchOrder', { ...answeredWith(answer), times: 1_000 });
  for (let round = 0; round < 4; round += 1) {
    await settle(connector.refresh({ clientOrderId }).catch((error: unknown) => world.errors.push(error)));
  }
  assert(http.requests('fetchOrder').length >= asked + 4, 'the venue was not asked');
  assertSame(world.order(clientOrderId).state, 'open', 'state after four answers "not found"');
  return clientOrderId;
}
