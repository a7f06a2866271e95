import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import { openFixtures } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'hb-fixtures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  order: '{ "source": "https://venue.test/docs", "payload": { "id": 9007199254740993, "price": 1.10 } }',
  orders: '{ "source": "https://venue.test/docs", "payload": [{ "id": 1 }, { "id": 2 }] }',
  bare: '{ "id": 1 }',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.json`), text);
const { payload, fields, list } = openFixtures(pathToFileURL(`${folder}/`));

test('numbers are their source text', () => {
  expect(payload('order')).toEqual({ id: '9007199254740993', price: '1.10' });
});

test('fields are changed, those of each item in a list', () => {
  expect(fields('order', { price: '2' })).toEqual({ id: '9007199254740993', price: '2' });
  expect(list('orders', { price: '2' })).toEqual([
    { id: '1', price: '2' },
    { id: '2', price: '2' },
  ]);
});

test.each([
  ['order is no list', () => list('order')],
  ['orders is no object', () => fields('orders')],
  ['bare.json has no payload', () => payload('bare')],
])('%s', (message, run) => {
  expect(run).toThrow(new TypeError(message));
});
