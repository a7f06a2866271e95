import type { SpotSpec } from '@hb/connector-core';
import { fuzz } from '@hb/connector-testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';

type Spec = SpotSpec<Options, Credentials, undefined>;

test('odd messages are read as whole values or refused, and what is refused changes nothing', async () => {
  const { violations, framed, tallies } = await fuzz({ fixture, messages: 4_000 });
  expect(violations).toEqual([]);
  expect(framed).toBeGreaterThan(0.3);
  expect([...tallies.keys()].toSorted()).toEqual([
    ...['account.account', 'amend', 'cancel', 'cancelAll', 'candles', 'fetchBalances', 'fetchBook'],
    ...['fetchClosedOrders', 'fetchFees', 'fetchFills', 'fetchKeyRights', 'fetchMarkets', 'fetchOpenOrders'],
    ...['fetchOrder', 'fetchTickers', 'fetchTime', 'fetchTrades', 'market.public', 'place'],
  ]);
});

test('a number that is not checked is found', async () => {
  const { spec } = fixture;
  const at = { at: 'GET /api/v4/spot/time' } as const;
  const Time = v.parser(v.object({ server_time: v.unknown() }));
  const fetchTime: Spec['fetchTime'] = async ({ call }) => Number((await call(at, {}, Time)).server_time);
  const { violations } = await fuzz({ fixture: { ...fixture, spec: { ...spec, fetchTime } }, messages: 2_400 });
  expect(violations.map(({ what }) => what)).toContainEqual(expect.stringMatching(/not whole: no whole number/));
});
