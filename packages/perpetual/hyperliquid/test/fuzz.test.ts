import { fuzz } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

test('odd messages are read as whole values or refused, and what is refused changes nothing', async () => {
  const { violations, framed, tallies } = await fuzz({ fixture, messages: 2_000 });
  expect(violations).toEqual([]);
  expect(framed).toBeGreaterThan(0.3);
  expect([...tallies.keys()].toSorted()).toEqual([
    ...[
      'account.account',
      'amend',
      'cancel',
      'candles',
      'fetchBalances',
      'fetchClosedOrders',
      'fetchFees',
      'fetchFills',
    ],
    ...['fetchFunding', 'fetchLeverage', 'fetchMarkets', 'fetchOpenOrders', 'fetchOrder', 'fetchPayments'],
    ...['fetchPositions', 'fetchTime', 'market.public', 'place', 'setLeverage'],
  ]);
}, 60_000);
