import { describe, expect, test } from 'vitest';

import { catalogue } from '../src/simulation/catalogue.js';
import { crashIds } from '../src/simulation/faults/crashes.js';
import { generate, standardScale } from '../src/simulation/generate.js';
import type { Action, Plan, PlannedFault } from '../src/simulation/plan.js';
import { readRegression } from '../src/simulation/regression.js';
import { shrink } from '../src/simulation/shrink.js';

const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    const plans = seeds.map((seed) => JSON.stringify(generate(seed)));
    expect(seeds.map((seed) => JSON.stringify(generate(seed)))).toEqual(plans);
    expect(new Set(plans).size).toBe(seeds.length);
  });

  test('has at least 60 actions and 60 faults, in order, all within their time', () => {
    for (const { actions, faults, settings } of seeds.map((seed) => generate(seed))) {
      expect([actions.length >= 60, faults.length >= 60]).toEqual([true, true]);
      for (const list of [actions, faults]) {
        const times = list.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }
      expect(faults.filter(({ at, forMs }) => at + forMs > settings.faultsMs)).toEqual([]);
    }
  });

  test('names only faults of the catalogue, and over some seeds every one of them', () => {
    const drawn = seeds.flatMap((seed) => generate(seed).faults.map(({ id }) => id));
    expect([...new Set(drawn)].sort()).toEqual(catalogue.map(({ id }) => id).sort());
  });

  test('names each order once, and only orders that were placed before', () => {
    for (const { actions } of seeds.map((seed) => generate(seed))) {
      const placed = new Set<string>();
      for (const action of actions) {
        if (action.kind === 'place') expect(placed.has(action.order)).toBe(false);
        else if ('order' in action) expect(placed.has(action.order)).toBe(true);
        if (action.kind === 'place') placed.add(action.order);
      }
    }
  });

  test('has restarts only where they are wanted', () => {
    const kinds = (restarts: boolean): boolean =>
      seeds.some((seed) =>
        generate(seed, { ...standardScale, restarts }).actions.some(({ kind }) => kind === 'restart'),
      );
    expect([kinds(false), kinds(true)]).toEqual([false, true]);
  });
});

test('without crashes a plan has no fault and no action that ends a process without a word', () => {
  const plans = seeds.map((seed) => generate(seed, { ...standardScale, crashes: false }));
  const ids = new Set(plans.flatMap(({ faults }) => faults.map(({ id }) => id)));
  const ends = plans.flatMap(({ actions }) => actions.flatMap((each) => (each.kind === 'restart' ? [each.how] : [])));
  expect([...crashIds].filter((id) => ids.has(id))).toEqual([]);
  expect(new Set(ends)).toEqual(new Set(['stop']));
});

test('at least half of all seeds may crash, and there are some that may not', () => {
  const share = seeds.filter((seed) => generate(seed).faults.some(({ id }) => crashIds.has(id))).length / seeds.length;
  expect([share >= 0.5, share < 0.8]).toEqual([true, true]);
});

describe('shrinking', () => {
  const has = (plan: Plan, ats: readonly number[], list: 'actions' | 'faults'): boolean =>
    ats.every((at) =>
      plan[list].some((one: Action | PlannedFault) => one === generate(7)[list][at] || isAt(plan, list, at)),
    );
  const isAt = (plan: Plan, list: 'actions' | 'faults', index: number): boolean => {
    const wanted = generate(7)[list][index]?.at;
    return plan[list].some(({ at }) => at === wanted);
  };

  test('keeps exactly what the failure needs', async () => {
    const fails = async (plan: Plan): Promise<boolean> => has(plan, [3, 40], 'actions') && has(plan, [11], 'faults');
    const { actions, faults, settings } = await shrink(generate(7), { fails });
    const { at: first } = generate(7).actions[3] ?? { at: -1 };
    const { at: second } = generate(7).actions[40] ?? { at: -1 };
    expect([actions.map(({ at }) => at), faults.length]).toEqual([[first, second], 1]);
    expect([settings.noiseEveryMs, settings.lagMs, settings.latencyMs]).toEqual([0, 0, [1, 1]]);
  });

  test('leaves a plan alone of which nothing can go', async () => {
    const plan = generate(7);
    // Only the plan as it is fails.
    const whole = JSON.stringify([plan.actions, plan.faults, plan.settings]);
    const fails = async ({ actions, faults, settings }: Plan): Promise<boolean> =>
      JSON.stringify([actions, faults, settings]) === whole;
    expect(await shrink(plan, { fails })).toBe(plan);
  });

  test('ends after as many runs as it may take', async () => {
    let runs = 0;
    const fails = async (): Promise<boolean> => {
      runs += 1;
      return runs % 3 === 0;
    };
    await shrink(generate(7), { fails, mostRuns: 25 });
    expect(runs).toBe(25);
  });
});

describe('a regression file', () => {
  const regression = { connector: 'toy', oracle: 'FIL', what: 'a fill was not told', plan: generate(3) };

  test('reads as it was written', () => {
    expect(readRegression(JSON.parse(JSON.stringify(regression)))).toEqual(regression);
  });

  test('is refused when it is something else', () => {
    const others = [
      undefined,
      [],
      { ...regression, oracle: 'XYZ' },
      { ...regression, plan: { ...regression.plan, version: 2 } },
      { ...regression, plan: { ...regression.plan, actions: [{ at: 1, kind: 'dance' }] } },
      { ...regression, plan: { ...regression.plan, faults: [{ id: 'T01' }] } },
    ];
    for (const other of others) expect(() => readRegression(other)).toThrow(TypeError);
  });
});
