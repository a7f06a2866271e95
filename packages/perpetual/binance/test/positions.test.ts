import { decimal } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import * as venue from '../src/positions.js';
import { account, market } from './api.js';
import { list, payload } from './wire-fixture.js';

test('a position has the figures that the venue gives', async () => {
  const p = account({ answers: { 'GET /fapi/v3/positionRisk': payload('rest.positions') } });
  expect(plain(await venue.fetch(p))).toEqual([
    {
      ...{ type: 'position', symbol: 'ADAUSDT', side: 'net', amount: '30', margin: 'cross', at: 1_720_736_417_660 },
      ...{ entryPrice: '0.385', markPrice: '0.4104759', unrealizedPnl: '0.764277' },
      ...{ initialMargin: '0.61571385', maintenanceMargin: '0.0800428' },
    },
  ]);
});

test('a short leg is a size, and an isolated one has collateral of its own', async () => {
  const short = { positionSide: 'SHORT', positionAmt: '-10', isolatedWallet: '5', liquidationPrice: '0.5' };
  const flat = { positionAmt: '0', updateTime: '0' };
  const rows = [...list('rest.positions', short), ...list('rest.positions', flat)];
  const p = account({ answers: { 'GET /fapi/v3/positionRisk': rows } });
  expect(plain(await venue.fetch(p))).toMatchObject([
    { side: 'short', amount: '10', margin: 'isolated', liquidationPrice: '0.5' },
    { type: 'position', symbol: 'ADAUSDT', side: 'net', amount: '0' },
  ]);
});

test('funding has a rate, an interval, a time and two prices', async () => {
  const answers = {
    'GET /fapi/v1/premiumIndex': payload('rest.premium-index'),
    'GET /fapi/v1/fundingInfo': list('rest.funding-info', { symbol: 'BTCUSDT', fundingIntervalHours: '4' }),
  };
  const told = {
    ...{ type: 'funding', symbol: 'BTCUSDT', rate: '0.00038246', intervalMs: 14_400_000, nextAt: 1_597_392_000_000 },
    ...{ markPrice: '11793.63104562', indexPrice: '11781.8049597', at: 1_597_370_495_002 },
  };
  expect(plain(await venue.fetchFunding(account({ answers }), market))).toEqual(told);
  const unlisted = { ...answers, 'GET /fapi/v1/fundingInfo': payload('rest.funding-info') };
  expect(await venue.fetchFunding(account({ answers: unlisted }), market)).toMatchObject({ intervalMs: 28_800_000 });
});

test('payments are told oldest first', async () => {
  const row = (tranId: string, time: string) => {
    return {
      symbol: 'BTCUSDT',
      incomeType: 'FUNDING_FEE',
      income: '-0.37500000',
      asset: 'USDT',
      info: '',
      time,
      tranId,
    };
  };
  const p = account({ answers: { 'GET /fapi/v1/income': [row('2', '20'), row('1', '10')] } });
  const common = { type: 'funding-payment', symbol: 'BTCUSDT', asset: 'USDT', amount: '-0.375' };
  expect(plain(await venue.fetchPayments(p, { market, from: 5.5 }))).toEqual([
    { ...common, paymentId: '1', at: 10 },
    { ...common, paymentId: '2', at: 20 },
  ]);
  expect(p.asked[0]?.params).toEqual({ symbol: 'BTCUSDT', incomeType: 'FUNDING_FEE', startTime: 5, limit: 1_000 });
});

test('the mode is read and set for the whole account', async () => {
  const p = account({ answers: { 'GET /fapi/v1/positionSide/dual': payload('rest.position-mode') } });
  expect(await venue.fetchMode(p)).toBe('hedge');
  await venue.setMode(p, 'one-way');
  expect(p.asked[1]).toEqual({ at: 'POST /fapi/v1/positionSide/dual', params: { dualSidePosition: 'false' } });
});

test('only what differs of leverage and margin is set', async () => {
  const answers = { 'GET /fapi/v1/symbolConfig': payload('rest.symbol-config') };
  expect(plain(await venue.fetchLeverage(account({ answers }), market))).toEqual({ leverage: '21', margin: 'cross' });
  const set = async (leverage: string, margin: 'cross' | 'isolated') => {
    const p = account({ answers });
    await venue.setLeverage(p, market, { leverage: decimal(leverage), margin });
    return p.asked.slice(1).map(({ at, params }) => `${at} ${JSON.stringify(params)}`);
  };
  expect(await set('21', 'cross')).toEqual([]);
  expect(await set('5', 'cross')).toEqual(['POST /fapi/v1/leverage {"symbol":"BTCUSDT","leverage":"5"}']);
  expect(await set('5', 'isolated')).toEqual([
    'POST /fapi/v1/marginType {"symbol":"BTCUSDT","marginType":"ISOLATED"}',
    'POST /fapi/v1/leverage {"symbol":"BTCUSDT","leverage":"5"}',
  ]);
});
