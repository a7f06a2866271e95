import { generate, runPlan, standardScale } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

const small = { ...standardScale, actions: 16, faults: 16, faultsMs: 12_000, livenessMs: 75_000 };

test('the same seed gives the same run, message for message, and what must hold does', async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 4; seed += 1) {
    const { hash, violations } = await runPlan(generate(seed, small), { fixture });
    const again = await runPlan(generate(seed, small), { fixture });
    expect([seed, again.hash, violations]).toEqual([seed, hash, []]);
    hashes.add(hash);
  }
  expect(hashes.size).toBe(4);
}, 120_000);
