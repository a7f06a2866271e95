import { expect, test } from 'vitest';

import { createPositions, type PositionStore } from '../src/account/positions.js';
import { decimal } from '../src/model/decimal.js';
import type { Position, PositionReport, PositionSide } from '../src/model/position.js';

type Change = { readonly at?: number; readonly side?: PositionSide; readonly entry?: string; readonly symbol?: string };
type Figures = { readonly leverage?: string; readonly liquidation?: string; readonly pnl?: string };

function report(
  amount: string,
  { at, side = 'net', entry, symbol = 'BTC', ...figures }: Change & Figures = {},
): PositionReport {
  const { leverage, liquidation, pnl } = figures;
  return {
    ...{ type: 'position', symbol, side, amount: decimal(amount) },
    ...(at !== undefined && { at }),
    ...(entry !== undefined && { entryPrice: decimal(entry) }),
    ...(leverage !== undefined && { leverage: decimal(leverage) }),
    ...(liquidation !== undefined && { liquidationPrice: decimal(liquidation) }),
    ...(pnl !== undefined && { unrealizedPnl: decimal(pnl) }),
  };
}

function toText({ pair, side, amount, entryPrice, leverage, liquidationPrice }: Position): string {
  const figures = [entryPrice, leverage, liquidationPrice].map((figure) => figure?.toFixed() ?? '-');
  return `${pair} ${side} ${amount.toFixed()} @${figures.join(' ')}`;
}

function held(): PositionStore & { readonly news: () => readonly string[]; readonly shown: () => readonly string[] } {
  const heard: string[] = [];
  const store = createPositions({
    emit: ({ position }) => heard.push(toText(position)),
    now: () => 1_000,
    pairOf: (symbol) => (symbol === 'OLD' ? undefined : `${symbol}-USDT`),
  });
  return { ...store, news: () => heard.splice(0), shown: () => store.list().map(toText) };
}

test('a position is told when it opens, changes and closes, and an open one is listed', () => {
  const { apply, news, shown } = held();
  apply(report('2', { at: 1, entry: '100' }));
  apply(report('-1', { at: 2, entry: '90' }));
  expect(shown()).toEqual(['BTC-USDT net -1 @90 - -']);
  apply(report('0', { at: 3 }));
  expect(news()).toEqual(['BTC-USDT net 2 @100 - -', 'BTC-USDT net -1 @90 - -', 'BTC-USDT net 0 @- - -']);
  expect(shown()).toEqual([]);
});

test('a long and a short of one market stand side by side', () => {
  const { apply, shown } = held();
  apply(report('2', { side: 'long' }));
  apply(report('1', { side: 'short' }));
  expect(shown()).toEqual(['BTC-USDT long 2 @- - -', 'BTC-USDT short 1 @- - -']);
});

test('a negative size is refused, with nothing changed', () => {
  const { apply, shown } = held();
  const entries = [report('1', { symbol: 'ETH' }), report('-1', { side: 'short' })];
  expect(() => {
    apply({ type: 'positions', entries });
  }).toThrow('BTC: a short position of -1');
  expect(shown()).toEqual([]);
});

test('older news does not undo newer, and what is told twice is told once', () => {
  const { apply, news } = held();
  apply(report('2', { at: 5 }));
  apply(report('1', { at: 4 }));
  apply(report('2', { at: 5, pnl: '7' }));
  apply(report('0', { symbol: 'ETH' }));
  expect(news()).toEqual(['BTC-USDT net 2 @- - -']);
});

test('settings stay until told otherwise, what depends on the size goes with it', () => {
  const { apply, shown } = held();
  apply({ ...report('2', { at: 1, entry: '100', leverage: '10', liquidation: '91' }), margin: 'isolated' });
  apply(report('2', { at: 2 }));
  expect(shown()).toEqual(['BTC-USDT net 2 @100 10 91']);
  apply(report('3', { at: 3 }));
  expect(shown()).toEqual(['BTC-USDT net 3 @- 10 -']);
});

test('what a complete list leaves out is flat', () => {
  const { apply, news, shown } = held();
  apply(report('2', { at: 5 }));
  apply(report('3', { at: 5, symbol: 'ETH' }));
  news();
  apply({ type: 'positions', entries: [report('3', { at: 5, symbol: 'ETH' })] }, 10);
  expect(news()).toEqual(['BTC-USDT net 0 @- - -']);
  expect(shown()).toEqual(['ETH-USDT net 3 @- - -']);
});

test('a list that was asked for before the last change does not undo it', () => {
  const { apply, shown } = held();
  apply(report('2', { at: 50 }));
  apply({ type: 'positions', entries: [] }, 40);
  apply({ type: 'positions', at: 45, entries: [] });
  expect(shown()).toEqual(['BTC-USDT net 2 @- - -']);
});

test('a position that was missing shows again, though the venue stamps it before our own time', () => {
  const { apply, shown } = held();
  apply(report('2', { at: 50 }));
  apply({ type: 'positions', entries: [] }, 100);
  apply(report('1', { at: 99 }));
  expect(shown()).toEqual(['BTC-USDT net 1 @- - -']);
});

test('a machine that lags and tells a position as flat, without a time, does not keep it flat for ever', () => {
  const { apply, shown } = held();
  apply(report('1', { side: 'short', at: 500 }));
  apply({ type: 'positions', entries: [report('0', { side: 'short' })] }, 700);
  expect(shown()).toEqual([]);
  apply({ type: 'positions', entries: [report('1', { side: 'short', at: 500 })] }, 900);
  expect(shown()).toEqual(['BTC-USDT short 1 @- - -']);
  apply({ type: 'positions', entries: [report('0', { side: 'short' })] }, 400);
  expect(shown()).toEqual(['BTC-USDT short 1 @- - -']);
});

test('nor one that was never held before', () => {
  const { apply, shown } = held();
  apply({ type: 'positions', entries: [report('0')] }, 120);
  apply({ type: 'positions', entries: [report('5', { at: 100 })] }, 200);
  expect(shown()).toEqual(['BTC-USDT net 5 @- - -']);
});

test('the list is the same object until something changes', () => {
  const { apply, list } = held();
  apply(report('2'));
  expect(list()).toBe(list());
});

test('a market that is not in the catalogue goes by its symbol', () => {
  const { apply, shown } = held();
  apply(report('2', { symbol: 'OLD' }));
  expect(shown()).toEqual(['OLD net 2 @- - -']);
});
