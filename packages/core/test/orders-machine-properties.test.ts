import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decimal, zero } from '../src/model/decimal.js';
import type { OrderStatus } from '../src/model/order.js';
import { applyRecord, toOrder } from '../src/orders/machine.js';
import type { JournalEntry, StatusEntry } from '../src/orders/record.js';
import { fill, plain, recorder, terms } from './support/order-kit.js';

const seed = 20_260_101;

const amount = fc.constantFrom('0', '1', '2', '3.5', '10');
const statuses: readonly OrderStatus[] = ['open', 'filled', 'canceled', 'expired', 'rejected'];

/** Any report at all, also such as contradict each other. */
const anyStatus = (orderId: fc.Arbitrary<string | undefined>): fc.Arbitrary<StatusEntry> =>
  fc
    .record({
      orderId,
      status: fc.constantFrom(...statuses),
      filled: fc.option(amount, { nil: undefined }),
      filledQuote: fc.option(amount, { nil: undefined }),
      fee: fc.option(amount, { nil: undefined }),
      version: fc.option(fc.nat(3), { nil: undefined }),
      venueAt: fc.option(fc.nat(3), { nil: undefined }),
      reason: fc.constantFrom(undefined, 'ours', 'theirs'),
    })
    .map((drawn) => ({
      kind: 'status',
      status: drawn.status,
      ...(drawn.orderId !== undefined && { orderId: drawn.orderId }),
      ...(drawn.filled !== undefined && { filled: decimal(drawn.filled) }),
      ...(drawn.filledQuote !== undefined && { filledQuote: decimal(drawn.filledQuote) }),
      ...(drawn.fee !== undefined && { fees: [{ asset: 'USDT', amount: decimal(drawn.fee) }] }),
      ...(drawn.version !== undefined && { version: drawn.version }),
      ...(drawn.venueAt !== undefined && { venueAt: drawn.venueAt }),
      ...(drawn.reason !== undefined && { reason: drawn.reason }),
    }));

/** Any telling of one of a few fills: with and without its fee, and with figures that contradict another telling. */
const anyFill = (orderId: fc.Arbitrary<string | undefined>): fc.Arbitrary<JournalEntry> =>
  fc
    .record({
      orderId,
      fillId: fc.constantFrom('f1', 'f2', 'f3'),
      amount: fc.constantFrom('1', '2'),
      price: fc.constantFrom('99', '101'),
      fee: fc.constantFrom(undefined, '0.1', '0.2'),
    })
    .map(({ orderId: told, fillId, amount: size, price, fee }) => ({
      kind: 'fill',
      // A fill belongs to one order id for good: the second leg has other fills.
      fill: fill(told === '2' ? `${fillId} of 2` : fillId, size, {
        price,
        ...(told !== undefined && { orderId: told }),
        ...(fee !== undefined && { fee }),
      }),
    }));

const oneLeg = fc.constantFrom(undefined, '1');
const entriesOfOneLeg = fc.array(fc.oneof(anyStatus(oneLeg), anyFill(oneLeg)), { minLength: 1, maxLength: 12 });

const twoLegs = fc.constantFrom('1', '2');
const replacement: JournalEntry = { kind: 'ack', orderId: '2', replaces: '1' };
const entriesOfTwoLegs = fc
  .array(fc.oneof(anyStatus(twoLegs), anyFill(twoLegs)), { minLength: 1, maxLength: 12 })
  .map((entries) => [replacement, ...entries]);

function orderAfter(entries: readonly JournalEntry[]): unknown {
  const record = recorder();
  const first = applyRecord(undefined, record({ kind: 'intent', origin: 'ours', terms: terms() }));
  return plain(toOrder(entries.reduce((facts, entry) => applyRecord(facts, record(entry)), first)));
}

/** The same entries in another order, some of them twice. */
function retold<T>(entries: fc.Arbitrary<readonly T[]>): fc.Arbitrary<readonly [readonly T[], readonly T[]]> {
  return entries.chain((original) =>
    fc
      .tuple(
        fc.shuffledSubarray([...original], { minLength: original.length }),
        fc.array(fc.constantFrom(...original), { maxLength: 6 }),
      )
      .chain(([shuffled, repeats]) => {
        const all = [...shuffled, ...repeats];
        return fc.shuffledSubarray(all, { minLength: all.length });
      })
      .map((told) => [original, told] as const),
  );
}

test.each([
  ['one order id', entriesOfOneLeg],
  ['an order id and its replacement', entriesOfTwoLegs],
])('the same observations of %s in any order, told any number of times, make the same order', (_name, entries) => {
  fc.assert(
    fc.property(retold(entries), ([original, told]) => {
      expect(orderAfter(told)).toEqual(orderAfter(original));
    }),
    { seed, numRuns: 1_000 },
  );
});

test('an observation that was told before is never news', () => {
  fc.assert(
    fc.property(entriesOfOneLeg, (entries) => {
      const record = recorder();
      const first = applyRecord(undefined, record({ kind: 'intent', origin: 'ours', terms: terms() }));
      const facts = entries.reduce((before, entry) => applyRecord(before, record(entry)), first);
      for (const entry of entries) expect(applyRecord(facts, record(entry))).toBe(facts);
    }),
    { seed, numRuns: 500 },
  );
});

test('what was filled never falls, and an order that is over with a known count opens only for a higher one', () => {
  fc.assert(
    fc.property(entriesOfOneLeg, (entries) => {
      const record = recorder();
      let facts = applyRecord(undefined, record({ kind: 'intent', origin: 'ours', terms: terms() }));
      for (const entry of entries) {
        const before = toOrder(facts);
        facts = applyRecord(facts, record(entry));
        const after = toOrder(facts);
        expect(after.filled.gte(before.filled)).toBe(true);
        const wasOver = before.state !== 'queued' && before.state !== 'open';
        if (wasOver && after.state === 'open') expect(after.filled.gt(zero)).toBe(true);
      }
    }),
    { seed, numRuns: 1_000 },
  );
});
