import { decimal } from '@hb/connector-core';

import { assert, assertError, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';
import { goesOnWithOpenOrders } from './restart.js';
import { brokenDown, replaceNumbers, withBody } from './support.js';

const source = 'hummingbot §3.1';

/** Markets, prices, rules and readiness. */
export const marketCases: readonly CaseDefinition[] = [
  {
    id: '1',
    source,
    title: 'every order type of the spec is offered and taken by the venue, and no other leaves',
    run: takesEveryOrderType,
  },
  {
    id: '2',
    source,
    title: 'a restart goes on with open orders alone: what was cancelled or filled is over, what is unknown stays so',
    world: { connector: { data: 'data' } },
    run: goesOnWithOpenOrders,
  },
  {
    id: '3',
    source,
    title: 'all markets of the venue are known as BASE-QUOTE',
    run: async ({ start, connector, engine }) => {
      await start({});
      const truth = engine.markets().map(({ base, quote }) => `${base}-${quote}`);
      assertSame([...connector.markets.keys()].sort(), truth.sort(), 'pairs');
    },
  },
  {
    id: '4',
    source,
    title: 'a market that does not trade is no market to trade on',
    note: 'it is shown, as halted, rather than left out: orders on it may still have to be told',
    run: async ({ start, connector, engine, other, place }) => {
      engine.setStatus(other.symbol, 'halted');
      await start();
      assertSame(connector.markets.get(other.pair)?.status, 'halted', `status of ${other.pair}`);
      const refusal: unknown = await place({ ...priceOf(other) }).catch((error: unknown) => error);
      assertError(refusal, { outcome: ['refused', 'not-sent'] });
      assertSame(other.orders().length, 0, 'orders on the halted market');
    },
  },
  {
    id: '5',
    source,
    title: 'without the list of markets there is no start, and a failed refresh keeps the list that there is',
    note: 'the source wants an empty list after an HTTP error: a script would see a venue without markets',
    run: needsMarkets,
  },
  {
    id: '6',
    source,
    title: 'last prices are those of the last trades',
    lacks: ({ has }) => (has.fetchTickers ? undefined : 'market.fetchTickers'),
    run: async ({ start, settle, connector, engine, main, other }) => {
      await start({});
      main.take('sell', main.best('sell'), main.amount);
      const tickers = await settle(present(connector.tickers?.(), 'tickers'));
      for (const { pair, symbol, priceText } of [main, other]) {
        assertSame(
          tickers.get(pair)?.last?.toFixed(),
          priceText(engine.market(symbol)?.lastTrade?.price),
          `last price of ${pair}`,
        );
      }
    },
  },
  {
    id: '7',
    source,
    title: 'started, a connector is ready: markets known, book live, account reconciled',
    run: async ({ start, connector }) => {
      await start();
      const { ready, account, missing } = connector.status;
      assertSame({ ready, account, missing }, { ready: true, account: 'ready', missing: [] }, 'status');
    },
  },
  {
    id: '8',
    source,
    title: 'a venue that breaks down shows in the status, and so does its return',
    run: noticesAnOutage,
  },
  {
    id: '9',
    source,
    title: 'a start that is aborted rejects and leaves nothing behind',
    run: async ({ connector, rejection, advance, clock, ports }) => {
      const controller = new AbortController();
      const starting = connector.start({ signal: controller.signal });
      clock.at(clock.mono() + 15, () => controller.abort());
      assertError(await rejection(starting), { outcome: 'not-sent' });
      await advance(1_000);
      assertSame([ports.connections(), connector.status.ready], [0, false], 'sockets, ready');
    },
  },
  {
    id: '10',
    source,
    title: 'before the start nothing is ready, nothing is known, and nothing was sent',
    run: async ({ connector, http, advance }) => {
      await advance(1_000);
      const { ready, account, missing, books } = connector.status;
      assertSame({ ready, account, books }, { ready: false, account: 'none', books: new Map() }, 'status');
      assert(missing.length > 0, 'the status does not say what is missing');
      assertSame(
        [connector.markets.size, connector.orders(), http.requests().length],
        [0, [], 0],
        'markets, orders, requests',
      );
    },
  },
  {
    id: '11',
    source,
    title: 'steps, least amount and least notional are the venue’s',
    run: async ({ start, connector, main, other }) => {
      await start({});
      for (const { pair, priceStep, amountStep, rules } of [main, other]) {
        const market = present(connector.markets.get(pair), `market ${pair}`);
        const { price, amount, minNotional, base, quote } = market;
        assertSame(
          { base, quote, steps: [price.step, amount.step], least: [amount.min, minNotional] },
          {
            base: pair.split('-')[0],
            quote: pair.split('-')[1],
            steps: [priceStep, amountStep],
            least: leastOf(rules),
          },
          `rules of ${pair}`,
        );
      }
    },
  },
  {
    id: '12',
    source,
    title: 'one market that cannot be read does not hide the others',
    run: async ({ start, connector, http, engine, main, other }) => {
      const symbols = engine.markets().map(({ symbol }) => symbol);
      let isSpoiled = false;
      http.rewrite('fetchMarkets', (answer) =>
        withBody(answer, (body) => {
          const spoiled = spoilMarket(body, other.symbol, symbols);
          isSpoiled = spoiled !== body;
          return spoiled;
        }),
      );
      await start();
      assert(isSpoiled, 'the list of markets was not changed');
      assertSame([connector.markets.has(main.pair), connector.markets.has(other.pair)], [true, false], 'markets known');
    },
  },
];

/** Every decimal number of one market, or every whole one where it has no others, becomes something else: from its symbol to that of the next market. */
function spoilMarket(body: string, symbol: string, symbols: readonly string[]): string {
  const from = body.indexOf(`"${symbol}"`);
  const others = symbols.filter((each) => each !== symbol);
  const after = others.map((each) => body.indexOf(`"${each}"`, from)).filter((at) => at > from);
  const to = Math.min(body.length, ...after);
  const text = body.slice(from, to);
  const spoiled = replaceNumbers(text, 'oops');
  const all = spoiled === text ? text.replace(/(?<=":)\d+(?=[,}])/g, '"oops"') : spoiled;
  return body.slice(0, from) + all + body.slice(to);
}

function leastOf({
  minAmount,
  minNotional,
}: {
  readonly minAmount: string;
  readonly minNotional?: string;
}): readonly unknown[] {
  return [decimal(minAmount), minNotional === undefined ? undefined : decimal(minNotional)];
}

function priceOf({ pair, price, amount }: World['main']): { pair: string; price: string; amount: string } {
  return { pair, price, amount };
}

const marketOrders = [
  ['sell', 'base'],
  ['sell', 'quote'],
  ['buy', 'quote'],
  ['buy', 'base'],
] as const;

function takesMarketOrder(
  market: World['spec']['orders']['market'],
  ...[side, amountIn]: (typeof marketOrders)[number]
): boolean {
  if (market === 'spent') return amountIn === (side === 'buy' ? 'quote' : 'base');
  return market === amountIn || market === 'either';
}

async function takesEveryOrderType(world: World): Promise<void> {
  const { spec, start, connector, main, place, settle, rejection, http } = world;
  await start();
  assertSame(
    { limit: connector.capabilities.limit, market: connector.capabilities.market },
    { limit: spec.orders.limit, market: spec.orders.market },
    'capabilities',
  );
  const taken = { gtc: 'gtc', ioc: 'ioc', fok: 'fok', 'post-only': 'post-only', gtd: 'gtc' } as const;
  for (const timeInForce of spec.orders.limit) {
    const isTaking = timeInForce === 'ioc' || timeInForce === 'fok';
    const expiry = timeInForce === 'gtd' ? { expiresAt: world.clock.now() + 3_600_000 } : {};
    const order = await place({ timeInForce, ...expiry, price: isTaking ? main.best('sell') : main.price });
    const atVenue = main.order(order.clientOrderId);
    assertSame(
      [atVenue.type, atVenue.timeInForce],
      ['limit', taken[timeInForce]],
      `an order ${timeInForce} at the venue`,
    );
    assertSame(atVenue.status, isTaking ? 'filled' : 'open', `an order ${timeInForce}`);
  }
  for (const [side, amountIn] of marketOrders) {
    const amount = amountIn === 'base' ? main.amount : decimal(main.amount).times(main.price).toFixed();
    const placed = connector.place({ pair: main.pair, side, type: 'market', amount, amountIn });
    if (takesMarketOrder(spec.orders.market, side, amountIn)) {
      const order = await settle(placed);
      assertSame(
        [main.order(order.clientOrderId).type, main.order(order.clientOrderId).status],
        ['market', 'filled'],
        'a market order',
      );
    } else {
      assertError(await rejection(placed), { kind: 'unsupported', outcome: 'not-sent' });
    }
  }
  const sent = http.requests('place').length;
  const missing = (['gtc', 'ioc', 'fok', 'post-only', 'gtd'] as const).filter(
    (each) => !spec.orders.limit.includes(each),
  );
  for (const timeInForce of missing) {
    const expiry = timeInForce === 'gtd' ? { expiresAt: world.clock.now() + 3_600_000 } : {};
    assertError(await rejection(place({ timeInForce, ...expiry })), { kind: 'unsupported', outcome: 'not-sent' });
  }
  assertSame(http.requests('place').length, sent, 'requests, after orders that the venue does not take');
}

async function needsMarkets(world: World): Promise<void> {
  const { connector, http, settle, rejection, main, start } = world;
  await start();
  const before = connector.markets.size;
  http.strike('fetchMarkets', brokenDown);
  assertError(await rejection(connector.refresh('markets')), {});
  assertSame(connector.markets.size, before, 'markets after a failed refresh');
  assert(connector.markets.has(main.pair), `${main.pair} was forgotten`);

  http.strike('fetchMarkets', { ...brokenDown, times: 100 });
  const another = world.second();
  assertError(await rejection(another.start()), { kind: 'venue-unavailable' });
  await settle(another.stop());
  assertSame(another.markets.size, 0, 'markets of the connector that did not start');
}

async function noticesAnOutage(world: World): Promise<void> {
  const { start, connector, http, streams, spec, until, settle } = world;
  await start();
  const names = [...spec.marketStreams, ...spec.accountStreams];
  http.strike('all', { ...brokenDown, forMs: 20_000 });
  for (const name of names) {
    streams.decline(name, 2, { refused: 503 });
    streams.drop(name);
  }
  await until(() => !connector.status.ready, 'the outage shows');
  if (spec.accountStreams.length > 0)
    await until(() => connector.status.account === 'stale', 'the account is stale', 5_000);
  await until(() => connector.status.ready, 'the venue is back', 180_000);
  const another = world.second();
  http.strike('all', { ...brokenDown, times: 100 });
  assertError(await world.rejection(another.start()), { kind: 'venue-unavailable' });
  await settle(another.stop());
}
