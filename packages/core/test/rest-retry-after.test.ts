import { expect, test } from 'vitest';

import { readRetryAfter } from '../src/rest/retry-after.js';

const now = 784_111_777_000; // Sun, 06 Nov 1994 08:49:37 GMT
const day = 86_400_000;

test.each([
  ['seconds', { 'retry-after': '120' }, 120_000],
  ['parts of a second', { 'retry-after': '0.2505' }, 251],
  ['no wait', { 'retry-after': '0' }, 0],
  ['more than three days', { 'retry-after': '999999999999' }, 3 * day],
  [
    'a date by the answer’s own clock',
    { 'retry-after': 'Sun, 06 Nov 1994 08:50:37 GMT', date: 'Sun, 06 Nov 1994 08:50:00 GMT' },
    37_000,
  ],
  ['a date by our clock', { 'retry-after': 'Sun, 06 Nov 1994 08:50:37 GMT' }, 60_000],
  ['a date that has passed', { 'retry-after': 'Sun, 06 Nov 1994 08:00:00 GMT' }, 0],
  ['a leap day', { 'retry-after': 'Thu, 29 Feb 2024 00:00:00 GMT', date: 'Wed, 28 Feb 2024 00:00:00 GMT' }, day],
  [
    'the day after one',
    { 'retry-after': 'Fri, 01 Mar 2024 00:00:00 GMT', date: 'Wed, 28 Feb 2024 00:00:00 GMT' },
    2 * day,
  ],
  ['a new year', { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT', date: 'Thu, 31 Dec 2099 23:59:59 GMT' }, 1_000],
  ['nothing', {}, undefined],
  ['words', { 'retry-after': 'later' }, undefined],
  ['a month that does not exist', { 'retry-after': 'Sun, 06 Abc 1994 08:50:37 GMT' }, undefined],
])('%s', (_, headers, expected) => {
  expect(readRetryAfter(new Map(Object.entries(headers)), now)).toBe(expected);
});
