import { describe, expect, test } from 'vitest';

import { createBook, type BookStore } from '../src/book/book.js';
import type { BookUpdate, LevelText, Walk } from '../src/model/book.js';
import { decimal } from '../src/model/decimal.js';
import type { Market } from '../src/model/market.js';
import { market } from './support/market.js';
import { createVirtualClock } from './support/virtual-clock.js';

type Levels = { readonly bids?: readonly LevelText[]; readonly asks?: readonly LevelText[]; readonly depth?: number };

function update(snapshot: boolean, { bids = [], asks = [], ...more }: Levels): BookUpdate {
  return { type: 'book', symbol: 'BTCUSDT', snapshot, sequence: { by: 'none' }, bids, asks, ...more };
}

const levels: Levels = {
  bids: [
    ['99.50', '1.00'],
    ['99', '2'],
    ['98', '4'],
  ],
  asks: [
    ['100.50', '1'],
    ['101', '2'],
    ['103', '4'],
  ],
};

function book(from: Levels = levels, terms: Partial<Market> = {}): BookStore {
  const store = createBook({ market: { ...market, ...terms }, clock: createVirtualClock() });
  expect(store.restore(update(true, from), [])).toBeUndefined();
  return store;
}

function plain(walk: Walk | undefined) {
  return (
    walk && {
      ...walk,
      base: walk.base.toFixed(),
      quote: walk.quote.toFixed(),
      average: walk.average.toFixed(6),
      worst: walk.worst.toFixed(),
    }
  );
}

test('an empty book has no prices', () => {
  const { view } = createBook({ market, clock: createVirtualClock() });
  expect({ state: view.state, age: view.ageMs, mid: view.mid(), best: view.best('buy'), depth: view.depth(5) }).toEqual(
    {
      state: 'syncing',
      age: Infinity,
      mid: undefined,
      best: undefined,
      depth: { bids: [], asks: [] },
    },
  );
  expect([view.floats.bid, view.floats.ask]).toEqual([NaN, NaN]);
  expect(view.walk('buy', { base: '1' })).toBe(undefined);
});

test('levels are read exactly as sent, best first', () => {
  const { view } = book();
  expect(view.pair).toBe('BTC-USDT');
  expect(view.depth(2)).toEqual({
    bids: [
      ['99.50', '1.00'],
      ['99', '2'],
    ],
    asks: [
      ['100.50', '1'],
      ['101', '2'],
    ],
  });
  expect(view.depth(Infinity)).toEqual(levels);
  expect(view.depth(NaN)).toEqual({ bids: [], asks: [] });
});

test('the best prices and their middle are exact', () => {
  const { view } = book();
  expect(
    [view.best('buy'), view.best('sell')].map((best) => best && `${best.price.toFixed()} ${best.amount.toFixed()}`),
  ).toEqual(['99.5 1', '100.5 1']);
  expect(view.mid()?.toFixed()).toBe('100');
  expect(book({ bids: [['99', '1']] }).view.mid()).toBe(undefined);
});

test('the age is the time since the last change', async () => {
  const clock = createVirtualClock();
  const store = createBook({ market, clock });
  store.restore(update(true, levels), []);
  await clock.advance(500);
  store.change(update(false, { bids: [['99', '3']] }));
  await clock.advance(200);
  expect(store.view.ageMs).toBe(200);
});

test('an update that crosses the book is told', () => {
  const { change, view } = book();
  expect(change(update(false, { bids: [['100.4', '1']] }))).toBeUndefined();
  expect(change(update(false, { bids: [['100.5', '1']] }))).toBe('crossed');
  expect(view.best('buy')?.price.toFixed()).toBe('100.5');
});

test('prices that share a double do not cross unless they do', () => {
  const [low, high] = ['0.10000000000000000001', '0.10000000000000000002'];
  expect(book({ bids: [[low, '1']], asks: [[high, '1']] }).view.floats.bid).toBe(0.1);
  const store = createBook({ market, clock: createVirtualClock() });
  expect(store.restore(update(true, { bids: [[high, '1']], asks: [[low, '1']] }), [])).toBe('crossed');
});

test('of two changes of a price in one update the last one holds', () => {
  const { change, view } = book();
  change(
    update(false, {
      asks: [
        ['101', '0'],
        ['101.0', '7'],
      ],
    }),
  );
  expect(view.depth(2).asks).toEqual([
    ['100.50', '1'],
    ['101.0', '7'],
  ]);
});

test('nothing changes when a level of an update or a snapshot makes no sense', () => {
  const { change, restore, view } = book();
  const odd = { bids: [['97', '1']], asks: [['104', 'NaN']] } satisfies Levels;
  expect(() => change(update(false, odd))).toThrow('not a decimal number: "NaN"');
  expect(() => restore(update(true, odd), [])).toThrow('not a decimal number: "NaN"');
  expect(() => restore(update(true, {}), [update(false, odd)])).toThrow('not a decimal number: "NaN"');
  expect(() =>
    restore(
      update(true, {
        bids: [
          ['97', '1'],
          ['97.0', '2'],
        ],
      }),
      [],
    ),
  ).toThrow('a snapshot with two levels at one price');
  expect(restore(update(true, { bids: [['97', '1']], asks: [['96', '1']] }), [])).toBe('crossed');
  expect(view.depth(9)).toEqual(levels);
});

