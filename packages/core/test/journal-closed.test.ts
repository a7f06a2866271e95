import { afterEach, beforeEach, expect, test } from 'vitest';

import { createPayments } from '../src/account/payments.js';
import { decimal } from '../src/model/decimal.js';
import { createMemoryJournal } from '../src/orders/journal.js';
import { createNodeDisk } from '../src/ports/node-disk.js';
import type { Disk } from '../src/ports/ports.js';
import { createCabinet, linesOf, type Cabinet } from './support/journal-kit.js';
import { buyTerms, desk, fill, report, sendOrder, terms } from './support/order-kit.js';

let cabinet: Cabinet;

beforeEach(() => {
  cabinet = createCabinet();
});
afterEach(() => {
  cabinet.remove();
});

/** A disk on which nothing is made safe before `release`. */
function slowDisk(): { readonly disk: Disk; readonly asked: Promise<void>; readonly release: () => void } {
  const disk = createNodeDisk();
  let release = (): void => undefined;
  let ask = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const sync = async (file: string): Promise<void> => {
    ask();
    await released;
    await disk.sync(file);
  };
  return { disk: { ...disk, sync }, asked, release };
}

test('what arrives while the journal is being closed is told by the next run alone', async () => {
  const slow = slowDisk();
  const { journal, isClosed, close } = await cabinet.open({ disk: slow.disk, durability: 'os' });
  const first = desk({ journal, isClosed });
  await sendOrder(first, 'hb1');
  first.tracker.answered('hb1', report('open', { orderId: '7', clientOrderId: 'hb1' }));
  await journal.durable();
  expect(first.news()).toEqual(['order-opened hb1']);
  const before = await linesOf(journal);

  const closing = close();
  await slow.asked;
  first.tracker.observe(fill('f1', '4', { orderId: '7' }));
  first.tracker.observe(report('open', { orderId: '8', clientOrderId: 'x', terms: buyTerms }));
  await expect(first.tracker.intend('hb2', terms())).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  slow.release();
  await closing;
  expect(first.news()).toEqual([]);
  expect(first.tracker.orders().map(({ clientOrderId }) => clientOrderId)).toEqual(['hb1']);
  expect(await linesOf(journal)).toEqual(before);

  const again = await cabinet.open();
  const second = desk({ journal: again.journal, isClosed: again.isClosed });
  await second.tracker.replay(again.journal.read());
  second.tracker.observe(fill('f1', '4', { orderId: '7' }));
  await again.journal.durable();
  expect(second.news()).toEqual(['order-filled hb1']);
  await again.close();
});

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'an event that has waited for the disk is not told again after a stop that comes %i turns after the disk was done',
  async (turns) => {
    const real = createNodeDisk();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isSlow = false;
    const disk: Disk = { ...real, sync: (file) => (isSlow ? released : real.sync(file)) };
    const { journal, isClosed, close } = await cabinet.open({ disk });
    const first = desk({ journal, isClosed });
    await sendOrder(first, 'hb1');
    isSlow = true;
    first.tracker.answered('hb1', report('open', { orderId: '7', clientOrderId: 'hb1' }));
    isSlow = false;
    release();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await close();
    expect(first.news()).toEqual(['order-opened hb1']);

    const again = await cabinet.open();
    const second = desk({ journal: again.journal, isClosed: again.isClosed });
    await second.tracker.replay(again.journal.read());
    await again.journal.durable();
    expect(second.news()).toEqual([]);
    await again.close();
  },
);

test('a payment that arrives then is left for the next run', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  let isClosed = false;
  const payments = createPayments({
    ...{ journal, keep: 10, now: () => 1, pairOf: () => 'BTC-USDT', tell: () => undefined },
    isClosed: () => isClosed,
  });
  const payment = { type: 'funding-payment', symbol: 'BTC', asset: 'USDT', amount: decimal('1'), at: 5 } as const;
  expect(payments.book({ ...payment, paymentId: '1' })).toBe(true);
  isClosed = true;
  expect(payments.book({ ...payment, paymentId: '2' })).toBe(false);
  expect((await linesOf(journal)).map((line) => line.split(' ').at(-1))).toEqual(['funding-since', 'funding-paid']);
});
