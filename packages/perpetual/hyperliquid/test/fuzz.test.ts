import { fuzz } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

test('odd messages are read as whole values or refused, and what is refused changes nothing', async () => {
  const { violations, framed } = await fuzz({ fixture, messages: 2_000 });
  expect(violations).toEqual([]);
  expect(framed).toBeGreaterThan(0.3);
}, 60_000);
