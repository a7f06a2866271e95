import { createScanner, toUtf8 } from '@hb/connector-core';
import { expect, test } from 'vitest';

import * as market from '../src/market.js';
import { account, payload } from './api.js';

const look = { options: account().options, market: () => undefined };
const scan = createScanner(market.scan);
const scanned = (message: unknown): unknown => scan(toUtf8(JSON.stringify(message)));
const told = { coin: 'BTC', time: '1754450974231' };
const book = (...levels: readonly unknown[]): unknown => ({ channel: 'l2Book', data: { ...told, levels } });
const level = { px: '113377.0', sz: '7.6699', n: 17 };

test('a book is scanned as it is parsed', () => {
  const message = { channel: 'l2Book', data: payload('rest.l2-book') };
  expect([scanned(message)]).toEqual(market.parse(message, look));
});

test('a side may be empty', () => {
  expect([scanned(book([level], []))]).toEqual(market.parse(book([level], []), look));
});

test.each([
  ['amounts before prices', book([{ sz: '1', px: '2', n: 1 }], [])],
  ['one side', book([level])],
  ['three sides', book([level], [], [])],
  ['a price of zero', book([{ px: '0.0', sz: '1', n: 1 }], [])],
])('%s: left to the decoder', (_, message) => {
  expect(scanned(message)).toBe(undefined);
});

test.each(['trades', 'activeAssetCtx', 'pong'])('%s is not scanned', (channel) => {
  expect(scanned({ channel, data: payload('rest.l2-book') })).toBe(undefined);
});