test('levels beyond what a snapshot covered are not taken, and the book says when few are left', () => {
  const bids = Array.from({ length: 20 }, (_, index): LevelText => [String(90 - index), '1']);
  const { change, view, isShort } = book({ bids, asks: [['91', '1']], depth: 20 });
  change(update(false, { bids: [['50', '1']], asks: [['200', '1']] }));
  expect([view.depth(99).bids.length, view.depth(99).asks.length]).toEqual([20, 2]);
  change(update(false, { bids: bids.slice(0, 15).map(([price]) => [price, '0']) }));
  expect([view.depth(99).bids, isShort()]).toEqual([bids.slice(15), false]);
  change(update(false, { bids: [['75', '0']] }));
  expect(isShort()).toBe(true);
});

test('a depth on every update moves what is covered with it', () => {
  const { change, view, isShort } = book({ ...levels, depth: 3 });
  change(update(false, { bids: [['99.6', '1']], depth: 3 }));
  expect(view.depth(9).bids.map(([price]) => price)).toEqual(['99.6', '99.50', '99']);
  change(
    update(false, {
      bids: [
        ['99', '0'],
        ['97', '1'],
      ],
      depth: 3,
    }),
  );
  expect(view.depth(9).bids.map(([price]) => price)).toEqual(['99.6', '99.50']);
  expect(isShort()).toBe(false);
  change(update(false, { bids: [['96', '1']], depth: 3 }));
  expect(view.depth(9).bids.map(([price]) => price)).toEqual(['99.6', '99.50', '96']);
});

describe('a walk', () => {
  test.each([
    { side: 'buy', base: '2', base_: '2', quote: '201.5', average: '100.750000', worst: '101', complete: true },
    { side: 'buy', base: '1', base_: '1', quote: '100.5', average: '100.500000', worst: '100.5', complete: true },
    { side: 'sell', base: '3.5', base_: '3.5', quote: '346.5', average: '99.000000', worst: '98', complete: true },
    { side: 'sell', base: '100', base_: '7', quote: '689.5', average: '98.500000', worst: '98', complete: false },
  ] as const)('of $side to $base base', ({ side, base, base_, complete, ...rest }) => {
    expect(plain(book().view.walk(side, { base }))).toEqual({ base: base_, complete, ...rest });
  });

  test.each([
    { side: 'buy', to: '100.5', base: '1', quote: '100.5', average: '100.500000', worst: '100.5', complete: true },
    { side: 'buy', to: '201.5', base: '2', quote: '201.5', average: '100.750000', worst: '101', complete: true },
    { side: 'sell', to: '99999', base: '7', quote: '689.5', average: '98.500000', worst: '98', complete: false },
  ] as const)('of $side to $to quote', ({ side, to, ...walk }) => {
    expect(plain(book().view.walk(side, { quote: to }))).toEqual(walk);
  });

  test.each([
    { side: 'buy', to: '101', base: '3', quote: '302.5', average: '100.833333', worst: '101', complete: true },
    { side: 'buy', to: '102', base: '3', quote: '302.5', average: '100.833333', worst: '101', complete: true },
    { side: 'buy', to: '103', base: '7', quote: '714.5', average: '102.071429', worst: '103', complete: true },
    { side: 'buy', to: '104', base: '7', quote: '714.5', average: '102.071429', worst: '103', complete: false },
    { side: 'sell', to: '99', base: '3', quote: '297.5', average: '99.166667', worst: '99', complete: true },
    { side: 'sell', to: '90', base: '7', quote: '689.5', average: '98.500000', worst: '98', complete: false },
  ] as const)('of $side to a price of $to', ({ side, to, ...walk }) => {
    expect(plain(book().view.walk(side, { price: to }))).toEqual(walk);
  });

  test('to a price better than the best takes nothing', () => {
    expect(book().view.walk('buy', { price: '100' })).toBe(undefined);
    expect(book().view.walk('sell', { price: decimal('100') })).toBe(undefined);
  });

  test.each([
    [{ base: '0' }, 'BTC-USDT walk: a base of 0'],
    [{ quote: '-1' }, 'BTC-USDT walk: a quote of -1'],
    [{ price: 'NaN' }, 'BTC-USDT walk: not a decimal number: "NaN"'],
    [{ base: '1e1000000' }, 'BTC-USDT walk: more than 64 digits or an exponent beyond ±64: "1e1000000"'],
  ])('to %j is refused', (to, message) => {
    expect(() => book().view.walk('buy', to)).toThrow(
      expect.objectContaining({ message, kind: 'invalid-request', outcome: 'not-sent' }),
    );
  });

  test('to a number is refused, because it has lost digits', () => {
    // @ts-expect-error: callers without types pass numbers.
    expect(() => book().view.walk('buy', { base: 0.1 })).toThrow("BTC-USDT walk: pass 0.1 as text ('0.1')");
  });
});

