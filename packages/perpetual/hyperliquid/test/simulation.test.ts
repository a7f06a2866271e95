import {
  findFailure,
  generate,
  leastStruck,
  marginScale,
  repeatSeeds,
  runPlan,
  runSeed,
  struckOf,
} from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

const small = { ...marginScale, actions: 16, faults: 16, faultsMs: 12_000 };
const { positions } = fixture.spec;

test('the same seed gives the same run, message for message, and what must hold does', async () => {
  expect(await repeatSeeds(4, small, { fixture })).toEqual({ violations: [], unlike: [], different: 4 });
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
  const found = await findFailure(
    { fixture: { ...fixture, spec } },
    { most: 40, run: (seed, options) => runPlan(generate(seed, small), options) },
  );
  expect(found?.violations.map(({ oracle }) => oracle)).toContain('FUN');
}, 240_000);
