import { assert, assertError, assertSame } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import {
  accountStream,
  assertTrueBalances,
  assertTrueFills,
  eventsOf,
  needsAccountStream,
  ofAccount,
  ofFill,
  ofOrder,
  replaceNumber,
  storyOf,
  textOf,
} from './support.js';

const source = 'hummingbot §3.4';

/** The account's stream under everything that can happen to it. */
export const streamCases: readonly CaseDefinition[] = [
  {
    id: 'gap-account-reconnect',
    source,
    title:
      'when the account’s stream breaks, nothing may be placed until it is back and all that was missed has been asked for',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, streams, main, connector, until, rejection, engine, account } = world;
      await start();
      const filled = await place({ amount: main.amounts(2) });
      const canceled = await place({ price: main.away(-1) });
      streams.drop(accountStream(world));
      await until(() => connector.status.account === 'stale', 'the break shows', 1_000);
      assertError(await rejection(place()), { outcome: 'not-sent' });
      main.take('buy', main.price, main.amount);
      engine.cancel(account, { clientOrderId: canceled.clientOrderId });
      await until(() => connector.status.account === 'ready', 'the account is ready again', 60_000);
      assertSame(
        storyOf(world, filled.clientOrderId),
        ['order-opened', 'order-filled'],
        'events of the order filled in part',
      );
      assertSame(
        storyOf(world, canceled.clientOrderId),
        ['order-opened', 'order-closed'],
        'events of the order cancelled',
      );
      await assertTrueFills(world, main, filled.clientOrderId);
      assertTrueBalances(world);
      assertSame((await place({ price: main.away(-2) })).state, 'open', 'an order placed afterwards');
    },
  },
  {
    id: 'gap-session-expiry',
    source,
    title: 'when what authorises the account’s stream ends, a new session is opened and nothing is missed',
    lacks: (spec) => needsAccountStream(spec) ?? (spec.has.login ? undefined : 'trading.feed.streams.*.login'),
    run: async (world) => {
      const { start, place, fixture, main, until, streams } = world;
      await start();
      const { clientOrderId } = await place();
      assert(
        fixture.endSession !== undefined,
        'the fixture has no endSession, though the spec’s account stream logs in',
      );
      fixture.endSession();
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the fill is told', 60_000);
      await assertTrueFills(world, main, clientOrderId);
      await until(() => world.connector.status.account === 'ready', 'the account is ready again', 60_000);
      const next = await place();
      main.take('buy', main.price, main.amount);
      await until(() => world.order(next.clientOrderId).state === 'filled', 'the new session tells of fills', 5_000);
      assert(streams.attempts(accountStream(world)) <= 2, 'more than one new connection');
    },
  },
  {
    id: 'gap-account-silence',
    source,
    title: 'an account’s stream that goes silent without ending is found out, and what it did not tell is asked for',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, streams, main, spec, until } = world;
      await start();
      const { clientOrderId } = await place();
      streams.silence(accountStream(world));
      main.take('buy', main.price, main.amount);
      await until(
        () => streams.attempts(accountStream(world)) === 2,
        'the silence is found out',
        2 * spec.silentMs + 15_000,
      );
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the fill is told', 30_000);
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: 'gap-account-audit',
    source,
    title: 'what a healthy account’s stream fails to tell is found by asking from time to time',
    lacks: needsAccountStream,
    world: { connector: { auditEveryMs: 20_000 } },
    run: async (world) => {
      const { start, place, streams, main, engine, account, until, advance } = world;
      await start();
      const { clientOrderId } = await place();
      streams.change(ofAccount(world), () => [], 1_000);
      main.take('buy', main.price, main.amount);
      engine.deposit(account, main.pays('sell'), '1');
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the fill is told', 30_000);
      await advance(3_000);
      await assertTrueFills(world, main, clientOrderId);
      assertTrueBalances(world);
      assertSame(streams.attempts(accountStream(world)), 1, 'connections');
    },
  },
  {
    id: 'gap-account-duplicates',
    source,
    title: 'events of the account that come twice are told once',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, streams, main, until, advance } = world;
      await start();
      const struck = streams.change(ofAccount(world), (message) => [message, message], 1_000);
      const { clientOrderId } = await place({ amount: main.amounts(2) });
      main.take('buy', main.price, main.amount);
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the fills are told', 5_000);
      await advance(5_000);
      assert(struck() >= 3, 'no message came twice');
      assertSame(
        storyOf(world, clientOrderId),
        ['order-opened', 'order-filled', 'order-filled', 'order-closed'],
        'events',
      );
      await assertTrueFills(world, main, clientOrderId);
      assertTrueBalances(world);
    },
  },
  {
    id: 'gap-account-reordered',
    source,
    title: 'fills that arrive in the wrong order are told once each, and the order closes after the last',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, streams, main, advance, until } = world;
      await start();
      const { clientOrderId } = await place({ amount: main.amounts(3) });
      await advance(1_000);
      const held = streams.hold(ofFill);
      main.take('buy', main.price, main.amount);
      main.take('buy', main.price, main.amounts(2));
      await advance(100);
      assert(held.isHeld(), 'no fill was held back');
      held.release();
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the fills are told', 5_000);
      await advance(5_000);
      assertSame(
        storyOf(world, clientOrderId),
        ['order-opened', 'order-filled', 'order-filled', 'order-closed'],
        'events',
      );
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: 'gap-fill-before-ack',
    source,
    title:
      'an order that fills before its request is answered is opened, filled and closed, in this order, and place returns it so',
    run: async (world) => {
      const { start, connector, http, main, until, settle, request } = world;
      await start();
      http.strike('place', { kind: 'http.delay', leg: 'response', ms: 3_000 });
      const clientOrderId = connector.newClientOrderId();
      const placing = connector.place(request({ clientOrderId }));
      await until(() => main.orders().length === 1, 'the order arrives', 1_000);
      main.take('buy', main.price, main.amount);
      await settle(placing);
      await settle(connector.closed(clientOrderId), 10_000);
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: 'gap-open-after-filled',
    source,
    title: 'an old word that the order is open, arriving after it was filled, does not open it again',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, place, streams, main, until, advance } = world;
      await start();
      const held = streams.hold(ofOrder('open'));
      const { clientOrderId } = await place();
      main.take('buy', main.price, main.amount);
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the order is closed', 5_000);
      assert(held.isHeld(), 'no message was held back');
      held.release();
      await advance(3_000);
      assertSame(world.order(clientOrderId).state, 'filled', 'state');
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
    },
  },
  {
    id: 'input-account-half-frame',
    source: 'bad input',
    title: 'half of a fill’s message is counted and told, and the fill is asked for',
    lacks: needsAccountStream,
    run: (world) => spoilsFill(world, (text) => text.slice(0, text.length >> 1)),
  },
  {
    id: 'input-account-nan',
    source: 'bad input',
    title: 'a fill with NaN among its numbers is counted and told, and the fill is asked for',
    lacks: needsAccountStream,
    run: (world) => spoilsFill(world, (text) => replaceNumber(text, 'NaN')),
  },
];

async function spoilsFill(world: World, spoil: (text: string) => string): Promise<void> {
  const { start, place, streams, main, until, connector } = world;
  await start();
  const { clientOrderId } = await place();
  let isSpoiled = false;
  streams.change(ofFill, (message) => {
    const text = textOf(message);
    isSpoiled = spoil(text) !== text;
    return [spoil(text)];
  });
  main.take('buy', main.price, main.amount);
  await until(() => eventsOf(world, 'order-closed').length === 1, 'the fill is told', 10_000);
  assert(isSpoiled, 'no message was spoiled');
  const { counts } = connector.metrics();
  assertSame((counts['stream.malformed'] ?? 0) + (counts['account.malformed'] ?? 0), 1, 'malformed messages counted');
  assert(eventsOf(world, 'warning').length > 0, 'nothing was told');
  assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
  await assertTrueFills(world, main, clientOrderId);
}
