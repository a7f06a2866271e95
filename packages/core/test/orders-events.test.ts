import { describe, expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { happenedAt, happenings, type OrderHappening } from '../src/orders/events.js';
import type { OrderFacts } from '../src/orders/facts.js';
import { applyRecord, toOrder } from '../src/orders/machine.js';
import type { JournalEntry } from '../src/orders/record.js';
import { fill, recorder, terms } from './support/order-kit.js';

const failure = { kind: 'network', outcome: 'unknown', operation: 'venue POST /order', message: 'cut' } as const;
const intent = { kind: 'intent', origin: 'ours', terms: terms() } as const;
const opened = { kind: 'status', status: 'open' } as const;

/** The happenings of the last entry, after all the others. */
function last(...entries: JournalEntry[]): readonly OrderHappening[] {
  const record = recorder();
  let facts: OrderFacts | undefined;
  let found: readonly OrderHappening[] = [];
  for (const entry of [intent, ...entries]) {
    const told = record(entry);
    const before = facts;
    facts = applyRecord(before, told);
    found = happenings(before, told, facts);
  }
  return found;
}

const ids = (...entries: JournalEntry[]): readonly string[] => last(...entries).map(({ id }) => id);

describe('happenings', () => {
  test('an intent, its sending and its id are nothing to a listener', () => {
    expect([ids(), ids({ kind: 'sent' }), ids({ kind: 'ack', orderId: '7' })]).toEqual([[], [], []]);
  });

  test('the first open report opens, with the id', () => {
    const [happening] = last({ kind: 'ack', orderId: '7' }, opened);
    expect(happening).toMatchObject({
      id: 'order-opened:a',
      type: 'order-opened',
      order: { orderId: '7', state: 'open' },
    });
  });

  test('a record without news is nothing', () => {
    expect(ids(opened, opened)).toEqual([]);
  });

  test('a fill before any report opens the order first', () => {
    const told = fill('f1', '1', { orderId: '7' });
    expect(last({ kind: 'fill', fill: told })).toMatchObject([
      { id: 'order-opened:a', order: { orderId: '7' } },
      { id: 'order-filled:a:f1', fill: told, order: { state: 'open' } },
    ]);
  });

  test('the fill that was waited for closes the order after it', () => {
    expect(ids(opened, { kind: 'status', status: 'filled', filled: decimal('10') })).toEqual([]);
    expect(
      ids(
        opened,
        { kind: 'status', status: 'filled', filled: decimal('10') },
        { kind: 'fill', fill: fill('f1', '10') },
      ),
    ).toEqual(['order-filled:a:f1', 'order-closed:a']);
  });

  test('an order that is opened and over at once tells both', () => {
    expect(ids({ kind: 'status', status: 'canceled', filled: decimal('0') })).toEqual([
      'order-opened:a',
      'order-closed:a',
    ]);
  });

  test('orders that never opened close with their error', () => {
    const closing = (...entries: JournalEntry[]): unknown =>
      last(...entries).map(({ id, order }) => [id, order.state, order.error?.message]);
    expect(closing({ kind: 'not-sent', failure })).toEqual([['order-closed:a', 'not-sent', 'venue POST /order: cut']]);
    expect(closing({ kind: 'verdict', verdict: 'rejected', failure })).toEqual([
      ['order-closed:a', 'rejected', 'venue POST /order: cut'],
    ]);
    expect(closing({ kind: 'status', status: 'rejected', reason: 'no' })).toEqual([
      ['order-closed:a', 'rejected', 'place BTC-USDT: the venue rejected order a: no'],
    ]);
  });

  test('fees that come later amend the fill; the id tells one amendment from another', () => {
    const first = { kind: 'fill', fill: fill('f1', '1') } as const;
    const fee = { kind: 'fill', fill: fill('f1', '1', { fee: '0.1' }) } as const;
    const amended = last(first, fee);
    expect(amended).toMatchObject([
      { id: 'fill-amended:a:f1:1@100, 0.1 USDT', type: 'fill-amended', fill: { fees: [{ asset: 'USDT' }] } },
    ]);
    expect(ids(first, fee, first)).toEqual([]);
    expect(ids(first, fee, { kind: 'fill', fill: fill('f1', '1', { fee: '0.2' }) })).toEqual([
      'fill-amended:a:f1:1@100, 0.2 USDT',
    ]);
  });

  test('doubt, a verdict and its revocation are told', () => {
    const unknown = { kind: 'unknown', failure } as const;
    const verdict = { kind: 'verdict', verdict: 'not-placed', failure } as const;
    const revoked = { kind: 'verdict', verdict: 'revoked' } as const;
    expect(ids(unknown)).toEqual(['order-uncertain:a']);
    expect(ids(opened, unknown)).toEqual([]);
    expect(ids(unknown, verdict)).toEqual(['order-closed:a']);
    expect(ids(unknown, verdict, revoked)).toEqual(['order-reopened:a:1']);
    expect(ids(unknown, verdict, revoked, opened)).toEqual(['order-opened:a']);
    const canceled = { kind: 'status', status: 'canceled', filled: decimal('0') } as const;
    expect(ids(unknown, verdict, revoked, canceled)).toEqual(['order-opened:a', 'order-closed:a:1']);
  });

  test('changed terms are told once the order is open', () => {
    const done = (amount: string): JournalEntry => ({ kind: 'amend', state: 'done', to: { amount: decimal(amount) } });
    expect(ids(opened, done('4'))).toEqual(['order-amended:a:1']);
    expect(ids(opened, done('4'), done('3'))).toEqual(['order-amended:a:2']);
    expect(ids(opened, done('10'))).toEqual([]);
  });

  test('a voided fill is told once, when it had been told', () => {
    const booked = { kind: 'fill', fill: fill('f1', '1') } as const;
    const voided = { kind: 'fill-voided', fillId: 'f1' } as const;
    expect(last(booked, voided)).toMatchObject([{ id: 'fill-voided:a:f1', fill: { fillId: 'f1' } }]);
    expect(ids(opened, voided)).toEqual([]);
    expect(ids(opened, voided, booked)).toEqual([]);
  });

  test('a listener sees the order that can be read afterwards', () => {
    const record = recorder();
    const first = applyRecord(undefined, record(intent));
    const told = record(opened);
    const facts = applyRecord(first, told);
    expect(happenings(first, told, facts)[0]?.order).toBe(toOrder(facts));
  });
});

test('a happening has the venue’s time where the venue says one', () => {
  const at = (entry: JournalEntry): number => happenedAt(recorder()(entry));
  expect(at({ kind: 'fill', fill: fill('f1', '1', { at: 77 }) })).toBe(77);
  expect(at({ kind: 'status', status: 'open', venueAt: 78 })).toBe(78);
  expect(at({ kind: 'amend', state: 'done', to: {}, venueAt: 79 })).toBe(79);
  expect([at(opened), at({ kind: 'sent' })]).toEqual([1_001, 1_001]);
});
