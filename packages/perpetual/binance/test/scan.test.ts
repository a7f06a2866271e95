import { createScanner, toUtf8 } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { binancePerpetual } from '../src/index.js';
import * as venue from '../src/market.js';
import { payload } from './wire-fixture.js';

const look = { options: binancePerpetual.options({}), market: () => undefined };
const scan = createScanner(venue.scan);
const scanned = (message: unknown): unknown => scan(toUtf8(JSON.stringify(message)));

// The example of the documentation.
// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams
const update = {
  ...{ e: 'depthUpdate', E: '123456789', T: '123456788', s: 'BTCUSDT', U: '157', u: '160', pu: '149' },
  ...{ b: [['0.0024', '10']], a: [['0.0026', '100']] },
};

test('a change of a book is scanned as it is parsed', () => {
  expect([scanned(update)]).toEqual(venue.parse(update, look));
});

test.each(['ws.agg-trade', 'ws.mark-price', 'ws.account-update'])('%s is not scanned', (name) => {
  expect(scanned(payload(name))).toBe(undefined);
});

test.each(['id', 'error'])('what has a member %s is left to the decoder', (name) => {
  expect(scanned({ ...update, [name]: null })).toBe(undefined);
});

test.each(['e', 'T', 's', 'U', 'u', 'pu', 'b', 'a'])('without %s it is something else', (name) => {
  expect(scanned(Object.fromEntries(Object.entries(update).filter(([key]) => key !== name)))).toBe(undefined);
});
