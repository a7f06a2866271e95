import { decimal } from '@hb/connector-core';

import type { HttpFault } from '../../faults/fault.js';
import { assert, assertError, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import { assertTrueFills, eventsOf, isTrueBook, marketStream, storyOf } from './support.js';

const source = 'hummingbot §3.4';

/** Rules and orders that change under the connector. */
export const changeCases: readonly CaseDefinition[] = [
  {
    id: 'gap-rules-change',
    source,
    title: 'when the venue changes a market’s rules, the change is told and the next order obeys it',
    run: async (world) => {
      const { start, place, fixture, main, connector, settle, rejection, http } = world;
      await start();
      const raised = decimal(main.amount).times('2').toFixed();
      fixture.setMinAmount(main.pair, raised);
      await settle(connector.refresh('markets'));
      assertSame(
        eventsOf(world, 'market-changed').map(({ change, market }) => [change, market.pair, market.amount.min]),
        [['rules', main.pair, decimal(raised)]],
        'changes told',
      );
      assertError(await rejection(place()), { kind: 'invalid-request', outcome: 'not-sent', says: raised });
      assertSame(http.requests('place').length, 0, 'requests');
      assertSame((await place({ amount: raised })).state, 'open', 'an order of the new least amount');
    },
  },
  {
    id: 'gap-rules-unseen',
    source,
    title: 'an order under a rule that changed unseen is refused by the venue, finally and once',
    run: async (world) => {
      const { start, place, fixture, main, rejection, http, connector } = world;
      await start();
      fixture.setMinAmount(main.pair, decimal(main.amount).times('2').toFixed());
      assertError(await rejection(place()), { outcome: 'refused' });
      assertSame(
        [http.requests('place').length, connector.orders({ open: true })],
        [1, []],
        'requests and open orders',
      );
    },
  },
  {
    id: 'gap-market-halted',
    source,
    title: 'when a market is halted the change is told, and its orders are neither forgotten nor closed',
    run: async (world) => {
      const { start, place, engine, main, connector, settle } = world;
      await start();
      const { clientOrderId } = await place();
      engine.setStatus(main.symbol, 'halted');
      await settle(connector.refresh('markets'));
      const told = eventsOf(world, 'market-changed').map(({ change, market }) => [change, market.pair, market.status]);
      assertSame(told, [['status', main.pair, 'halted']], 'changes told');
      assertSame(world.order(clientOrderId).state, 'open', 'state');
      engine.setStatus(main.symbol, 'trading');
      assertSame((await settle(connector.cancel(clientOrderId))).state, 'canceled', 'state after the halt');
    },
  },
  {
    id: 'gap-precision',
    source,
    title: 'the smallest steps, long decimals and exponents arrive at the venue exactly, or are refused',
    run: arrivesExactly,
  },
  {
    id: 'gap-cancel-after-part',
    source,
    title: 'a cancel after a part was filled closes the order with that part',
    run: async (world) => {
      const { start, place, main, connector, settle } = world;
      await start();
      const { clientOrderId } = await place({ amount: main.amounts(3) });
      main.take('buy', main.price, main.amount);
      await settle(connector.cancel(clientOrderId));
      const closed = await settle(connector.closed(clientOrderId), 70_000);
      assertSame([closed.state, closed.filled.toFixed()], ['canceled', main.amount], 'state and filled');
      assertSame(storyOf(world, clientOrderId), ['order-opened', 'order-filled', 'order-closed'], 'events');
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: 'gap-cancel-lost-race',
    source,
    title: 'a cancel that loses to a fill returns the order as filled',
    run: async (world) => {
      const { start, place, main, connector, settle, http, clock, advance } = world;
      await start();
      const { clientOrderId } = await place({ amount: main.amounts(2) });
      main.take('buy', main.price, main.amount);
      await advance(1_000);
      http.strike('cancel', { kind: 'http.delay', leg: 'request', ms: 200 });
      const canceling = connector.cancel(clientOrderId);
      clock.at(clock.mono() + 100, () => main.take('buy', main.price, main.amount));
      const order = await settle(canceling);
      assertSame([order.state, order.filled.toFixed()], ['filled', main.amounts(2)], 'state and filled');
      await settle(connector.closed(clientOrderId), 10_000);
      assertSame(
        storyOf(world, clientOrderId),
        ['order-opened', 'order-filled', 'order-filled', 'order-closed'],
        'events',
      );
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: 'gap-cancel-queued',
    source,
    title: 'an order that is cancelled while it waits for a rate limit never leaves',
    run: async (world) => {
      const { start, place, http, connector, settle, rejection, request, advance, main } = world;
      await start();
      http.strike('place', overTheLimit('5'));
      await rejection(place());
      const clientOrderId = connector.newClientOrderId();
      const placing = connector.place(request({ clientOrderId, sendWithinMs: 30_000 }));
      placing.catch((error: unknown) => world.errors.push(error));
      await advance(0);
      assertSame(world.order(clientOrderId).state, 'queued', 'state before the cancel');
      const canceled = await settle(connector.cancel(clientOrderId));
      assertSame(canceled.state, 'not-sent', 'state');
      await advance(30_000);
      assertSame([http.requests('place').length, main.orders().length], [1, 0], 'requests and orders');
    },
  },
  {
    id: 'gap-queued-too-long',
    source,
    title: 'an order that waits longer than its sender allows is dropped, unsent',
    run: async (world) => {
      const { start, place, http, rejection, advance, main } = world;
      await start();
      http.strike('place', overTheLimit('8'));
      await rejection(place());
      assertError(await rejection(place({ sendWithinMs: 1_000 })), { kind: 'rate-limited', outcome: 'not-sent' });
      await advance(30_000);
      assertSame([http.requests('place').length, main.orders().length], [1, 0], 'requests and orders');
    },
  },
  {
    id: 'gap-pairs-under-traffic',
    source,
    title: 'a market is added and removed while another trades: neither loses or keeps what it should not',
    run: async (world) => {
      const { start, connector, main, other, settle, until, advance, streams } = world;
      await start();
      const traffic = trade(world);
      await settle(connector.watch(other.pair));
      await until(() => isTrueBook(world, other), 'the new book is true', 10_000);
      other.take('sell', other.best('sell'), other.amount);
      await until(() => connector.trades(other.pair).length === 1, 'its trades arrive', 5_000);
      await settle(connector.unwatch(other.pair));
      await advance(1_000);
      assertSame(connector.book(other.pair), undefined, 'the book of the market removed');
      await settle(connector.watch(other.pair));
      await until(() => isTrueBook(world, other), 'the book is true again', 10_000);
      const trades = traffic();
      await advance(2_000);
      assert(isTrueBook(world, main), 'the book of the market that traded is wrong');
      assertSame(connector.trades(main.pair).length, trades, 'trades told of the market that traded');
      assertSame(streams.attempts(marketStream(world)), 1, 'connections');
    },
  },
];

/** The main market trades ten times a second. Returns what ends it and says how often it did. */
function trade({ clock, main }: World): () => number {
  let count = 0;
  let isOver = false;
  const again = (): void => {
    if (isOver) return;
    count += 1;
    main.take('sell', main.best('sell'), main.amountStep.times(decimal(main.amount).div(main.amountStep)).toFixed());
    clock.at(clock.mono() + 100, again);
  };
  again();
  return () => {
    isOver = true;
    return count;
  };
}

async function arrivesExactly(world: World): Promise<void> {
  const { start, place, main, other, settle, connector, rejection, http } = world;
  await start();
  for (const market of [main, other]) {
    const amount = decimal(market.amount).plus(market.amountStep);
    const price = market.away(1);
    const fine = await place({ pair: market.pair, amount: amount.toFixed(), price });
    const atVenue = market.order(fine.clientOrderId);
    assertSame(
      [market.amountText(atVenue.amount), market.priceText(atVenue.price)],
      [amount.toFixed(), price],
      'one step more',
    );
    await settle(connector.cancel(fine.clientOrderId));

    const rest = market.amountStep.div('3').toFixed(30);
    const long = amount.plus(rest);
    const rounded = await place({
      pair: market.pair,
      amount: long.toFixed(),
      price: decimal(price).plus('1e-30').toFixed(),
    });
    assertSame(
      [rounded.amount.toFixed(), rounded.price?.toFixed()],
      [amount.toFixed(), price],
      'a long amount, rounded down',
    );
    const shown = market.order(rounded.clientOrderId);
    assertSame(market.amountText(shown.amount), amount.toFixed(), 'a long amount at the venue');
    await settle(connector.cancel(rounded.clientOrderId));

    const sent = http.requests('place').length;
    const exact = place({ pair: market.pair, amount: long.toFixed(), price, exact: true });
    assertError(await rejection(exact), { kind: 'invalid-request', outcome: 'not-sent', says: long.toFixed() });
    assertSame(http.requests('place').length, sent, 'requests');

    const units = amount.div(market.amountStep).toFixed();
    const inExponents = `${units}e${present(market.amountStep, 'step').e}`;
    const exponent = await place({ pair: market.pair, amount: inExponents, price });
    const arrived = market.order(exponent.clientOrderId);
    assertSame(market.amountText(arrived.amount), decimal(inExponents).toFixed(), `${inExponents} at the venue`);
  }
}

/** A refusal that holds back orders for so many seconds. */
function overTheLimit(seconds: string): HttpFault {
  return { kind: 'http.status', status: 429, acted: false, body: '', headers: { 'retry-after': seconds } };
}
