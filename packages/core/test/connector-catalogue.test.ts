import { expect, test } from 'vitest';

import { createCatalogue, type Catalogue } from '../src/connector/catalogue.js';
import { decimal } from '../src/model/decimal.js';
import type { Market } from '../src/model/market.js';
import { market } from './support/market.js';

const ether: Market = { ...market, pair: 'ETH-USDT', symbol: 'ETHUSDT', base: 'ETH' };

function load(...markets: readonly Market[]): Catalogue<unknown> {
  const catalogue = createCatalogue('venue');
  catalogue.replace(markets);
  return catalogue;
}

/** `['delisted ETH-USDT halted', …]`. */
function replace(catalogue: Catalogue<unknown>, ...markets: readonly Market[]): readonly string[] {
  return catalogue.replace(markets).map(({ change, market: { pair, status } }) => `${change} ${pair} ${status}`);
}

test('the first list is known by pair and by symbol, and is no change', () => {
  const catalogue = createCatalogue('venue');
  expect(catalogue.replace([market, ether])).toEqual([]);
  expect([...catalogue.byPair.keys()]).toEqual(['BTC-USDT', 'ETH-USDT']);
  expect(catalogue.get('ETH-USDT')).toBe(ether);
  expect(catalogue.bySymbol('BTCUSDT')).toBe(market);
  expect(catalogue.bySymbol('XRPUSDT')).toBeUndefined();
});

test('two markets of one pair are refused, and the list stays as it was', () => {
  const catalogue = load(market);
  expect(() => catalogue.replace([ether, { ...ether, symbol: 'ETHUSDT2' }])).toThrow(
    'venue markets: ETHUSDT2 and ETHUSDT are both ETH-USDT',
  );
  expect([...catalogue.byPair.keys()]).toEqual(['BTC-USDT']);
});

test('an unknown pair is refused with a word on how pairs are written', () => {
  expect(() => load(market).get('BTC/USD')).toThrow('venue: no market "BTC/USD"; pairs are written BASE-QUOTE');
  expect(() => load(market).get('btc/usdt')).toThrow('venue: no market "btc/usdt"; did you mean BTC-USDT?');
});

test('before there are markets, a pair is refused with a word on what to do', () => {
  expect(() => createCatalogue('venue').get('BTC-USDT')).toThrow(
    'venue: markets are not loaded: call start() before using BTC-USDT',
  );
});

test('a new market is listed, a change of its rules or of its status is told, and nothing else is', () => {
  const catalogue = load(market, ether);
  const finer = { ...market, price: { step: decimal('0.001') } };
  expect(replace(catalogue, { ...market, wire: 'other' }, ether)).toEqual([]);
  expect(replace(catalogue, finer, { ...ether, status: 'cancel-only' })).toEqual([
    'rules BTC-USDT trading',
    'status ETH-USDT cancel-only',
  ]);
  expect(catalogue.get('BTC-USDT')).toBe(finer);
  expect(replace(catalogue, finer, { ...ether, pair: 'XRP-USDT', symbol: 'XRPUSDT' })).toContain(
    'listed XRP-USDT trading',
  );
});

test('a market that is gone is delisted once, and stays known as halted', () => {
  const catalogue = load(market, ether);
  expect(replace(catalogue, market)).toEqual(['delisted ETH-USDT halted']);
  expect(catalogue.get('ETH-USDT').status).toBe('halted');
  expect(catalogue.bySymbol('ETHUSDT')?.status).toBe('halted');
  expect(replace(catalogue, market)).toEqual([]);
});

test('a market that was halted before it goes is delisted all the same', () => {
  const catalogue = load(market, { ...ether, status: 'halted' });
  expect(replace(catalogue, market)).toEqual(['delisted ETH-USDT halted']);
});

test('a delisted market that comes back is listed', () => {
  const catalogue = load(market, ether);
  replace(catalogue, market);
  expect(replace(catalogue, market, ether)).toEqual(['listed ETH-USDT trading']);
  expect(replace(catalogue, market)).toEqual(['delisted ETH-USDT halted']);
});

test('a pair that the venue gives another symbol is found by the new one', () => {
  const catalogue = load(market);
  catalogue.replace([{ ...market, symbol: 'XBTUSDT' }]);
  expect(catalogue.get('BTC-USDT').symbol).toBe('XBTUSDT');
  expect(catalogue.bySymbol('XBTUSDT')?.pair).toBe('BTC-USDT');
});