describe('floats', () => {
  test('the touch and the top levels are read without making objects', () => {
    const { floats } = book().view;
    const [bids, asks] = [new Float64Array(4), new Float64Array(5)];
    expect([floats.bid, floats.ask, floats.top(bids, asks)]).toEqual([99.5, 100.5, 2]);
    expect([[...bids], [...asks]]).toEqual([
      [99.5, 1, 99, 2],
      [100.5, 1, 101, 2, 0],
    ]);
  });

  test('no more levels are written than the thinner side has', () => {
    const { floats } = book({ bids: [['1', '2']], asks: levels.asks ?? [] }).view;
    const [bids, asks] = [new Float64Array(8), new Float64Array(8)];
    expect([floats.top(bids, asks), ...bids.slice(0, 3)]).toEqual([1, 1, 2, 0]);
  });
});

describe('a walk in floats', () => {
  const walkFloats = (terms: Partial<Market> = {}) => {
    const { floats } = book(levels, terms).view;
    return (side: 'buy' | 'sell', to: 'base' | 'quote' | 'price', target: number) => {
      const into = new Float64Array(4);
      return [floats.walk(side, to, target, into), ...into];
    };
  };

  test.each([
    ['buy', 'base', 2, [true, 2, 201.5, 100.75, 101]],
    ['sell', 'base', 100, [false, 7, 689.5, 98.5, 98]],
    ['buy', 'quote', 201.5, [true, 2, 201.5, 100.75, 101]],
    ['sell', 'quote', 99_999, [false, 7, 689.5, 98.5, 98]],
    ['buy', 'price', 101, [true, 3, 302.5, 302.5 / 3, 101]],
    ['buy', 'price', 103, [true, 7, 714.5, 714.5 / 7, 103]],
    ['buy', 'price', 104, [false, 7, 714.5, 714.5 / 7, 103]],
    ['sell', 'price', 98.5, [true, 3, 297.5, 297.5 / 3, 99]],
    ['buy', 'price', 100, [true, 0, 0, NaN, NaN]],
  ] as const)('of %s to a %s of %d', (side, to, target, expected) => {
    expect(walkFloats()(side, to, target)).toEqual(expected);
  });

  test('of contracts is in base units', () => {
    const terms = { shape: 'linear', contractSize: decimal('0.01') } as const;
    expect(walkFloats(terms)('buy', 'base', 0.02)).toEqual([true, 0.02, 2.015, 100.75, 101]);
  });

  test.each([0, -1, NaN])('to %d is refused', (target) => {
    expect(() => walkFloats()('buy', 'base', target)).toThrow(
      expect.objectContaining({ message: `BTC-USDT walk: a base of ${target}`, kind: 'invalid-request' }),
    );
  });

  test('equals the exact one', () => {
    const { view } = book();
    const into = new Float64Array(4);
    const exactly = {
      base: (side: 'buy' | 'sell', base: string) => view.walk(side, { base }),
      quote: (side: 'buy' | 'sell', quote: string) => view.walk(side, { quote }),
      price: (side: 'buy' | 'sell', price: string) => view.walk(side, { price }),
    };
    for (const side of ['buy', 'sell'] as const) {
      for (const to of ['base', 'quote', 'price'] as const) {
        for (const target of ['0.5', '1', '3', '7', '98', '101', '200', '1000']) {
          const exact = exactly[to](side, target);
          const isComplete = view.floats.walk(side, to, Number(target), into);
          if (exact === undefined) expect(into[0]).toBe(0);
          else expect([isComplete, into[0]?.toFixed(9)]).toEqual([exact.complete, exact.base.toFixed(9)]);
        }
      }
    }
  });
});

describe('contracts', () => {
  test('amounts of linear contracts read in base units', () => {
    const { view } = book(levels, { shape: 'linear', contractSize: decimal('0.01') });
    expect(view.depth(1)).toEqual({ bids: [['99.50', '0.01']], asks: [['100.50', '0.01']] });
    expect(view.best('buy')?.amount.toFixed()).toBe('0.01');
    expect(plain(view.walk('buy', { base: '0.02' }))).toEqual({
      base: '0.02',
      quote: '2.015',
      average: '100.750000',
      worst: '101',
      complete: true,
    });
    const [bids, asks] = [new Float64Array(2), new Float64Array(2)];
    view.floats.top(bids, asks);
    expect([...bids]).toEqual([99.5, 0.01]);
  });

  test('amounts of inverse contracts are quote units by the price', () => {
    const inverse = { bids: [['50000', '10']], asks: [['50010', '5']] } satisfies Levels;
    const { view } = book(inverse, { shape: 'inverse', contractSize: decimal('100') });
    expect(view.depth(1).bids).toEqual([['50000', '0.02']]);
    expect(plain(view.walk('sell', { quote: '500' }))).toEqual({
      base: '0.01',
      quote: '500',
      average: '50000.000000',
      worst: '50000',
      complete: true,
    });
    const [bids, asks] = [new Float64Array(2), new Float64Array(2)];
    view.floats.top(bids, asks);
    expect([...bids]).toEqual([50_000, 0.02]);
  });
});
