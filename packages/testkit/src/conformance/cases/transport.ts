import type { HttpFault } from '../../faults/fault.js';
import { assert, assertError, assertSame } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import { assertTrueFills, brokenAfter, eventsOf, needsAccountStream, ofAccount, storyOf } from './support.js';

const source = 'hummingbot §3.4';
const lostAnswer: HttpFault = { kind: 'http.response.lost' };

/** Order commands over a bad line, limits, and clocks. */
export const transportCases: readonly CaseDefinition[] = [
  {
    id: 'gap-create-timeout',
    source,
    title: 'an order whose answer is lost is not sent again: the stream says that it lives, and it does',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, http, main } = world;
      await start();
      http.strike('place', lostAnswer);
      const order = await place();
      assertSame(
        [order.state, main.order(order.clientOrderId).status],
        ['open', 'open'],
        'state here and at the venue',
      );
      assertSentOnce(world);
    },
  },
  {
    id: 'gap-create-timeout-silent',
    source,
    title: 'an order whose answer is lost while the stream says nothing is unknown, and found by asking',
    run: async (world) => {
      const { start, place, http, main, streams, until } = world;
      await start();
      http.strike('place', lostAnswer);
      streams.change(ofAccount(world), () => [], 1_000);
      const { clientOrderId, state } = await place();
      assertSame(state, 'unknown', 'state after the timeout');
      await until(() => world.order(clientOrderId).state === 'open', 'the order is found', 30_000);
      assertSame(world.order(clientOrderId).orderId, String(main.order(clientOrderId).orderId), 'orderId');
      assertSame(storyOf(world, clientOrderId), ['order-uncertain', 'order-opened'], 'events');
      assertSentOnce(world);
    },
  },
  {
    id: 'gap-create-lost',
    source,
    title: 'an order whose request never arrives is unknown, holds its funds back, and is not sent again',
    run: async (world) => {
      const { start, place, http, advance, connector, settle } = world;
      await start();
      http.strike('place', { kind: 'http.request.lost' });
      const { clientOrderId, state } = await place();
      assertSame(state, 'unknown', 'state');
      await advance(20_000);
      assertSame(world.order(clientOrderId).state, 'unknown', 'state while no one knows');
      assertSame(http.requests('place').length, 1, 'requests');
      assertSame(storyOf(world, clientOrderId), ['order-uncertain'], 'events');
      const { uncertain } = await settle(connector.stop());
      assertSame(
        uncertain.map((order) => order.clientOrderId),
        [clientOrderId],
        'uncertain orders told by stop()',
      );
    },
  },
  {
    id: 'gap-create-broken-after',
    source,
    title: 'a 500 after the venue took the order proves nothing: the order is adopted, once',
    run: (world) => isAdopted(world, brokenAfter),
  },
  {
    id: 'gap-create-reset-after',
    source,
    title: 'a connection that breaks after the venue took the order proves nothing: the order is adopted, once',
    run: (world) => isAdopted(world, { kind: 'http.reset', leg: 'response' }),
  },
  {
    id: 'gap-create-not-connected',
    source,
    title: 'an order that cannot leave, because no connection is made, is not sent, and that is certain',
    run: async (world) => {
      const { start, connector, http, rejection, request, main } = world;
      await start();
      http.strike('place', { kind: 'http.refused' });
      const clientOrderId = connector.newClientOrderId();
      assertError(await rejection(connector.place(request({ clientOrderId }))), {
        kind: 'network',
        outcome: 'not-sent',
      });
      assertSame(world.order(clientOrderId).state, 'not-sent', 'state');
      assertSame([connector.orders({ open: true }), main.orders()], [[], []], 'orders here and at the venue');
    },
  },
  {
    id: 'gap-cancel-timeout',
    source,
    title: 'a cancel whose answer is lost is resolved by what the venue says of the order',
    run: async (world) => {
      const { start, place, http, connector, settle, main, streams } = world;
      await start();
      const { clientOrderId } = await place();
      http.strike('cancel', lostAnswer);
      streams.change(ofAccount(world), () => [], 1_000);
      const order = await settle(connector.cancel(clientOrderId));
      assertSame(
        [order.state, main.order(clientOrderId).status],
        ['canceled', 'canceled'],
        'state here and at the venue',
      );
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-closed'], 'events');
    },
  },
  {
    id: 'gap-429',
    source,
    title: 'after a 429 nothing that the limit counts leaves before Retry-After has passed',
    run: (world) => obeysRetryAfter(world, 429),
  },
  {
    id: 'gap-418',
    source,
    title: 'after a 418 nothing at all leaves before Retry-After has passed',
    lacks: ({ bans }) => (bans ? undefined : 'meaning for a status of 418'),
    run: (world) => obeysRetryAfter(world, 418),
  },
  {
    id: 'gap-429-read',
    source,
    title: 'a 429 on a read holds reads back, and what is asked for arrives late rather than never',
    run: async (world) => {
      const { start, http, connector, settle, rejection, clock } = world;
      await start();
      http.strike('fetchBalances', {
        kind: 'http.status',
        status: 429,
        acted: false,
        body: '',
        headers: { 'retry-after': '3' },
      });
      const refusedAt = clock.mono();
      assertError(await rejection(connector.refresh('balances')), { kind: 'rate-limited' });
      await settle(connector.refresh('balances'));
      const [last] = http.requests('fetchBalances').slice(-1);
      assert((last?.at ?? 0) - refusedAt >= 3_000, `asked again after ${(last?.at ?? 0) - refusedAt} ms`);
    },
  },
  {
    id: 'gap-clock-ahead',
    source,
    title: 'a venue whose clock is 7 s ahead takes signed requests, and one 7 s behind too',
    world: { venueAheadMs: 7_000 },
    lacks: ({ has }) => (has.fetchTime ? undefined : 'fetchTime'),
    run: async (world) => {
      const { start, place, connector, settle, jumpVenue } = world;
      await start();
      assertSame((await place()).state, 'open', 'state');
      assert(
        Math.abs(connector.status.clockOffsetMs - 7_000) < 100,
        `clockOffsetMs is ${connector.status.clockOffsetMs}`,
      );
      await settle(connector.stop());
      jumpVenue(-14_000);
      const another = world.second();
      await settle(another.start({ pairs: [world.main.pair] }));
      assertSame((await settle(another.place(world.request()))).state, 'open', 'state');
      assert(Math.abs(another.status.clockOffsetMs + 7_000) < 100, `clockOffsetMs is ${another.status.clockOffsetMs}`);
    },
  },
  {
    id: 'gap-clock-drift',
    source,
    title:
      'when the venue’s clock steps, an order is refused once, time is measured anew, and the next order is taken; a read is repeated',
    note: 'Hummingbot sends the order again by itself; here an order command goes out once, and the caller decides',
    lacks: ({ has }) => (has.fetchTime ? undefined : 'fetchTime'),
    run: async (world) => {
      const { start, place, connector, settle, rejection, jumpVenue, http, main, advance } = world;
      await start();
      jumpVenue(60_000);
      assertError(await rejection(place()), { kind: 'clock-skew', outcome: 'refused' });
      assertSame([http.requests('place').length, main.orders().length], [1, 0], 'requests and orders');
      await advance(2_000);
      assertSame((await place()).state, 'open', 'state of the next order');
      jumpVenue(60_000);
      await settle(connector.refresh('balances'));
    },
  },
];

