import { expect, test } from 'vitest';

import { createNonce } from '../src/rest/nonce.js';

test('a nonce is the time, and rises when the time stands still or falls', () => {
  const times = [1_000, 1_000.7, 1_000, 900, 5_000, 4_000];
  const nonce = createNonce(() => times.shift() ?? 0);
  expect(Array.from({ length: 6 }, nonce)).toEqual([1_000, 1_001, 1_002, 1_003, 5_000, 5_001]);
});
