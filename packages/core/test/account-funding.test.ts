import { expect, test } from 'vitest';

import { createFunding } from '../src/account/funding.js';
import { decimal } from '../src/model/decimal.js';
import type { Funding, FundingReport } from '../src/model/position.js';

const market = { pair: 'BTC-USDT' };

function report(change: { rate?: string; mark?: string; at?: number; intervalMs?: number } = {}): FundingReport {
  const { rate, mark, ...rest } = change;
  return {
    ...{ type: 'funding', symbol: 'BTC', ...rest },
    ...(rate !== undefined && { rate: decimal(rate) }),
    ...(mark !== undefined && { markPrice: decimal(mark) }),
  };
}

function toText(funding: Funding | undefined): string {
  if (funding === undefined) return 'nothing';
  const { pair, rate, markPrice, intervalMs } = funding;
  return `${pair} ${rate?.toFixed() ?? '-'} ${markPrice?.toFixed() ?? '-'} ${intervalMs ?? '-'}`;
}

test('what a report leaves out stays as it was', () => {
  const { apply, get } = createFunding({ now: () => 1 });
  apply(market, report({ rate: '0.0001', mark: '100', intervalMs: 3_600_000 }));
  expect(toText(apply(market, report({ mark: '101' })))).toBe('BTC-USDT 0.0001 101 3600000');
  expect(toText(get('BTC-USDT'))).toBe('BTC-USDT 0.0001 101 3600000');
});

test('an older report fills gaps alone', () => {
  const { apply, get } = createFunding({ now: () => 1 });
  apply(market, report({ mark: '101', at: 20 }));
  apply(market, report({ rate: '0.0001', mark: '100' }), 10);
  expect(toText(get('BTC-USDT'))).toBe('BTC-USDT 0.0001 101 -');
  apply(market, report({ mark: '102', at: 19 }));
  expect(toText(get('BTC-USDT'))).toBe('BTC-USDT 0.0001 101 -');
});

test('a report without news changes nothing', () => {
  const { apply } = createFunding({ now: () => 1 });
  apply(market, report({ rate: '0.0001' }));
  expect(toText(apply(market, report({ rate: '0.00010' })))).toBe('nothing');
});

test('what is forgotten begins anew', () => {
  const { apply, get, forget } = createFunding({ now: () => 1 });
  apply(market, report({ rate: '0.0001' }));
  forget('BTC-USDT');
  expect(toText(get('BTC-USDT'))).toBe('nothing');
});
