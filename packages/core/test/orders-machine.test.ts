import { describe, expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { idsLackingFills, unendedIds, type OrderFacts } from '../src/orders/facts.js';
import { applyEntry, applyRecord, toOrder } from '../src/orders/machine.js';
import type { JournalEntry, StatusEntry } from '../src/orders/record.js';
import { fill, marketTerms, plain, recorder, terms } from './support/order-kit.js';

const failure = { kind: 'network', outcome: 'unknown', operation: 'venue POST /order', message: 'cut' } as const;

function status(state: StatusEntry['status'], change: Partial<StatusEntry> = {}): StatusEntry {
  return { kind: 'status', status: state, ...change };
}

function foldFrom(intent: JournalEntry, entries: readonly JournalEntry[]): OrderFacts {
  const record = recorder();
  return entries.reduce((facts, entry) => applyRecord(facts, record(entry)), applyRecord(undefined, record(intent)));
}

function fold(...entries: JournalEntry[]): OrderFacts {
  return foldFrom({ kind: 'intent', origin: 'ours', terms: terms() }, entries);
}

const stateAfter = (...entries: JournalEntry[]): string => toOrder(fold(...entries)).state;

describe('states', () => {
  test('an intent is an order in the queue', () => {
    expect(plain(toOrder(fold()))).toEqual({
      clientOrderId: 'a',
      pair: 'BTC-USDT',
      side: 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      origin: 'ours',
      canceling: false,
      amount: '10',
      amountIn: 'base',
      price: '100',
      state: 'queued',
      filled: '0',
      fees: {},
      fillsComplete: true,
      createdAt: 1_001,
    });
  });

  test.each<[string, readonly JournalEntry[], string]>([
    ['sent', [{ kind: 'sent' }], 'sent'],
    ['unknown', [{ kind: 'sent' }, { kind: 'unknown', failure }], 'unknown'],
    ['unknown even if a record of the sending comes late', [{ kind: 'unknown', failure }, { kind: 'sent' }], 'unknown'],
    ['not-sent', [{ kind: 'not-sent', failure }], 'not-sent'],
    ['rejected', [{ kind: 'verdict', verdict: 'rejected', failure }], 'rejected'],
    [
      'not-placed',
      [
        { kind: 'unknown', failure },
        { kind: 'verdict', verdict: 'not-placed', failure },
      ],
      'not-placed',
    ],
    ['sent while only the id is known', [{ kind: 'sent' }, { kind: 'ack', orderId: '7' }], 'sent'],
    ['open', [status('open')], 'open'],
    ['open when a fill comes first', [{ kind: 'fill', fill: fill('1', '1') }], 'open'],
    ['open though it was unknown', [{ kind: 'unknown', failure }, status('open')], 'open'],
    ['canceled', [status('open'), status('canceled')], 'canceled'],
    [
      'canceled though an open report comes later',
      [status('canceled', { filled: decimal('1') }), status('open')],
      'canceled',
    ],
    [
      'open when an open report has seen more filled than the ending',
      [status('canceled', { filled: decimal('1') }), status('open', { filled: decimal('2') })],
      'open',
    ],
    [
      'canceled when the ending does not say how much was filled',
      [status('open', { filled: decimal('2') }), status('canceled')],
      'canceled',
    ],
    [
      'filled rather than canceled, by what was filled',
      [status('canceled', { filled: decimal('1') }), status('filled')],
      'filled',
    ],
    [
      'expired rather than canceled, by version',
      [status('expired', { version: 3 }), status('canceled', { version: 2, venueAt: 9 })],
      'expired',
    ],
    [
      'expired rather than canceled, by venue time',
      [status('expired', { venueAt: 4 }), status('canceled', { venueAt: 3 })],
      'expired',
    ],
  ])('%s', (_name, entries, state) => {
    expect(stateAfter(...entries)).toBe(state);
  });

  test('what the venue has shown outweighs a verdict, before it or after it', () => {
    const verdict = { kind: 'verdict', verdict: 'not-placed', failure } as const;
    expect([stateAfter(status('open'), verdict), stateAfter(verdict, status('open'))]).toEqual(['open', 'open']);
  });

  test('a revoked verdict leaves the order unknown', () => {
    const facts = fold({ kind: 'not-sent', failure }, { kind: 'verdict', verdict: 'revoked' });
    expect(toOrder(facts).state).toBe('unknown');
    expect(facts.reopenings).toBe(1);
  });

  test('an order that was never accepted cannot be made unknown again by a verdict on top', () => {
    const refused = fold({ kind: 'verdict', verdict: 'rejected', failure });
    const record = recorder();
    expect(applyRecord(refused, record({ kind: 'unknown', failure }))).toBe(refused);
    expect(applyRecord(refused, record({ kind: 'verdict', verdict: 'rejected' }))).toBe(refused);
    expect(applyRecord(refused, record({ kind: 'intent', origin: 'ours', terms: terms() }))).toBe(refused);
  });

  test('a record before the intent is refused', () => {
    expect(() => applyRecord(undefined, recorder('x')({ kind: 'sent' }))).toThrow(
      'journal record 1 (sent): nothing before it says what order x is',
    );
  });

  test('canceling lasts until the venue refuses or the order is over', () => {
    const sent = { kind: 'cancel', state: 'sent' } as const;
    const cancelingAfter = (...entries: JournalEntry[]): boolean => toOrder(fold(status('open'), ...entries)).canceling;
    expect(cancelingAfter(sent)).toBe(true);
    expect(cancelingAfter(sent, { kind: 'cancel', state: 'refused' })).toBe(false);
    expect(cancelingAfter(sent, { kind: 'cancel', state: 'unknown' })).toBe(false);
    expect(cancelingAfter(sent, status('canceled'))).toBe(false);
  });
});

describe('errors', () => {
  test('unknown, refused and unsent orders carry what went wrong', () => {
    const messages = [
      fold({ kind: 'unknown', failure }),
      fold({ kind: 'verdict', verdict: 'rejected', failure: { ...failure, code: '-2010' } }),
      fold({ kind: 'not-sent', failure }),
    ].map((facts) => toOrder(facts).error);
    expect(messages.map((error) => error?.message)).toEqual([
      'venue POST /order: cut',
      'venue POST /order: cut',
      'venue POST /order: cut',
    ]);
    expect(messages[1]).toMatchObject({ code: '-2010', clientOrderId: 'a' });
  });

  test('a rejection on the stream carries the reason', () => {
    expect(toOrder(fold(status('rejected', { reason: 'would take' }))).error?.message).toBe(
      'place BTC-USDT: the venue rejected order a: would take',
    );
    expect(toOrder(fold(status('rejected'))).error?.message).toBe('place BTC-USDT: the venue rejected order a');
  });

  test('an order that turned up has no error any more', () => {
    expect('error' in toOrder(fold({ kind: 'unknown', failure }, status('open')))).toBe(false);
  });
});

describe('sums', () => {
  test('fills make the amount, the average price and the fees per asset', () => {
    const order = toOrder(
      fold(
        {
          kind: 'fill',
          fill: { ...fill('1', '1', { price: '100' }), fees: [{ asset: 'BNB', amount: decimal('-0.1') }] },
        },
        { kind: 'fill', fill: fill('2', '3', { price: '104', fee: '0.2' }) },
        {
          kind: 'fill',
          fill: { ...fill('3', '1', { price: '100' }), fees: [{ asset: 'BNB', amount: decimal('0.3') }] },
        },
      ),
    );
    expect(plain(order)).toMatchObject({ filled: '5', averagePrice: '102.4', fees: { BNB: '0.2', USDT: '0.2' } });
  });

  test('two fills with equal figures and different ids are two', () => {
    expect(
      toOrder(fold({ kind: 'fill', fill: fill('1', '1') }, { kind: 'fill', fill: fill('2', '1') })).filled.toFixed(),
    ).toBe('2');
  });

  test('a fill told twice is one, and the second telling may bring the fee', () => {
    const order = toOrder(
      fold(
        { kind: 'fill', fill: fill('1', '1') },
        { kind: 'fill', fill: fill('1', '1', { fee: '0.1', liquidity: 'maker' }) },
        { kind: 'fill', fill: fill('1', '1') },
      ),
    );
    expect(plain(order)).toMatchObject({ filled: '1', fees: { USDT: '0.1' } });
  });

  test('the venue counts until the fills are in', () => {
    const counted = status('open', {
      filled: decimal('4'),
      filledQuote: decimal('404'),
      fees: [{ asset: 'USDT', amount: decimal('0.4') }],
    });
    const before = fold(counted, { kind: 'fill', fill: fill('1', '1', { fee: '0.1' }) });
    expect(plain(toOrder(before))).toMatchObject({
      filled: '4',
      averagePrice: '101',
      fees: { USDT: '0.4' },
      fillsComplete: false,
    });
    const after = fold(counted, { kind: 'fill', fill: fill('1', '4', { price: '102', fee: '0.5' }) });
    expect(plain(toOrder(after))).toMatchObject({ averagePrice: '102', fees: { USDT: '0.5' }, fillsComplete: true });
  });

  test('without the venue’s quote count, the average is over the fills that are known', () => {
    const order = toOrder(
      fold(status('open', { filled: decimal('4') }), { kind: 'fill', fill: fill('1', '1', { price: '103' }) }),
    );
    expect(plain(order)).toMatchObject({ filled: '4', averagePrice: '103' });
  });

  test('figures that come later for the same count are taken over', () => {
    const order = toOrder(
      fold(
        status('open', { filled: decimal('4') }),
        status('open', { filled: decimal('4'), filledQuote: decimal('400') }),
        status('open', { filled: decimal('4'), fees: [{ asset: 'BNB', amount: decimal('1') }] }),
      ),
    );
    expect(plain(order)).toMatchObject({ averagePrice: '100', fees: { BNB: '1' } });
  });
});

describe('completeness', () => {
  const complete = (...entries: JournalEntry[]): boolean => toOrder(fold(...entries)).fillsComplete;
  const one = { kind: 'fill', fill: fill('1', '1') } as const;

  test('an order that is over waits for exactly the fills that it ended with', () => {
    expect(complete(status('canceled', { filled: decimal('1') }))).toBe(false);
    expect(complete(status('canceled', { filled: decimal('1') }), one)).toBe(true);
    expect(complete(status('canceled', { filled: decimal('1') }), one, { kind: 'fill', fill: fill('2', '1') })).toBe(
      false,
    );
  });

  test('an ending that does not say how much was filled is not complete', () => {
    expect(complete(status('canceled'))).toBe(false);
    expect(complete(status('canceled'), one)).toBe(false);
    expect(complete(status('canceled'), one, status('canceled', { filled: decimal('1') }))).toBe(true);
  });

  test('filled without a count means the whole amount', () => {
    expect(complete(status('filled'), one)).toBe(false);
    expect(complete(status('filled'), { kind: 'fill', fill: fill('1', '10') })).toBe(true);
  });

  test('filled without a count says nothing of an amount in quote units', () => {
    const facts = foldFrom({ kind: 'intent', origin: 'ours', terms: marketTerms('buy', '500', 'quote') }, [
      status('filled'),
      { kind: 'fill', fill: fill('1', '5') },
    ]);
    expect(toOrder(facts).fillsComplete).toBe(false);
  });

  test('a rejected order has no fills to wait for', () => {
    expect(complete(status('rejected'))).toBe(true);
  });

  test('a late fill does not open a closed order', () => {
    const facts = fold(status('canceled', { filled: decimal('0') }), one);
    expect({ closed: facts.closed, state: toOrder(facts).state, complete: toOrder(facts).fillsComplete }).toEqual({
      closed: true,
      state: 'canceled',
      complete: false,
    });
  });
});

describe('amendments', () => {
  const done = (to: string, change: object = {}): JournalEntry => ({
    kind: 'amend',
    state: 'done',
    to: { amount: decimal(to) },
    venueAt: 50,
    ...change,
  });

  test('the terms follow', () => {
    const order = toOrder(fold(status('open'), { kind: 'amend', state: 'sent', to: {} }, done('4')));
    expect(plain(order)).toMatchObject({ state: 'open', amount: '4', price: '100' });
    const repriced = fold(status('open'), { kind: 'amend', state: 'done', to: { price: decimal('90') } });
    expect(plain(toOrder(repriced))).toMatchObject({ amount: '10', price: '90' });
  });

  test('an older word of the venue on the terms is stale, a newer one counts', () => {
    const told = (at: number): StatusEntry => status('open', { venueAt: at, terms: { amount: decimal('7') } });
    expect(toOrder(fold(status('open'), done('4'), told(49))).amount.toFixed()).toBe('4');
    expect(toOrder(fold(status('open'), done('4'), told(51))).amount.toFixed()).toBe('7');
    expect(toOrder(fold(status('open'), told(51), done('4'))).amount.toFixed()).toBe('4');
  });

  test('a refused amendment changes nothing', () => {
    const refused = { kind: 'amend', state: 'refused', to: { amount: decimal('4') } } as const;
    expect(toOrder(fold(status('open'), { kind: 'amend', state: 'sent', to: {} }, refused)).amount.toFixed()).toBe(
      '10',
    );
  });

  test('a second order id counts apart, and the sums are of both', () => {
    const facts = fold(
      { kind: 'ack', orderId: '1' },
      status('open', { orderId: '1', filled: decimal('2') }),
      { kind: 'amend', state: 'sent', to: { amount: decimal('8') } },
      status('canceled', { orderId: '1', filled: decimal('3') }),
      { kind: 'fill', fill: fill('f1', '3', { orderId: '1' }) },
    );
    expect(plain(toOrder(facts))).toMatchObject({ state: 'open', filled: '3', orderId: '1' });
    const record = recorder();
    const amended = [
      done('8', { orderId: '2' }),
      status('open', { orderId: '2', filled: decimal('0') }),
      { kind: 'fill', fill: fill('f2', '5', { orderId: '2' }) } as const,
      status('filled', { orderId: '2', filled: decimal('5') }),
    ].reduce((before, entry) => applyRecord(before, record(entry)), facts);
    expect(plain(toOrder(amended))).toMatchObject({
      state: 'filled',
      orderId: '2',
      amount: '8',
      filled: '8',
      fillsComplete: true,
    });
  });

  test('a leg that was cancelled while its amendment failed ends the order', () => {
    const cut = [
      { kind: 'ack', orderId: '1' },
      status('open', { orderId: '1' }),
      { kind: 'amend', state: 'sent', to: {} },
      status('canceled', { orderId: '1', filled: decimal('0') }),
    ] as const;
    expect(stateAfter(...cut)).toBe('open');
    expect(stateAfter(...cut, { kind: 'amend', state: 'unknown', to: {} })).toBe('canceled');
  });

  test('the id that a leg took the place of may be learnt late', () => {
    const facts = fold(
      { kind: 'ack', orderId: '1' },
      status('canceled', { orderId: '1', filled: decimal('0') }),
      status('open', { orderId: '2' }),
      { kind: 'ack', orderId: '2', replaces: '1' },
      { kind: 'ack', orderId: '2', replaces: '1' },
    );
    expect(plain(toOrder(facts))).toMatchObject({ state: 'open', orderId: '2' });
  });

  test.each(['filled', 'canceled', 'expired'] as const)(
    'where nothing says which leg is the later, the order is %s as the one that was not replaced',
    (ending) => {
      const former = status('canceled', { orderId: '1', filled: decimal('6') });
      const latter = status(ending, { orderId: '2', filled: decimal('4') });
      expect([stateAfter(former, latter), stateAfter(latter, former)]).toEqual([ending, ending]);
      const rejected = status('rejected', { orderId: '3' });
      expect(stateAfter(rejected, former, latter)).toBe(ending);
    },
  );

  test('of two legs, the one that lives is the order, and the end of the other is wanted', () => {
    const [first, second] = [status('open', { orderId: '1' }), status('open', { orderId: '2' })];
    const facts = fold(first, second);
    expect([toOrder(facts).orderId, unendedIds(facts)]).toEqual(['2', ['1']]);
    const told = fold(first, second, status('canceled', { orderId: '1', filled: decimal('0') }));
    expect([toOrder(told).orderId, unendedIds(told)]).toEqual(['2', []]);
    const late = fold(first, status('canceled', { orderId: '2', filled: decimal('0') }));
    expect([toOrder(late).orderId, unendedIds(late)]).toEqual(['1', []]);
  });

  test('an id takes the place neither of itself nor of one that came after it', () => {
    const amended: JournalEntry = { kind: 'ack', orderId: '2', replaces: '1' };
    const over = (orderId: string): StatusEntry => status('canceled', { orderId, filled: decimal('0') });
    for (const answer of [
      { orderId: '2', replaces: '2' },
      { orderId: '1', replaces: '2' },
    ]) {
      const facts = fold(status('open', { orderId: '1' }), amended, { kind: 'ack', ...answer }, over('2'), over('1'));
      expect(toOrder(facts).orderId).toBe('2');
    }
  });

  test('the terms are not those of a former id', () => {
    const other = { amount: decimal('9') };
    const amended: JournalEntry = { kind: 'ack', orderId: '2', replaces: '1' };
    const before = fold(status('open', { orderId: '1' }), amended);
    const told = applyEntry(
      before,
      status('canceled', { orderId: '1', filled: decimal('0'), venueAt: 5, terms: other }),
    );
    expect(toOrder(told).amount).toEqual(toOrder(before).amount);
    expect(toOrder(applyEntry(told, status('open', { orderId: '2', venueAt: 6, terms: other }))).amount).toEqual(
      decimal('9'),
    );
  });

  test('fills and fees are wanted of the legs that lack them', () => {
    const { fees: _fees, ...feeless } = fill('f1', '2', { orderId: '1' });
    const facts = fold(
      status('canceled', { orderId: '1', filled: decimal('2') }),
      { kind: 'fill', fill: feeless },
      { kind: 'ack', orderId: '2', replaces: '1' },
      { kind: 'fill', fill: fill('f2', '1', { orderId: '2', fee: '0' }) },
    );
    expect(idsLackingFills(facts)).toEqual(['1']);
    expect(idsLackingFills(applyEntry(facts, status('open', { orderId: '2', filled: decimal('3') })))).toEqual([
      '1',
      '2',
    ]);
  });
});

describe('voided fills', () => {
  test('a voided fill leaves the sums, and does not come back', () => {
    const facts = fold(
      { kind: 'fill', fill: fill('1', '4', { fee: '1' }) },
      { kind: 'fill', fill: fill('2', '6', { fee: '2' }) },
      status('open', { filled: decimal('10') }),
      status('filled', { filled: decimal('10') }),
      { kind: 'fill-voided', fillId: '1' },
      { kind: 'fill', fill: fill('1', '4', { fee: '1' }) },
      { kind: 'fill-voided', fillId: '1' },
    );
    expect(plain(toOrder(facts))).toMatchObject({
      state: 'filled',
      filled: '6',
      fees: { USDT: '2' },
      fillsComplete: true,
    });
  });

  test('a fill that was voided before it was seen is not booked', () => {
    const facts = fold(
      status('open', { filled: decimal('1') }),
      { kind: 'fill-voided', fillId: '1' },
      { kind: 'fill', fill: fill('1', '1') },
    );
    expect(facts.legs[0].fills.size).toBe(0);
  });
});

test('the same facts give the same frozen order', () => {
  const facts = fold(status('open'));
  expect(toOrder(facts)).toBe(toOrder(facts));
  expect(Object.isFrozen(toOrder(facts))).toBe(true);
});
