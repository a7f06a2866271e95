import { decimal } from '@hb/connector-core';

import { assert, assertError, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import { assertTrueFills, eventsOf, storyOf } from './support.js';

const source = 'contract';

/** What the contract has beyond Hummingbot's. */
export const extraCases: readonly CaseDefinition[] = [
  {
    id: 'amend',
    source,
    title: 'an order whose amount is lowered stays one order, here and at the venue, and fills for what is left',
    lacks: ({ has }) => (has.amend ? undefined : 'trading.amend'),
    run: async (world) => {
      const { start, place, connector, settle, main, until, rejection } = world;
      await start();
      const { clientOrderId } = await place({ amount: main.amounts(3) });
      assert(connector.amend !== undefined, 'the connector has no amend, though the spec has');
      const amended = await settle(connector.amend(clientOrderId, { amount: main.amounts(2) }));
      assertSame([amended.state, amended.amount.toFixed()], ['open', main.amounts(2)], 'state and amount');
      assertSame(connector.orders({ open: true }).length, 1, 'open orders');
      assertError(await rejection(connector.amend(clientOrderId, {})), {
        kind: 'invalid-request',
        outcome: 'not-sent',
      });
      main.take('buy', main.price, main.amounts(2));
      await until(() => eventsOf(world, 'order-closed').length === 1, 'the order is filled', 10_000);
      assertSame(
        storyOf(world, clientOrderId),
        ['order-opened', 'order-amended', 'order-filled', 'order-closed'],
        'events',
      );
      await assertTrueFills(world, main, clientOrderId);
    },
  },
  {
    id: 'fees',
    source,
    title: 'fee rates are the account’s, as fractions',
    lacks: ({ has }) => (has.fetchFees ? undefined : 'trading.fetchFees'),
    run: async ({ start, connector, settle, engine, account, main }) => {
      await start({});
      const { maker, taker } = await settle(present(connector.fees?.(main.pair), 'fees'));
      const truth = engine.fees(account);
      assertSame([maker, taker], [decimal(truth.maker), decimal(truth.taker)], 'maker and taker rates');
    },
  },
  {
    id: 'candles',
    source,
    title: 'candles are oldest first, in whole intervals, and the last one ends with the last trade',
    lacks: ({ has }) => (has.candles ? undefined : 'market.candles'),
    run: async ({ start, connector, settle, engine, main, advance }) => {
      await start({});
      for (const side of ['buy', 'sell', 'buy'] as const) {
        await advance(60_000);
        main.take(side, main.best(side), main.amount);
      }
      const candles = await settle(present(connector.candles?.(main.pair, { interval: '1m', limit: 3 }), 'candles'));
      const times = candles.map(({ at }) => at);
      assertSame(times, [...times].sort(), 'times');
      assert(
        times.length === 3 && times.every((at) => at % 60_000 === 0),
        `three candles were expected, at whole minutes: ${times.join(', ')}`,
      );
      const { lastTrade } = present(engine.market(main.symbol), 'market');
      assertSame(candles.at(-1)?.close.toFixed(), main.priceText(lastTrade?.price), 'close of the last');
    },
  },
];
