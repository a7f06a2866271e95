import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { createConnector } from '@hb/connector-core';
import {
  defects,
  generate,
  readRegression,
  runPlan,
  sizeOf,
  standardScale,
  toRegression,
  toTimeline,
  type RunOptions,
} from '@hb/connector-testkit';
import { describe, expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

const small = { ...standardScale, actions: 16, faults: 16, faultsMs: 12_000, livenessMs: 75_000 };
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
  const hashes: string[] = [];
  for (let seed = 1; seed <= 50; seed += 1) {
    const { hash, violations } = await runPlan(generate(seed, small), { fixture });
    const again = await runPlan(generate(seed, small), { fixture });
    expect([seed, again.hash, violations]).toEqual([seed, hash, []]);
    hashes.push(hash);
  }
  expect(new Set(hashes).size).toBe(50);
}, 240_000);

test('a seed of the standard size holds, with at least 25 faults struck', async () => {
  const { violations, strikes, counts } = await runPlan(generate(1), { fixture });
  expect(violations).toEqual([]);
  expect(strikes.filter((times) => times > 0).length).toBeGreaterThanOrEqual(25);
  expect(counts.accepted).toBeGreaterThanOrEqual(10);
});

describe('a planted bug', () => {
  for (const { name, plant } of defects.filter((each) => ['blind-resend', 'gaps-unseen'].includes(each.name))) {
    test(`${name} is found, made small, and gone when it is taken out`, async () => {
      const options: RunOptions<Options, Credentials, undefined> = {
        fixture,
        connect: (spec, given) => createConnector(plant(spec), given),
      };
      const found = await firstFailure(options);
      const { plan, oracle } = await toRegression(found, options);
      expect(sizeOf(plan)).toBeLessThanOrEqual(10);
      const [before, after] = [await runPlan(plan, { ...options, keepLines: true }), await runPlan(plan, { fixture })];
      expect(before.violations.map((violation) => violation.oracle)).toContain(oracle);
      expect(after.violations).toEqual([]);
      expect(toTimeline(before)).toMatch(new RegExp(`WRONG {3}${oracle}`));
    });
  }
});

async function firstFailure(options: RunOptions<Options, Credentials, undefined>) {
  for (let seed = 1; seed <= 40; seed += 1) {
    const result = await runPlan(generate(seed, small), options);
    if (result.violations.length > 0) return result;
  }
  throw new Error('not found in 40 seeds');
}
