import { decimal } from '@hb/connector-core';
import { expect, test } from 'vitest';

import * as positions from '../src/positions.js';
import { account, address, market, payload } from './api.js';
import { plain } from './plain.js';

test('positions have a sign and their own figures', async () => {
  const p = account({ answers: { clearinghouseState: payload('rest.clearinghouse-state') } });
  expect(plain(await positions.fetch(p))).toEqual([
    {
      ...{ type: 'position', symbol: 'ETH', side: 'net', amount: '0.0335', at: 1_708_622_398_623, margin: 'isolated' },
      ...{ leverage: '20', entryPrice: '2986.3', liquidationPrice: '2866.26936529' },
      ...{ unrealizedPnl: '-0.0134', initialMargin: '4.967826' },
    },
  ]);
});

test('positions of the DEXs that the user named are asked for too', async () => {
  const answers = { clearinghouseState: payload('rest.clearinghouse-state') };
  const p = account({ options: { dexes: ['xyz'] }, answers });
  expect(await positions.fetch(p)).toHaveLength(2);
  expect(p.asked.map(({ dex }) => dex)).toEqual([undefined, 'xyz']);
});

test('the next payment is at the next full hour', async () => {
  const context = { funding: '0.0000125', markPx: '14.3', oraclePx: '14.32' };
  const p = account({ answers: { metaAndAssetCtxs: [{ universe: [{ name: 'BTC' }] }, [context]] } });
  expect(plain(await positions.fetchFunding(p, market))).toMatchObject({
    rate: '0.0000125',
    nextAt: 1_677_780_000_000,
  });
});

test('a payment is one of a market and a time', async () => {
  const p = account({ answers: { userFunding: payload('rest.user-funding') } });
  expect(plain(await positions.fetchPayments(p, { from: 5.5 }))).toEqual([
    {
      ...{ type: 'funding-payment', symbol: 'ETH', paymentId: '1681222254710', asset: 'USDC', amount: '-3.625312' },
      ...{ rate: '0.0000417', at: 1_681_222_254_710 },
    },
  ]);
  expect(p.asked).toEqual([{ type: 'userFunding', user: address, startTime: 5 }]);
});

test('leverage is read and set for a market', async () => {
  const answers = { activeAssetData: { leverage: { type: 'cross', value: '10' } }, updateLeverage: { status: 'ok' } };
  const p = account({ answers });
  expect(plain(await positions.fetchLeverage(p, market))).toEqual({ leverage: '10', margin: 'cross' });
  await positions.setLeverage(p, market, { leverage: decimal('5'), margin: 'isolated' });
  expect(p.asked[1]).toEqual({ action: { type: 'updateLeverage', asset: 0, isCross: false, leverage: 5 } });
});

test('a unified account has its balances on spot', () => {
  const balances = [{ coin: 'USDC', token: '0', total: '14.625485', hold: '4.5', entryNtl: '0.0' }];
  expect(plain(positions.toSpotBalances({ balances }))).toMatchObject({
    entries: [{ asset: 'USDC', total: '14.625485', available: '10.125485' }],
  });
});

test('there is one position a market', () => {
  expect(positions.modes).toEqual(['one-way']);
});
