import { createScanner, toUtf8 } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { gateIo } from '../src/index.js';
import * as venue from '../src/market.js';
import { fields, payload } from './wire-fixture.js';

const look = { options: gateIo.options({}), market: () => undefined };
const scan = createScanner(venue.scan);
const scanned = (message: unknown): unknown => scan(toUtf8(JSON.stringify(message)));

test('a change of a book is scanned as it is parsed', () => {
  const message = payload('ws.order-book-update');
  expect([scanned(message)]).toEqual(venue.parse(message, look));
});

test.each(['ws.trades', 'ws.orders', 'ws.subscribed', 'ws.pong', 'ws.order-placed'])('%s is not scanned', (name) => {
  expect(scanned(payload(name))).toBe(undefined);
});

test.each(['type', 'request_id', 'id', 'error'])('what has a member %s is left to the decoder', (name) => {
  expect(scanned(fields('ws.order-book-update', { [name]: null }))).toBe(undefined);
});

test.each(['channel', 'event', 'result'])('without %s it is something else', (name) => {
  const rest = Object.entries(fields('ws.order-book-update')).filter(([key]) => key !== name);
  expect(scanned(Object.fromEntries(rest))).toBe(undefined);
});
