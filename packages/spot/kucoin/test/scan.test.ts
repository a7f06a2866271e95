import { createScanner, toUtf8 } from '@hb/connector-core';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import { kucoin } from '../src/index.js';
import * as venue from '../src/market.js';
import { changed, payload } from './wire-fixture.js';

const look = { options: kucoin.options({}), market: () => undefined };
const scan = createScanner(venue.scan);
const scanned = (message: unknown): unknown => scan(toUtf8(JSON.stringify(message)));
const message = v.parse(v.record(v.string(), v.unknown()), payload('ws.book'));

test('a change of a book is scanned as it is parsed', () => {
  expect([scanned(message)]).toEqual(venue.parse(message, look));
});

test('a level without a price is left to the parser, which ignores it', () => {
  expect(scanned(changed('ws.book', { changes: { asks: [['0', '1', '2']], bids: [] } }))).toBe(undefined);
});

test.each(['ws.trade', 'ws.balance', 'ws.order.open'])('%s is not scanned', (name) => {
  expect(scanned(payload(name))).toBe(undefined);
});

test.each(['id', 'code'])('what has a member %s is left to the decoder', (name) => {
  expect(scanned({ ...message, [name]: null })).toBe(undefined);
});

test.each(['type', 'subject', 'data'])('without %s it is something else', (name) => {
  expect(scanned(Object.fromEntries(Object.entries(message).filter(([key]) => key !== name)))).toBe(undefined);
});
