import { expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { createMemoryJournal, type Journal } from '../src/orders/journal.js';
import { isFundingRecord, type FundingRecord } from '../src/orders/record.js';
import type { Tracker } from '../src/orders/tracker.js';
import { desk, terms } from './support/order-kit.js';

function open(journal: Journal): { readonly tracker: Tracker; readonly told: readonly string[] } {
  const told: string[] = [];
  const { tracker } = desk({ journal, emit: ({ id }) => told.push(id) });
  return { tracker, told };
}

function pay(journal: Journal, paymentId: string): FundingRecord {
  const payment = { type: 'funding-payment', symbol: 'BTC', asset: 'USDT', amount: decimal('1'), at: 5 } as const;
  const entry = { kind: 'funding-paid', pair: 'BTC-USDT', payment: { ...payment, paymentId } } as const;
  const record = journal.append(`funding BTC ${paymentId}`, entry);
  if (!isFundingRecord(record)) throw new TypeError('not of funding');
  return record;
}

test('a payment is told in its turn, when all before it is safe in the journal', async () => {
  const memory = createMemoryJournal({ now: () => 1 });
  let keep = (): void => undefined;
  const kept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  let isSafe = true;
  const journal = { ...memory, durable: () => (isSafe ? undefined : kept) };
  const { tracker, told } = open(journal);
  await tracker.intend('hb1', terms());
  tracker.sent('hb1');
  isSafe = false;
  tracker.answered('hb1', { type: 'order', symbol: 'BTCUSDT', orderId: '1', status: 'open' });
  tracker.tell(pay(journal, '7'));
  expect(told).toEqual([]);
  isSafe = true;
  keep();
  await kept;
  await Promise.resolve();
  expect(told).toEqual(['order-opened:hb1', 'funding-paid:BTC:7']);
});

test('a payment that an earlier run did not tell is told after it, one that it told is not', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  const first = open(journal);
  first.tracker.tell(pay(journal, '7'));
  pay(journal, '8');
  const second = open(journal);
  await second.tracker.replay(journal.read());
  expect([first.told, second.told]).toEqual([['funding-paid:BTC:7'], ['funding-paid:BTC:8']]);
});
