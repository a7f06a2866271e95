import { existsSync, readdirSync, readFileSync } from 'node:fs';

import {
  defects,
  generate,
  proveDefect,
  readRegression,
  repeatSeeds,
  runPlan,
  sizeOf,
  standardScale,
  type Search,
} from '@hb/connector-testkit';
import { describe, expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

const small = { ...standardScale, actions: 16, faults: 16, faultsMs: 12_000, livenessMs: 75_000 };
const search: Search<Options, Credentials, undefined> = {
  most: 40,
  run: (seed, options) => runPlan(generate(seed, small), options),
};
const folder = new URL('../simulation/regressions/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder) : [];

describe('what failed once', () => {
  for (const file of files) {
    test(`${file} holds`, async () => {
      const { plan } = readRegression(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
      const { violations } = await runPlan(plan, { fixture });
      expect(violations).toEqual([]);
    });
  }
});

test('the same seed gives the same run, message for message', async () => {
  expect(await repeatSeeds(50, small, { fixture })).toEqual({ violations: [], unlike: [], different: 50 });
}, 240_000);

test('a seed of the standard size holds, with at least 25 faults struck', async () => {
  const { violations, strikes, counts } = await runPlan(generate(1), { fixture });
  expect(violations).toEqual([]);
  expect(strikes.filter((times) => times > 0).length).toBeGreaterThanOrEqual(25);
  expect(counts.accepted).toBeGreaterThanOrEqual(10);
});

test.each(defects.filter(({ name }) => ['blind-resend', 'gaps-unseen'].includes(name)))(
  'the planted bug $name is found, made small, and gone when it is taken out',
  async (defect) => {
    const proof = await proveDefect(defect, fixture, search);
    expect(proof && sizeOf(proof.regression.plan)).toBeLessThanOrEqual(10);
    expect(proof?.before).toContain(proof?.regression.oracle);
    expect(proof?.after).toEqual([]);
    expect(proof?.timeline).toMatch(new RegExp(`WRONG {3}${proof?.regression.oracle}`));
  },
  240_000,
);
