import { decimal, type Side } from '@hb/connector-core';

import { assertError, assertSame } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import { answeredWith, brokenDown, eventsOf, notFoundAnswer, storyOf, withdrawAll } from './support.js';

const source = 'hummingbot §3.1';

/** Placing and cancelling by the commands' own answers. */
export const placingCases: readonly CaseDefinition[] = [
  {
    id: '13',
    source,
    title: 'a limit buy reaches the venue once, signed and exact, is tracked, and its opening is told once',
    run: (world) => placesLimit(world, 'buy'),
  },
  {
    id: '14',
    source,
    title: 'a limit sell likewise',
    run: (world) => placesLimit(world, 'sell'),
  },
  {
    id: '15',
    source,
    title: 'an order that the venue refuses rejects, is over, and is told as closed but never as opened',
    run: async (world) => {
      const { start, connector, main, request, rejection } = world;
      await start();
      withdrawAll(world, main.pays('sell'));
      const clientOrderId = connector.newClientOrderId();
      const refusal = await rejection(connector.place(request({ side: 'sell', clientOrderId })));
      const error = assertError(refusal, { kind: 'insufficient-balance', outcome: 'refused' });
      assertSame(error.clientOrderId, clientOrderId, 'clientOrderId of the error');
      assertSame(world.order(clientOrderId).state, 'rejected', 'state');
      assertSame(storyOf(world, clientOrderId), ['order-closed'], 'events');
      assertSame([connector.orders({ open: true }), main.orders()], [[], []], 'orders here and at the venue');
    },
  },
  {
    id: '16',
    source,
    title: 'an order below a rule of the market rejects, and nothing is sent',
    run: async ({ start, place, main, http, rejection }) => {
      await start();
      const under = decimal(main.rules.minAmount).times('0.9').toFixed();
      assertError(await rejection(place({ amount: under })), {
        kind: 'invalid-request',
        outcome: 'not-sent',
        says: decimal(main.rules.minAmount).toFixed(),
      });
      if (main.rules.minNotional !== undefined) {
        const price = decimal(main.rules.minNotional).div(main.amount).div('2').toFixed(30);
        assertError(await rejection(place({ price })), { kind: 'invalid-request', outcome: 'not-sent' });
      }
      assertSame([http.requests('place').length, main.orders().length], [0, 0], 'requests and orders');
    },
  },
  {
    id: '17',
    source,
    title:
      'a cancel reaches the venue once, the order is cancelled and told as closed once, and another cancel changes nothing',
    run: async (world) => {
      const { start, place, settle, connector, http, main } = world;
      await start();
      const { clientOrderId } = await place();
      const canceled = await settle(connector.cancel(clientOrderId));
      assertSame(
        [canceled.state, main.order(clientOrderId).status],
        ['canceled', 'canceled'],
        'state here and at the venue',
      );
      assertSame((await settle(connector.cancel(clientOrderId))).state, 'canceled', 'state after another cancel');
      assertSame(http.requests('cancel').length, 1, 'cancel requests');
      await world.advance(2_000);
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-closed'], 'events');
    },
  },
  {
    id: '18',
    source,
    title: 'a cancel that fails rejects and leaves the order open, and the next one works',
    run: async (world) => {
      const { start, place, settle, connector, http, main, rejection } = world;
      await start();
      const { clientOrderId } = await place();
      http.strike('cancel', brokenDown);
      assertError(await rejection(connector.cancel(clientOrderId)), { outcome: 'unknown' });
      assertSame(
        [world.order(clientOrderId).state, main.order(clientOrderId).status],
        ['open', 'open'],
        'state here and at the venue',
      );
      assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
      assertSame((await settle(connector.cancel(clientOrderId))).state, 'canceled', 'state after the next cancel');
    },
  },
  {
    id: '19',
    source,
    title: 'a cancel answered with "not found" does not end an order that lives',
    note: 'the source counts the answer as one of three that make an order lost; here no number of them proves anything',
    run: async (world) => {
      const { start, place, settle, connector, http, main, rejection } = world;
      await start();
      const answer = await notFoundAnswer(world, 'cancel');
      const { clientOrderId } = await place();
      for (let attempt = 0; attempt < 4; attempt += 1) {
        http.strike('cancel', answeredWith(answer));
        assertError(await rejection(connector.cancel(clientOrderId)), { kind: 'order-not-found' });
      }
      assertSame(
        [world.order(clientOrderId).state, main.order(clientOrderId).status],
        ['open', 'open'],
        'state here and at the venue',
      );
      assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
      assertSame(
        (await settle(connector.cancel(clientOrderId))).state,
        'canceled',
        'state after a cancel that arrived',
      );
    },
  },
  {
    id: '20',
    source,
    title: 'of two orders that cancelAll cancels, one fails: the other is returned, the failed one stays open',
    run: async (world) => {
      const { start, place, settle, connector, http, main } = world;
      await start();
      const placed = [await place(), await place({ price: main.away(-1) })];
      http.strike('cancel', { ...brokenDown, nth: 2 });
      const canceled = await settle(connector.cancelAll());
      const states = placed.map(({ clientOrderId }) => world.order(clientOrderId).state);
      assertSame(canceled.length, 1, 'orders cancelled');
      assertSame([...states].sort(), ['canceled', 'open'], 'states');
      assertSame(
        placed.map(({ clientOrderId }) => main.order(clientOrderId).status),
        states,
        'states at the venue',
      );
    },
  },
];

async function placesLimit(world: World, side: Side): Promise<void> {
  const { start, connector, main, place, http, advance } = world;
  await start();
  const order = await place({ side });
  const { clientOrderId } = order;
  const atVenue = main.order(clientOrderId);
  assertSame(
    [order.state, order.side, order.price?.toFixed(), order.amount.toFixed(), order.orderId, order.origin],
    [
      atVenue.status,
      atVenue.side,
      main.priceText(atVenue.price),
      main.amountText(atVenue.amount),
      String(atVenue.orderId),
      'ours',
    ],
    'the order returned and the order at the venue',
  );
  assertSame(
    [atVenue.status, atVenue.side, main.priceText(atVenue.price), main.amountText(atVenue.amount)],
    ['open', side, main.price, main.amount],
    'the order at the venue',
  );
  await advance(3_000);
  assertSame(
    connector.orders({ open: true }).map((each) => each.clientOrderId),
    [clientOrderId],
    'orders tracked',
  );
  assertSame([http.requests('place').length, main.orders().length], [1, 1], 'requests and orders at the venue');
  assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
  assertSame(eventsOf(world, 'warning').length, 0, 'warnings');
}
