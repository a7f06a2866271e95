import type { SpotSpec } from '@hb/connector-core';
import { fuzz } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';
import type { Credentials, Options } from '../src/index.js';
import * as wire from '../src/wire.js';

type Spec = SpotSpec<Options, Credentials, undefined>;

const { spec } = fixture;

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

test('the same seed sends the same messages', async () => {
  const run = async () => fuzz({ fixture, messages: 400, seed: 7 });
  expect(await run()).toEqual(await run());
});

const time = { at: 'GET /api/v3/time' } as const;
const { streams } = spec.trading.feed;
const account = streams?.['account'];

const planted: readonly (readonly [name: string, what: RegExp, spec: Spec])[] = [
  [
    'a schema that is looked at after the call',
    /no ConnectorError: ValiError/,
    { ...spec, fetchTime: async ({ call }) => v.parse(wire.Time, await call(time, {}, (json) => json)).serverTime },
  ],
  [
    'a number that is not checked',
    /not whole: no whole number/,
    {
      ...spec,
      fetchTime: async ({ call }) =>
        Number((await call(time, {}, v.parser(v.object({ serverTime: v.unknown() })))).serverTime),
    },
  ],
  [
    'an error of the server that is taken for a refusal',
    /a 50\d is judged to be a refusal/,
    { ...spec, judge: (answer, at) => spec.judge({ ...answer, status: Math.min(answer.status, 499) }, at) },
  ],
  [
    'a parser that tells of orders without an id',
    /not whole: orderId: no text: ""/,
    {
      ...spec,
      trading: {
        ...spec.trading,
        feed: {
          ...spec.trading.feed,
          streams: {
            ...(account && {
              account: {
                ...account,
                parse: (payload, look) =>
                  account
                    .parse(payload, look)
                    .map((event) =>
                      event.type === 'order' && event.status === 'canceled' ? { ...event, orderId: '' } : event,
                    ),
              },
            }),
          },
        },
      },
    },
  ],
];

describe('a bug that is planted', () => {
  test.each(planted)('%s is found', async (_, what, changed) => {
    const { violations } = await fuzz({ fixture: { ...fixture, spec: changed }, messages: 2_400 });
    expect(violations.map((violation) => violation.what)).toContainEqual(expect.stringMatching(what));
  });
});
