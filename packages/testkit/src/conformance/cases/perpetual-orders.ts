import { type Side } from '@hb/connector-core';

import { assert, assertError, assertSame } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import { assertTruePositions, isTruePositions, marginOf, needsModes, positionOf, trade } from './perpetual-support.js';
import { assertTrueFills, eventsOf, needsAccountStream, ofAccount, storyOf } from './support.js';

const source = 'hummingbot §3.2';

/** Orders that open and close positions. */
export const perpetualOrderCases: readonly CaseDefinition[] = [
  {
    id: 'perp-2',
    source,
    title: 'a buy that opens reaches the venue once, may grow the position, and says what it is for',
    run: (world) => opens(world, 'buy'),
  },
  { id: 'perp-3', source, title: 'a sell that opens likewise', run: (world) => opens(world, 'sell') },
  {
    id: 'perp-4',
    source,
    title: 'a buy that closes a short reaches the venue as an order that only reduces, and the position is gone',
    run: (world) => closes(world, 'buy'),
  },
  { id: 'perp-5', source, title: 'a sell that closes a long likewise', run: (world) => closes(world, 'sell') },
  {
    id: 'perp-6',
    source,
    title: 'asked about, an order that was filled is told with what it was for, and the position with its leverage',
    run: async (world) => {
      const { start, place, connector, settle, streams, main } = world;
      await start();
      const { clientOrderId } = await place({ effect: 'open' });
      streams.change(ofAccount(world), () => [], 100);
      main.take('buy', main.price, main.amount);
      await settle(connector.refresh({ clientOrderId }));
      await settle(connector.refresh('positions'));
      await assertTrueFills(world, main, clientOrderId);
      assertSame(world.order(clientOrderId).effect, 'open', 'effect');
      assertTruePositions(world);
      const { leverage } = positionOf(world, main);
      const truth = marginOf(world).engine.leverage(world.account, main.symbol);
      if (leverage !== undefined) assertSame(leverage.toFixed(), truth.leverage, 'leverage');
    },
  },
  {
    id: 'perp-7',
    source,
    title: 'the stream tells of a fill, and the position follows without a question of the script',
    lacks: needsAccountStream,
    run: async (world) => {
      const { start, main } = world;
      await start();
      const clientOrderId = await trade(world, 'buy', { times: 2 });
      await assertTrueFills(world, main, clientOrderId);
      assertSame(storyOf(world, clientOrderId).at(-1), 'order-closed', 'last event of the order');
      assert(
        eventsOf(world, 'position').some(({ position }) => position.pair === main.pair),
        'no position event was told',
      );
      assertTruePositions(world);
      const { entryPrice } = positionOf(world, main);
      if (entryPrice !== undefined) assertSame(entryPrice.toFixed(), main.price, 'entry price');
    },
  },
  {
    id: 'perp-close-nothing',
    source: 'contract',
    title: 'an order that closes what is not there ends as refused, and nothing is open anywhere',
    run: async (world) => {
      const { start, place, rejection, main, connector } = world;
      await start();
      assertError(await rejection(place({ side: 'sell', effect: 'close' })), { outcome: ['refused', 'not-sent'] });
      assertSame([connector.orders({ open: true }).length, main.orders().length], [0, 0], 'orders here and there');
    },
  },
  {
    id: 'perp-hedge-effect',
    source: 'contract',
    title: 'in hedge mode an order without an effect does not leave: a buy could mean either position',
    lacks: needsModes,
    run: async (world) => {
      const { start, place, rejection, settle, http } = world;
      await start();
      await settle(marginOf(world).positions.setMode?.('hedge') ?? Promise.resolve());
      assertError(await rejection(place()), { kind: 'invalid-request', outcome: 'not-sent' });
      assertSame(http.requests('place').length, 0, 'requests');
    },
  },
  {
    id: 'perp-hedge-sides',
    source: 'contract',
    title: 'in hedge mode a long and a short stand side by side, and closing one leaves the other',
    lacks: needsModes,
    run: async (world) => {
      const { start, settle, main } = world;
      await start();
      await settle(marginOf(world).positions.setMode?.('hedge') ?? Promise.resolve());
      await trade(world, 'buy', { times: 2 });
      await trade(world, 'sell');
      assertSame(positionOf(world, main, 'long').amount.toFixed(), main.amounts(2), 'long');
      assertSame(positionOf(world, main, 'short').amount.toFixed(), main.amount, 'short');
      await trade(world, 'sell', { effect: 'close', times: 2 });
      assertTruePositions(world);
      assertSame(positionOf(world, main, 'short').amount.toFixed(), main.amount, 'short');
    },
  },
  {
    id: 'perp-liquidation',
    source: 'hummingbot §3.4',
    title: 'a liquidation ends the open orders of the market and the position, here as at the venue',
    run: async (world) => {
      const { start, place, until, main, account } = world;
      await start();
      await trade(world, 'buy', { times: 4 });
      const { clientOrderId } = await place({ effect: 'open', price: main.away(-1) });
      liquidate(world);
      await until(() => world.order(clientOrderId).state !== 'open', 'the end of the order is told', 120_000);
      await until(() => isTruePositions(world), 'the end of the position is told', 120_000);
      assertSame(marginOf(world).positions.list(), [], 'positions');
      assertSame(marginOf(world).engine.openOrders(account).length, 0, 'open orders at the venue');
      assertSame(eventsOf(world, 'order-closed', clientOrderId).length, 1, 'closings told');
    },
  },
];

async function opens(world: World, side: Side): Promise<void> {
  const { start, place, main, http, advance } = world;
  await start();
  const placed = await place({ side, effect: 'open' });
  const { clientOrderId } = placed;
  const truth = main.order(clientOrderId);
  assertSame([placed.state, placed.effect], ['open', 'open'], 'state and effect');
  assertSame(
    [truth.side, truth.reduceOnly, truth.positionSide, main.amountText(truth.amount), main.priceText(truth.price)],
    [side, false, 'net', main.amount, main.price],
    'the order at the venue',
  );
  await advance(2_000);
  assertSame(http.requests('place').length, 1, 'requests');
  assertSame(storyOf(world, clientOrderId), ['order-opened'], 'events');
}

async function closes(world: World, side: Side): Promise<void> {
  const { start, main } = world;
  await start();
  await trade(world, side === 'buy' ? 'sell' : 'buy');
  const clientOrderId = await trade(world, side, { effect: 'close' });
  const truth = main.order(clientOrderId);
  assertSame([truth.side, truth.reduceOnly], [side, true], 'the order at the venue');
  assertSame(world.order(clientOrderId).effect, 'close', 'effect');
  assertSame(marginOf(world).positions.list(), [], 'positions');
  assertTruePositions(world);
}

/** The account loses what it has but for a little, and the mark price falls by a third. */
function liquidate(world: World): void {
  const { account, main } = world;
  const { engine } = marginOf(world);
  const asset = main.pays('buy');
  engine.deposit(account, asset, engine.asset(asset).format(-engine.marginOf(account, asset).available));
  const mark = engine.perpetual(main.symbol)?.perpetual.mark ?? 0n;
  engine.setPrices(main.symbol, { mark: (mark * 2n) / 3n });
}
