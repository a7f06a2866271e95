import { expect, test } from 'vitest';

import { createPayments, type Payments } from '../src/account/payments.js';
import { decimal } from '../src/model/decimal.js';
import type { FundingPaymentReport } from '../src/model/position.js';
import { toAsideHappenings } from '../src/orders/events.js';
import { createMemoryJournal, type Journal } from '../src/orders/journal.js';
import { isFundingRecord } from '../src/orders/record.js';

const hourMs = 3_600_000;

function payment(paymentId: string, at: number, symbol = 'BTC'): FundingPaymentReport {
  return { type: 'funding-payment', symbol, paymentId, asset: 'USDT', amount: decimal('-0.5'), at };
}

type Run = Payments & { readonly news: () => readonly string[]; readonly journal: Journal };

async function run(journal: Journal, now: number, keep = 5_000): Promise<Run> {
  const heard: string[] = [];
  const payments = createPayments({
    ...{ journal, isClosed: () => false, keep, now: () => now },
    pairOf: (symbol) => (symbol === 'BTC' ? 'BTC-USDT' : undefined),
    tell: (record) => {
      for (const told of toAsideHappenings(record))
        if (told.type === 'funding-paid')
          heard.push(`${told.id} ${told.payment.pair} ${told.payment.amount.toFixed()}`);
    },
  });
  await payments.replay(journal.read());
  return { ...payments, journal, news: () => heard.splice(0) };
}

async function kinds(journal: Journal): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { kind } of journal.read()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

test('a payment is booked once, however often and from wherever it is told', async () => {
  const { book, news } = await run(createMemoryJournal({ now: () => 1 }), 1_000);
  expect([book(payment('7', 1_000)), book(payment('7', 1_000))]).toEqual([true, false]);
  expect(news()).toEqual(['funding-paid:BTC:7 BTC-USDT -0.5']);
});

test('two markets that pay at one time under one id are two payments', async () => {
  const { book, news } = await run(createMemoryJournal({ now: () => 1 }), 1_000);
  book(payment('7', 1_000));
  book(payment('7', 1_000, 'ETH'));
  expect(news()).toEqual(['funding-paid:BTC:7 BTC-USDT -0.5', 'funding-paid:ETH:7 ETH -0.5']);
});

test('what was paid before the first start is history', async () => {
  const { book, from } = await run(createMemoryJournal({ now: () => 1 }), 1_000);
  expect(from()).toBe(1_000);
  expect([book(payment('6', 999)), book(payment('7', 1_000))]).toEqual([false, true]);
});

test('from when on payments count is safe once they have begun', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  const safe: number[] = [];
  const durable = async (): Promise<void> => {
    for await (const record of journal.read()) if (record.kind === 'funding-since') safe.push(record.since);
  };
  const { begin, from } = await run({ ...journal, durable }, 1_000);
  await begin();
  expect([safe, from()]).toEqual([[1_000], 1_000]);
});

test('what an earlier run booked is not booked again, and what was paid meanwhile is', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  const first = await run(journal, 1_000);
  first.from();
  first.book(payment('7', 2_000));
  const second = await run(journal, 10 * hourMs);
  expect(second.from()).toBe(1_000);
  expect([second.book(payment('7', 2_000)), second.book(payment('8', 9 * hourMs))]).toEqual([false, true]);
  expect(second.news()).toEqual(['funding-paid:BTC:8 BTC-USDT -0.5']);
  expect(second.from()).toBe(7 * hourMs);
});

test('a run without any payment leaves behind from when on they count', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  (await run(journal, 1_000)).from();
  expect((await run(journal, 10 * hourMs)).from()).toBe(1_000);
});

test('old payments leave the journal, and stay booked', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  const first = await run(journal, 0, 100);
  first.from();
  for (let at = 0; at < 700; at += 1) first.book(payment(String(at), at));
  expect(await kinds(journal)).toEqual({ 'funding-since': 1, 'funding-paid': 200 });
  const second = await run(journal, 1_000, 100);
  expect([second.book(payment('3', 3)), second.book(payment('499', 499)), second.book(payment('699', 699))]).toEqual([
    false,
    false,
    false,
  ]);
  expect(second.book(payment('late', 650))).toBe(true);
});

test('what says from when on payments count is nothing to tell', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  (await run(journal, 1_000)).from();
  for await (const record of journal.read()) {
    expect(isFundingRecord(record) && toAsideHappenings(record)).toEqual([]);
  }
});

test('payments count from the latest booked one on when the record of the beginning is lost', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  journal.append('funding BTC 7', { kind: 'funding-paid', pair: 'BTC-USDT', payment: payment('7', 5 * hourMs) });
  const { from, book } = await run(journal, 9 * hourMs);
  expect([from(), book(payment('7', 5 * hourMs)), book(payment('8', 6 * hourMs))]).toEqual([3 * hourMs, false, true]);
});
