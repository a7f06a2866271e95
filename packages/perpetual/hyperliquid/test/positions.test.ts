import { decimal } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import * as positions from '../src/positions.js';
import * as wire from '../src/wire.js';
import { account, address, market, payload } from './api.js';

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
  const p = account({ answers: { metaAndAssetCtxs: payload('rest.contexts') } });
  expect(plain(await positions.fetchFunding(p, market))).toEqual({
    ...{ type: 'funding', symbol: 'BTC', rate: '0.0000125', markPrice: '14.3161', indexPrice: '14.32' },
    ...{ intervalMs: 3_600_000, nextAt: 1_677_780_000_000 },
  });
});

test('funding of a builder’s DEX is told there, also without a middle or a premium', async () => {
  const p = account({ answers: { metaAndAssetCtxs: payload('rest.contexts.dex') } });
  const theirs = { ...market, symbol: 'xyz:NVDA', wire: { asset: 110_002, dex: 'xyz' } };
  expect(plain(await positions.fetchFunding(p, theirs))).toMatchObject({ rate: '0', markPrice: '177.06' });
  expect(p.asked).toEqual([{ type: 'metaAndAssetCtxs', dex: 'xyz' }]);
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
  const answers = { activeAssetData: payload('rest.active-asset'), updateLeverage: payload('rest.done') };
  const p = account({ answers });
  expect(plain(await positions.fetchLeverage(p, market))).toEqual({ leverage: '3', margin: 'cross' });
  await positions.setLeverage(p, market, { leverage: decimal('5'), margin: 'isolated' });
  expect(p.asked[1]).toEqual({ action: { type: 'updateLeverage', asset: 0, isCross: false, leverage: 5 } });
});

test('a unified account has its balances on spot, without what is held', () => {
  const { balances } = v.parse(wire.SpotState, payload('rest.spot-clearinghouse-state'));
  expect(plain(positions.toSpotBalances({ balances }))).toMatchObject({
    entries: [
      { asset: 'USDC', total: '14.625485', available: '14.625485' },
      { asset: 'PURR', total: '2000', available: '2000' },
    ],
  });
  const held = { balances: balances.map((each) => ({ ...each, hold: '4.5' })) };
  expect(plain(positions.toSpotBalances(held))).toMatchObject({ entries: [{ available: '10.125485' }, {}] });
});

test('there is one position a market', () => {
  expect(positions.modes).toEqual(['one-way']);
});
