import { createConnector, type PerpetualSpec } from '@hb/connector-core';
import {
  defects,
  generate,
  leastStruck,
  marginScale,
  runPlan,
  runSeed,
  sizeOf,
  struckOf,
  toRegression,
  toTimeline,
  type RunOptions,
} from '@hb/connector-testkit';
import { describe, expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

type Spec = PerpetualSpec<Options, Credentials, undefined>;
type Run = RunOptions<Options, Credentials, undefined>;

const small = { ...marginScale, actions: 16, faults: 16, faultsMs: 12_000 };

test('the same seed gives the same run, message for message', async () => {
  const hashes: string[] = [];
  for (let seed = 1; seed <= 8; seed += 1) {
    const { hash, violations } = await runPlan(generate(seed, small), { fixture });
    const again = await runPlan(generate(seed, small), { fixture });
    expect([seed, again.hash, violations]).toEqual([seed, hash, []]);
    hashes.push(hash);
  }
  expect(new Set(hashes).size).toBe(8);
}, 240_000);

test('a seed of the standard size holds, with positions and funding in it', async () => {
  const result = await runSeed(9, { fixture });
  expect(result.violations).toEqual([]);
  expect(struckOf(result)).toBeGreaterThanOrEqual(leastStruck);
  const times = (type: string): number => result.told.filter(({ event }) => event.type === type).length;
  expect(times('position')).toBeGreaterThan(10);
  expect(times('funding-paid')).toBeGreaterThan(10);
  expect(result.told.flatMap(({ event }) => ('order' in event ? [event.order.effect] : []))).toContain('close');
});

describe('a planted bug', () => {
  test.each(defects.filter(({ name }) => ['blind-resend', 'gaps-unseen'].includes(name)))(
    '$name is found, made small, and gone when it is taken out',
    async ({ plant }) => {
      const options: Run = { fixture, connect: (spec, given) => createConnector(plant(spec), given) };
      const { plan, oracle } = await toRegression(await firstFailure(options), options);
      expect(sizeOf(plan)).toBeLessThanOrEqual(10);
      const [before, after] = [await runPlan(plan, { ...options, keepLines: true }), await runPlan(plan, { fixture })];
      expect(before.violations.map((violation) => violation.oracle)).toContain(oracle);
      expect(after.violations).toEqual([]);
      expect(toTimeline(before)).toMatch(new RegExp(`WRONG {3}${oracle}`));
    },
    240_000,
  );
});

const { positions, trading } = fixture.spec;
const account = trading.feed.streams?.['account'];

const onMargin: readonly (readonly [what: string, oracle: string, spec: Spec])[] = [
  [
    'positions that are missing in the list',
    'POS',
    { ...fixture.spec, positions: { ...positions, fetch: async () => [] } },
  ],
  [
    'payments that get another id each time',
    'FUN',
    {
      ...fixture.spec,
      positions: {
        ...positions,
        fetchPayments: async (p, since) =>
          (await positions.fetchPayments(p, since)).map((each) => ({ ...each, paymentId: `${each.at} ${p.now()}` })),
      },
    },
  ],
  [
    'payments that nobody asks for',
    'FUN',
    { ...fixture.spec, positions: { ...positions, fetchPayments: async () => [] } },
  ],
  [
    'what is available, taken from the wallet',
    'BAL',
    {
      ...fixture.spec,
      trading: {
        ...trading,
        fetchBalances: async (p) => {
          const report = await trading.fetchBalances(p);
          const entries = report.entries.map(({ asset, total }) => ({
            asset,
            ...(total && { total, available: total }),
          }));
          return { ...report, entries };
        },
      },
    },
  ],
  [
    'sides that are told one for the other',
    'POS',
    {
      ...fixture.spec,
      trading: {
        ...trading,
        feed: {
          streams: {
            ...(account && {
              account: {
                ...account,
                parse: (payload, look) =>
                  account.parse(payload, look).map((event) => {
                    if (event.type !== 'position' || event.side === 'net') return event;
                    return { ...event, side: event.side === 'long' ? 'short' : 'long' };
                  }),
              },
            }),
          },
        },
      },
    },
  ],
];

test.each(onMargin)('%s are found as %s', async (_, oracle, spec) => {
  const { violations } = await firstFailure({ fixture: { ...fixture, spec } });
  expect(violations.map((violation) => violation.oracle)).toContain(oracle);
});

async function firstFailure(options: Run) {
  for (let seed = 1; seed <= 40; seed += 1) {
    // A connector that starts anew fetches every book anew, too.
    const result = await runPlan(generate(seed, { ...small, restarts: false, crashes: false }), options);
    if (result.violations.length > 0) return result;
  }
  throw new Error('not found in 40 seeds');
}