function assertSentOnce({ http, main }: World): void {
  assertSame([http.requests('place').length, main.orders().length], [1, 1], 'requests and orders at the venue');
}

async function isAdopted(world: World, fault: HttpFault): Promise<void> {
  const { start, place, http, main, until } = world;
  await start();
  http.strike('place', fault);
  const { clientOrderId } = await place();
  await until(() => world.order(clientOrderId).state === 'open', 'the order is found', 30_000);
  assertSame(world.order(clientOrderId).orderId, String(main.order(clientOrderId).orderId), 'orderId');
  main.take('buy', main.price, main.amount);
  await until(() => eventsOf(world, 'order-closed').length === 1, 'its fill is told', 70_000);
  await assertTrueFills(world, main, clientOrderId);
  assertSame(eventsOf(world, 'order-opened', clientOrderId).length, 1, 'openings told');
  assertSentOnce(world);
}

/** The venue answers an order with that status and asks for five seconds of silence. */
async function obeysRetryAfter(world: World, status: 418 | 429): Promise<void> {
  const { start, place, http, connector, settle, clock, request, errors } = world;
  await start();
  http.strike('place', { kind: 'http.status', status, acted: false, body: '', headers: { 'retry-after': '5' } });
  // Where the venue does not document the status, it proves nothing about the order.
  const placed: unknown = await place().catch((error: unknown) => error);
  const isRefused = placed instanceof Error;
  const failure = isRefused ? placed : connector.orders().at(-1)?.error;
  errors.push(failure);
  const error = assertError(failure, { kind: 'rate-limited' });
  const toldAt = clock.mono();
  if (isRefused) assertSame(error.retryAfterMs, 5_000, 'retryAfterMs');
  const sent = http.requests().length;
  const next = connector.place(request({ sendWithinMs: 30_000 }));
  const balances = status === 418 ? connector.refresh('balances') : Promise.resolve();
  assertSame((await settle(next)).state, 'open', 'state of the next order');
  await settle(balances);
  const first = http.requests()[sent];
  const early = status === 418 ? first : http.requests('place').at(-1);
  assert((early?.at ?? 0) - toldAt >= 4_900, `a request left ${(early?.at ?? 0) - toldAt} ms after the refusal`);
}
