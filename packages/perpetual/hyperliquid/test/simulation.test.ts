import { generate, leastStruck, marginScale, runPlan, runSeed, struckOf } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

const small = { ...marginScale, actions: 16, faults: 16, faultsMs: 12_000 };
const { positions } = fixture.spec;

test('the same seed gives the same run, message for message, and what must hold does', async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 4; seed += 1) {
    const { hash, violations } = await runPlan(generate(seed, small), { fixture });
    const again = await runPlan(generate(seed, small), { fixture });
    expect([seed, again.hash, violations]).toEqual([seed, hash, []]);
    hashes.add(hash);
  }
  expect(hashes.size).toBe(4);
}, 240_000);

test('a seed of the standard size holds, with positions and funding in it', async () => {
  const result = await runSeed(2, { fixture });
  expect(result.violations).toEqual([]);
  expect(struckOf(result)).toBeGreaterThanOrEqual(leastStruck);
  const types = result.told.map(({ event }) => event.type);
  expect(types).toEqual(expect.arrayContaining(['order-filled', 'position', 'funding-paid']));
}, 120_000);

test('payments that nobody asks for are missed', async () => {
  const spec = { ...fixture.spec, positions: { ...positions, fetchPayments: async () => [] } };
  const found: string[] = [];
  for (let seed = 1; seed <= 40 && found.length === 0; seed += 1) {
    const { violations } = await runPlan(generate(seed, small), { fixture: { ...fixture, spec } });
    found.push(...violations.map(({ oracle }) => oracle));
  }
  expect(found).toContain('FUN');
}, 240_000);
