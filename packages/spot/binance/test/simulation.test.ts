import {
  defects,
  generate,
  leastStruck,
  proveDefect,
  repeatSeeds,
  runPlan,
  runSeed,
  sizeOf,
  standardScale,
  struckOf,
  type Search,
  type SimulationFixture,
} from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

const small = { ...standardScale, actions: 16, faults: 16, faultsMs: 12_000, livenessMs: 75_000 };
const search: Search<Options, Credentials, undefined> = {
  most: 40,
  // A connector that starts anew fetches every book anew, too.
  run: (seed, options) => runPlan(generate(seed, { ...small, restarts: false, crashes: false }), options),
};

test('the same seed gives the same run, message for message', async () => {
  expect(await repeatSeeds(12, small, { fixture })).toEqual({ violations: [], unlike: [], different: 12 });
}, 240_000);

test('a run that its seed does not fix is told', async () => {
  let runs = 0;
  const richer: SimulationFixture<Options, Credentials, undefined>['createVenue'] = (parts) => {
    runs += 1;
    const venue = fixture.createVenue(parts);
    if (runs % 2 === 0) venue.engine.deposit(venue.account, 'BTC', '1');
    return venue;
  };
  const { unlike } = await repeatSeeds(1, small, { fixture: { ...fixture, createVenue: richer } });
  expect(unlike).toEqual([1]);
});

test('a seed of the standard size holds, however many faults it takes for enough of them to strike', async () => {
  // Of the 72 faults that are planned at first, too few strike in this seed.
  const result = await runSeed(7, { fixture });
  expect(result.violations).toEqual([]);
  expect(result.plan.faults.length).toBeGreaterThan(72);
  expect(struckOf(result)).toBeGreaterThanOrEqual(leastStruck);
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
