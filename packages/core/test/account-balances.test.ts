import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createBalances, type Balances } from '../src/account/balances.js';
import type { Balances as BalanceReport } from '../src/model/balance.js';
import { decimal, sum, type Decimal } from '../src/model/decimal.js';

type Entry = readonly [asset: string, total: string | undefined, available: string | undefined];

function told(entries: readonly Entry[], change: Partial<BalanceReport> = {}): BalanceReport {
  return {
    type: 'balances',
    complete: false,
    entries: entries.map(([asset, total, available]) => ({
      asset,
      ...(total !== undefined && { total: decimal(total) }),
      ...(available !== undefined && { available: decimal(available) }),
    })),
    ...change,
  };
}

function book(): {
  readonly balances: Balances;
  readonly reserved: Map<string, Decimal>;
  readonly news: () => readonly string[];
  readonly shown: () => Record<string, string>;
} {
  const heard: string[] = [];
  const reserved = new Map<string, Decimal>();
  const balances = createBalances({
    emit: ({ asset, total, available }) => heard.push(`${asset} ${available.toFixed()}/${total.toFixed()}`),
    now: () => 1_000,
    reserved: () => reserved,
  });
  const shown = (): Record<string, string> =>
    Object.fromEntries(
      [...balances.all()].map(([asset, { total, available, stale }]) => [
        asset,
        `${available.toFixed()}/${total.toFixed()}${stale ? ' stale' : ''}`,
      ]),
    );
  return { balances, reserved, news: () => heard.splice(0), shown };
}

describe('reports', () => {
  test('a patch changes the assets that it names', () => {
    const { balances, shown, news } = book();
    balances.setStale(false);
    balances.apply(
      told(
        [
          ['BTC', '2', '1'],
          ['USDT', '500', '500'],
        ],
        { complete: true },
      ),
    );
    balances.apply(told([['BTC', '3', '1']]));
    expect(shown()).toEqual({ BTC: '1/3', USDT: '500/500' });
    expect(news()).toEqual(['BTC 1/2', 'USDT 500/500', 'BTC 1/3']);
  });

  test('an asset that is missing from a complete report is gone', () => {
    const { balances, shown, news } = book();
    balances.setStale(false);
    balances.apply(
      told(
        [
          ['BTC', '2', '1'],
          ['USDT', '500', '500'],
          ['ETH', '0', '0'],
        ],
        { complete: true },
      ),
    );
    news();
    balances.apply(told([['USDT', '500', '500']], { complete: true }));
    expect(shown()).toEqual({ USDT: '500/500' });
    expect(news()).toEqual(['BTC 0/0']);
    balances.apply(told([['BTC', '1', '1']]));
    expect([shown(), news()]).toEqual([{ USDT: '500/500', BTC: '1/1' }, ['BTC 1/1']]);
  });

  test('figures that stay the same are not news', () => {
    const { balances, news } = book();
    balances.apply(told([['BTC', '2', '1']]));
    balances.apply(told([['BTC', '2.0', '1.00']]));
    expect(news()).toEqual(['BTC 1/2']);
  });

  test('all of a report is in before the first listener hears of it', () => {
    const seen: string[] = [];
    const balances: Balances = createBalances({
      emit: () => seen.push([...balances.all().keys()].join()),
      now: () => 1_000,
      reserved: () => new Map(),
    });
    balances.apply(
      told([
        ['BTC', '2', '1'],
        ['USDT', '500', '500'],
      ]),
    );
    expect(seen).toEqual(['BTC,USDT', 'BTC,USDT']);
  });

  test('an entry without figures says nothing', () => {
    const { balances, shown } = book();
    balances.apply(told([['BTC', undefined, undefined]]));
    expect(shown()).toEqual({});
  });
});

