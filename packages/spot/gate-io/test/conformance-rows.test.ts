import { resultOf, spotCases } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from './conformance/fixture.js';

test('each of the 39 standard cases runs', () => {
  const running = spotCases(fixture).filter(({ status }) => status === 'runs');
  const standard = Array.from({ length: 39 }, (_, index) => String(index + 1));
  expect(running.map(({ id }) => id)).toEqual(expect.arrayContaining(standard));
});

test('a case that means nothing for the venue says which member of the spec is absent', async () => {
  const rows = spotCases(fixture).filter(({ status }) => status !== 'runs');
  const results = await Promise.all(rows.map(resultOf));
  expect(results.map(({ case: { id }, why }) => [id, why])).toEqual([
    ['gap-418', 'the spec has no meaning for a status of 418'],
    [
      'gap-sub-accounts',
      'the spec has no member for accounts below an account: a connector is one account, with credentials of its own',
    ],
  ]);
});
