import { decimal } from '@hb/connector-core';

import { assert, assertError, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { Exchange } from '../exchange.js';
import type { World } from '../world.js';
import { marginOf, needsLeverage, needsModes, trade } from './perpetual-support.js';
import { eventsOf } from './support.js';

const source = 'hummingbot §3.2';

/** Modes, leverage, collateral and funding. */
export const perpetualAccountCases: readonly CaseDefinition[] = [
  {
    id: 'perp-1',
    source,
    title: 'of a market that is not watched no funding is known, and of one that is it is from the start',
    run: async (world) => {
      const { start, main, other } = world;
      const { positions } = marginOf(world);
      assertSame(positions.funding(main.pair), undefined, 'funding before the start');
      await start();
      assert(positions.funding(main.pair)?.rate !== undefined, 'no funding rate is known after the start');
      assertSame(positions.funding(other.pair), undefined, 'funding of a market that is not watched');
    },
  },
  {
    id: 'perp-8',
    source,
    title: 'the position modes of the spec are offered, and the mode is the venue’s',
    run: async (world) => {
      const { start, spec, connector, account } = world;
      await start();
      assertSame(connector.capabilities.hedge, spec.positions?.modes.includes('hedge'), 'capabilities.hedge');
      assertSame(marginOf(world).positions.mode(), marginOf(world).engine.positionMode(account), 'mode');
    },
  },
  {
    id: 'perp-9',
    source,
    title: 'a position mode that the venue refuses rejects in its words, and the mode stays',
    lacks: needsModes,
    run: async (world) => {
      const { start, rejection, account } = world;
      await start();
      await trade(world, 'buy');
      const { positions, engine } = marginOf(world);
      assertError(await rejection(setMode(world, 'hedge')), { outcome: 'refused' });
      assertSame([positions.mode(), engine.positionMode(account)], ['one-way', 'one-way'], 'mode here and there');
    },
  },
  {
    id: 'perp-10',
    source,
    title: 'a position mode that is set holds at the venue and here, and so does the way back',
    lacks: needsModes,
    run: async (world) => {
      const { start, settle, account } = world;
      await start();
      const { positions, engine } = marginOf(world);
      for (const mode of ['hedge', 'one-way'] as const) {
        await settle(setMode(world, mode));
        assertSame([positions.mode(), engine.positionMode(account)], [mode, mode], 'mode here and there');
      }
    },
  },
  {
    id: 'perp-11',
    source,
    title: 'a leverage that the venue refuses rejects in its words, and the leverage stays',
    lacks: needsLeverage,
    run: async (world) => {
      const { start, rejection, account, main } = world;
      await start();
      const { engine } = marginOf(world);
      const before = engine.leverage(account, main.symbol);
      assertError(await rejection(setLeverage(world, '100000')), { outcome: ['refused', 'not-sent'] });
      assertSame(engine.leverage(account, main.symbol), before, 'leverage at the venue');
      await assertTrueLeverage(world);
    },
  },
  {
    id: 'perp-12',
    source,
    title: 'a leverage that is set holds at the venue and here',
    lacks: needsLeverage,
    run: async (world) => {
      const { start, settle, account, main } = world;
      await start();
      const { engine } = marginOf(world);
      await settle(setLeverage(world, '3'));
      assertSame(engine.leverage(account, main.symbol), { leverage: '3', margin: 'cross' }, 'leverage at the venue');
      await assertTrueLeverage(world);
    },
  },
  {
    id: 'perp-available',
    source: 'contract',
    title: 'asked for, the available margin is the venue’s, less what positions and orders need',
    run: tellsAvailable,
  },
  {
    id: 'perp-13',
    source,
    title: 'funding is what the venue answers: rate, next time, mark and index price',
    run: async (world) => {
      const { start, main } = world;
      const { engine } = marginOf(world);
      engine.setPrices(main.symbol, { fundingRate: '0.00123' });
      await start();
      assertTrueFunding(world, main);
    },
  },
  {
    id: 'perp-14',
    source,
    title: 'a change of funding is told, and what did not change stays',
    run: async (world) => {
      const { start, main, until } = world;
      await start();
      const { engine, positions } = marginOf(world);
      let told = 0;
      const off = positions.onFunding(main.pair, () => {
        told += 1;
      });
      const { mark = 0n } = engine.perpetual(main.symbol)?.perpetual ?? {};
      engine.setPrices(main.symbol, { mark: mark + 10n, index: mark + 20n, fundingRate: '-0.00042' });
      await until(() => positions.funding(main.pair)?.rate?.toFixed() === '-0.00042', 'the new rate is told', 60_000);
      await until(() => told > 0, 'a listener is told', 1_000);
      off();
      assertTrueFunding(world, main);
    },
  },
  {
    id: 'perp-15',
    source,
    title: 'funding payments are told once each, two markets at one time too, and none from before the start',
    note: 'the source keeps the last payment alone, by its time: a second market paid at the same time was lost',
    run: tellsPayments,
  },
  {
    id: 'perp-16',
    source,
    title: 'the collateral of a market is the venue’s, whichever side is taken',
    run: async (world) => {
      const { start, main, connector } = world;
      await start();
      const market = present(connector.markets.get(main.pair), 'market');
      const truth = present(marginOf(world).engine.perpetual(main.symbol), 'market at the venue').perpetual;
      assertSame(
        [market.shape, market.settle, main.pays('buy'), main.pays('sell')],
        [truth.shape, truth.settle, truth.settle, truth.settle],
        'shape and collateral',
      );
      assertSame(market.contractSize.toFixed(), decimal(truth.contractSize).toFixed(), 'contract size');
      assert(connector.balances().has(truth.settle), `no balance of ${truth.settle} is known`);
    },
  },
];

async function tellsAvailable(world: World): Promise<void> {
  const { start, connector, settle, place, main, account } = world;
  await start();
  const asset = main.pays('buy');
  const shown = async () => {
    await settle(connector.refresh('balances'));
    const { total, available } = present(connector.balances().get(asset), `balance of ${asset}`);
    return [total.toFixed(), available.toFixed()];
  };
  const truth = () => {
    const { wallet, available } = marginOf(world).engine.marginOf(account, asset);
    const format = (amount: bigint) => decimal(marginOf(world).engine.asset(asset).format(amount)).toFixed();
    return [format(wallet), format(available)];
  };
  assertSame(await shown(), truth(), 'total and available at first');
  await trade(world, 'buy', { times: 2 });
  assertSame(await shown(), truth(), 'total and available with a position');
  await place({ effect: 'open', price: main.away(-1) });
  assertSame(await shown(), truth(), 'total and available with an order');
}

async function tellsPayments(world: World): Promise<void> {
  const { start, main, other, engine, account, until, advance, connector, settle } = world;
  const margin = marginOf(world);
  for (const exchange of [main, other]) hold(world, exchange);
  margin.engine.payFunding(main.symbol);
  await advance(5_000);
  await start({ pairs: [main.pair, other.pair] });
  await advance(2_000);
  assertSame(eventsOf(world, 'funding-paid').length, 0, 'payments told from before the start');
  const paid = [main, other].flatMap(({ symbol }) => margin.engine.payFunding(symbol));
  const ours = paid.filter((payment) => payment.account === account);
  await until(() => eventsOf(world, 'funding-paid').length >= ours.length, 'the payments are told', 900_000);
  await advance(900_000);
  const lines = eventsOf(world, 'funding-paid').map(({ payment }) => {
    return `${payment.pair} ${payment.amount.toFixed()} ${payment.asset}`;
  });
  const truth = ours.map(({ market, amount, asset }) => {
    const { pair } = market === main.symbol ? main : other;
    return `${pair} ${engine.asset(asset).format(amount)} ${asset}`;
  });
  assertSame([...lines].sort(), truth.sort(), 'payments told');
  const asked = await settle(present(connector.positions, 'positions').payments({ pair: main.pair }));
  assertSame(asked.length, 2, `payments of ${main.pair} when asked for`);
}

/** The account takes a position at the venue, not through the connector. */
function hold({ engine, account }: World, { symbol, best, amount }: Exchange): void {
  const market = present(engine.market(symbol), 'market');
  const [price, count] = [market.price.parse(best('sell')) ?? 0n, market.amount.parse(amount) ?? 0n];
  const placed = engine.place(account, { market: symbol, side: 'buy', type: 'limit', price, amount: count });
  assertSame(placed.type === 'accepted' && placed.order.status, 'filled', 'the order that takes a position');
}

function setMode(world: World, mode: 'one-way' | 'hedge'): Promise<void> {
  const { positions } = marginOf(world);
  assert(positions.setMode !== undefined, 'the connector has no setMode, though the spec has');
  return positions.setMode(mode);
}

function setLeverage(world: World, leverage: string): Promise<void> {
  const { positions } = marginOf(world);
  assert(positions.setLeverage !== undefined, 'the connector has no setLeverage, though the spec has');
  return positions.setLeverage(world.main.pair, { leverage, margin: 'cross' });
}

async function assertTrueLeverage(world: World): Promise<void> {
  const { main, account, settle } = world;
  const { positions, engine } = marginOf(world);
  if (positions.leverage === undefined) return;
  const shown = await settle(positions.leverage(main.pair));
  const truth = engine.leverage(account, main.symbol);
  assertSame([shown.leverage.toFixed(), shown.margin], [truth.leverage, truth.margin], 'leverage');
}

/** The rate is always told; the rest where the venue does. */
function assertTrueFunding(world: World, { pair, symbol, priceText }: Exchange): void {
  const { positions, engine } = marginOf(world);
  const shown = present(positions.funding(pair), `funding of ${pair}`);
  const truth = present(engine.perpetual(symbol), 'market').perpetual;
  assertSame(shown.rate?.toFixed(), decimal(truth.fundingRate).toFixed(), 'rate');
  if (shown.nextAt !== undefined) assertSame(shown.nextAt, truth.nextFundingAt, 'next time');
  if (shown.markPrice !== undefined) assertSame(shown.markPrice.toFixed(), priceText(truth.mark), 'mark price');
  if (shown.indexPrice !== undefined) assertSame(shown.indexPrice.toFixed(), priceText(truth.index), 'index price');
}
