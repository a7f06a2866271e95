import type { PerpetualSpec } from '@hb/connector-core';
import { fuzz } from '@hb/connector-testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

type Spec = PerpetualSpec<Options, Credentials, undefined>;

const { spec } = fixture;

test('odd messages are read as whole values or refused, and what is refused changes nothing', async () => {
  const { violations, framed, tallies } = await fuzz({ fixture, messages: 2_400 });
  expect(violations).toEqual([]);
  expect(framed).toBeGreaterThan(0.3);
  expect([...tallies.keys()].toSorted()).toEqual([
    ...['account.account', 'amend', 'cancel', 'cancelAll', 'candles', 'fetchBalances', 'fetchBook'],
    ...['fetchClosedOrders', 'fetchFees', 'fetchFills', 'fetchFunding', 'fetchKeyRights', 'fetchLeverage'],
    ...['fetchMarkets', 'fetchMode', 'fetchOpenOrders', 'fetchOrder', 'fetchPayments', 'fetchPositions'],
    ...[
      'fetchTickers',
      'fetchTime',
      'fetchTrades',
      'market.market',
      'market.public',
      'place',
      'setLeverage',
      'setMode',
    ],
  ]);
});

const positionRisk = { at: 'GET /fapi/v3/positionRisk', signed: true, encoding: 'query' } as const;
const Rows = v.array(v.object({ symbol: v.string(), updateTime: v.unknown() }));

const planted: readonly (readonly [name: string, what: RegExp, spec: Spec])[] = [
  [
    'a schema of positions that is looked at after the call',
    /no ConnectorError: ValiError/,
    {
      ...spec,
      positions: {
        ...spec.positions,
        fetch: async (p) => {
          v.parse(Rows, await p.call(positionRisk, {}, (json) => json));
          return spec.positions.fetch(p);
        },
      },
    },
  ],
  [
    'a time of a payment that is not checked',
    /not whole: at: no whole number/,
    {
      ...spec,
      positions: {
        ...spec.positions,
        fetchPayments: async (p, since) =>
          (await spec.positions.fetchPayments(p, since)).map((each) => ({ ...each, at: each.at + 0.5 })),
      },
    },
  ],
];

test.each(planted)('%s is found', async (_, what, changed) => {
  const { violations } = await fuzz({ fixture: { ...fixture, spec: changed }, messages: 2_400 });
  expect(violations.map((violation) => violation.what)).toContainEqual(expect.stringMatching(what));
});