describe('what is newest', () => {
  test('older news of an asset is ignored, asset by asset', () => {
    const { balances, shown } = book();
    balances.apply(told([['BTC', '2', '2']], { at: 20 }));
    balances.apply(
      told(
        [
          ['BTC', '1', '1'],
          ['USDT', '5', '5'],
        ],
        { at: 10, complete: true },
      ),
    );
    expect(shown()).toEqual({ BTC: '2/2 stale', USDT: '5/5 stale' });
  });

  test('an older complete report does not make a newer asset disappear', () => {
    const { balances, shown } = book();
    balances.apply(told([['BTC', '2', '2']], { at: 20 }));
    balances.apply(told([], { at: 10, complete: true }));
    expect(shown()).toEqual({ BTC: '2/2 stale' });
  });

  test('older news of an asset that is gone does not bring it back', () => {
    const { balances, shown } = book();
    balances.apply(told([['BTC', '2', '2']], { at: 20 }));
    balances.apply(told([], { at: 30, complete: true }));
    balances.apply(told([['BTC', '2', '2']], { at: 25 }));
    expect(shown()).toEqual({});
  });

  test('an answer does not undo what a stream told after it was asked for', () => {
    const { balances, shown } = book();
    balances.apply(told([['BTC', '2', '2']], { at: 500 }));
    balances.apply(told([['BTC', '1', '1']]), 400);
    expect(shown()).toEqual({ BTC: '2/2 stale' });
    balances.apply(told([['BTC', '3', '3']]), 600);
    expect(shown()).toEqual({ BTC: '3/3 stale' });
  });

  test('reports in any order end with the newest of each asset', () => {
    const reports = fc.uniqueArray(fc.record({ at: fc.nat(50), asset: fc.constantFrom('A', 'B'), total: fc.nat(9) }), {
      selector: ({ at }) => at,
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        reports.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const last = (list: typeof all): Record<string, string> => {
            const { balances, shown } = book();
            for (const { at, asset, total } of list)
              balances.apply(told([[asset, String(total), String(total)]], { at }));
            return shown();
          };
          expect(last(shuffled)).toEqual(last(all.toSorted((one, other) => one.at - other.at)));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('staleness', () => {
  test('balances are stale until told otherwise, and again when told so', () => {
    const { balances, shown } = book();
    balances.apply(told([['BTC', '2', '2']]));
    expect(shown()).toEqual({ BTC: '2/2 stale' });
    balances.setStale(false);
    balances.setStale(false);
    expect(shown()).toEqual({ BTC: '2/2' });
    balances.setStale(true);
    expect(shown()).toEqual({ BTC: '2/2 stale' });
  });
});

describe('inference', () => {
  test('where the venue gives no available amount, open orders are counted off, at every moment', () => {
    const { balances, reserved, shown, news } = book();
    balances.setStale(false);
    reserved.set('USDT', decimal('300'));
    balances.apply(
      told([
        ['USDT', '1000', undefined],
        ['BTC', '2', '2'],
      ]),
    );
    expect([shown(), news()]).toEqual([{ USDT: '700/1000', BTC: '2/2' }, ['USDT 700/1000', 'BTC 2/2']]);
    reserved.set('USDT', decimal('400'));
    reserved.set('BTC', decimal('1'));
    expect(shown()).toEqual({ USDT: '600/1000', BTC: '2/2' });
    reserved.delete('USDT');
    expect(shown()).toEqual({ USDT: '1000/1000', BTC: '2/2' });
    balances.setStale(true);
    reserved.set('USDT', decimal('1'));
    expect(shown()).toEqual({ USDT: '999/1000 stale', BTC: '2/2 stale' });
  });

  test('the available amount is never below zero', () => {
    const { balances, reserved, shown } = book();
    reserved.set('USDT', decimal('1001'));
    balances.apply(told([['USDT', '1000', undefined]]));
    expect(shown()).toEqual({ USDT: '0/1000 stale' });
  });

  test('where the venue gives no total, open orders are added', () => {
    const { balances, reserved, shown } = book();
    reserved.set('USDT', decimal('300'));
    balances.apply(told([['USDT', undefined, '700']]));
    expect(shown()).toEqual({ USDT: '700/1000 stale' });
  });

  test('a total alone makes an earlier available amount out of date', () => {
    const { balances, reserved, shown } = book();
    balances.apply(told([['USDT', '1000', '900']]));
    reserved.set('USDT', decimal('50'));
    balances.apply(told([['USDT', '800', undefined]]));
    expect(shown()).toEqual({ USDT: '750/800 stale' });
    balances.apply(told([['USDT', '800', '790']]));
    reserved.set('USDT', decimal('60'));
    expect(shown()).toEqual({ USDT: '790/800 stale' });
  });

  test('inferred amounts hold together for any reservations', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 5 }), fc.nat(1_000), (parts, total) => {
        const { balances, reserved } = book();
        balances.apply(told([['USDT', String(total), undefined]]));
        reserved.set('USDT', sum(parts.map((part) => decimal(String(part)))));
        const balance = balances.all().get('USDT');
        const free = total - parts.reduce((first, second) => first + second, 0);
        expect(balance?.available.toFixed()).toBe(String(Math.max(free, 0)));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
