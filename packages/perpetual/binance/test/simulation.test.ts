import type { PerpetualSpec } from '@hb/connector-core';
import {
  defects,
  findFailure,
  generate,
  leastStruck,
  marginScale,
  proveDefect,
  repeatSeeds,
  runPlan,
  runSeed,
  sizeOf,
  struckOf,
  type Search,
} from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

type Spec = PerpetualSpec<Options, Credentials, undefined>;

const small = { ...marginScale, actions: 16, faults: 16, faultsMs: 12_000 };

const search: Search<Options, Credentials, undefined> = {
  most: 40,
  // A connector that starts anew fetches every book anew, too.
  run: (seed, options) => runPlan(generate(seed, { ...small, restarts: false, crashes: false }), options),
};

test('the same seed gives the same run, message for message', async () => {
  expect(await repeatSeeds(8, small, { fixture })).toEqual({ violations: [], unlike: [], different: 8 });
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
  const found = await findFailure({ fixture: { ...fixture, spec } }, search);
  expect(found?.violations.map((violation) => violation.oracle)).toContain(oracle);
});
