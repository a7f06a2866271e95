import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal, sum, zero, type Decimal } from '../src/model/decimal.js';
import type { Fill } from '../src/model/fill.js';
import type { OrderReport, OrderStatus } from '../src/model/order.js';
import { happenings, type OrderHappening } from '../src/orders/events.js';
import type { OrderFacts } from '../src/orders/facts.js';
import { applyRecord } from '../src/orders/machine.js';
import { desk, failure, fill, plain, report, terms, type Desk } from './support/order-kit.js';

const seed = 20_260_102;

/** What truly became of an order at the venue. */
type Truth = {
  readonly clientOrderId: string;
  readonly side: 'buy' | 'sell';
  readonly sizes: readonly string[];
  readonly ending: OrderStatus;
  /** How the place request ended; the answer comes as late as it likes. */
  readonly answer: 'open' | 'unknown' | 'lost';
  readonly wasCancelled: boolean;
};

/** One thing that reaches the tracker. */
type Step = (at: Desk) => void;

const truths: fc.Arbitrary<readonly Truth[]> = fc
  .array(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      sizes: fc.array(fc.constantFrom('1', '0.25', '2.5'), { maxLength: 4 }),
      ending: fc.constantFrom<OrderStatus>('open', 'canceled', 'expired', 'filled'),
      answer: fc.constantFrom('open' as const, 'unknown' as const, 'lost' as const),
      wasCancelled: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((drawn) => drawn.map((truth, index) => ({ ...truth, clientOrderId: `hb${index}` })));

const orderIdOf = ({ clientOrderId }: Truth): string => `id of ${clientOrderId}`;
const totalOf = (sizes: readonly string[]): Decimal => sum(sizes.map(decimal));

/** `filled` fills the whole amount; otherwise some of it is left. */
const amountOf = ({ sizes, ending }: Truth): string =>
  ending === 'filled' ? totalOf(sizes).toFixed() : totalOf(sizes).plus(decimal('7')).toFixed();

function reportsOf(truth: Truth): readonly OrderReport[] {
  const { clientOrderId, sizes, ending } = truth;
  const ids = { orderId: orderIdOf(truth), clientOrderId };
  const open = [0, ...sizes.keys()].map((count, index) =>
    report('open', { ...ids, filled: totalOf(sizes.slice(0, index === 0 ? 0 : count + 1)).toFixed(), at: 100 + index }),
  );
  if (ending === 'open') return open;
  const last = report(ending, { ...ids, filled: totalOf(sizes).toFixed(), at: 200 });
  const { filled: _filled, ...brief } = last;
  return [...open, last, brief];
}

/** The stream tells a fill without its fee, the poll with it. */
function fillsOf(truth: Truth): readonly Fill[] {
  const ids = { orderId: orderIdOf(truth), side: truth.side };
  return truth.sizes.flatMap((size, index) => {
    const fillId = `${truth.clientOrderId}-${index}`;
    return [
      fill(fillId, size, { ...ids, clientOrderId: truth.clientOrderId }),
      fill(fillId, size, { ...ids, fee: '0.01', liquidity: 'maker' }),
    ];
  });
}

function commandsOf({ clientOrderId, answer, wasCancelled }: Truth): readonly Step[] {
  const steps: Step[] = [];
  if (answer === 'open') steps.push((at) => at.tracker.answered(clientOrderId, report('open', { clientOrderId })));
  if (answer === 'unknown') steps.push((at) => at.tracker.failed(clientOrderId, failure('unknown')));
  if (wasCancelled) {
    steps.push((at) => at.tracker.canceling(clientOrderId));
    steps.push((at) => at.tracker.cancelFailed(clientOrderId, failure('unknown')));
    steps.push((at) => at.tracker.notFound(clientOrderId, 'order'));
  }
  return steps;
}

function stepsOf(truth: Truth): readonly Step[] {
  const observations = [...reportsOf(truth), ...fillsOf(truth)];
  return [
    ...commandsOf(truth),
    ...observations.map(
      (told): Step =>
        (at) =>
          at.tracker.observe(told),
    ),
  ];
}

/** All steps of all orders in any order, some of them twice, after the orders have left. */
const runs = truths.chain((orders) => {
  const steps = orders.flatMap(stepsOf);
  return fc
    .array(fc.constantFrom(...steps), { maxLength: 10 })
    .chain((repeats) => {
      const all = [...steps, ...repeats];
      return fc.shuffledSubarray(all, { minLength: all.length });
    })
    .map((shuffled) => ({ orders, steps: shuffled }));
});

async function run(orders: readonly Truth[], steps: readonly Step[]): Promise<Desk> {
  const at = desk();
  for (const truth of orders) {
    await at.tracker.intend(truth.clientOrderId, terms({ side: truth.side, amount: amountOf(truth) }));
    at.tracker.sent(truth.clientOrderId);
  }
  for (const step of steps) step(at);
  return at;
}

function ofOrder(told: readonly OrderHappening[], clientOrderId: string): readonly OrderHappening[] {
  return told.filter(({ order }) => order.clientOrderId === clientOrderId);
}

describe('whatever order things are told in, and however often', () => {
  test('each order ends up as it truly is', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ orders, steps }) => {
        const { tracker } = await run(orders, steps);
        for (const truth of orders) {
          const { clientOrderId, sizes, ending } = truth;
          const fees = sizes.length === 0 ? {} : { USDT: decimal('0.01').times(String(sizes.length)).toFixed() };
          expect(plain(tracker.order(clientOrderId))).toMatchObject({
            state: ending,
            orderId: orderIdOf(truth),
            filled: totalOf(sizes).toFixed(),
            fees,
            fillsComplete: true,
          });
        }
        expect([tracker.incomplete(), tracker.orders().length]).toEqual([[], orders.length]);
      }),
      { seed, numRuns: 150 },
    );
  });

  test('each order is opened, then filled once per fill, then closed once', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ orders, steps }) => {
        const { told } = await run(orders, steps);
        expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
        for (const { clientOrderId, sizes, ending } of orders) {
          const types = ofOrder(told, clientOrderId)
            .map(({ type }) => type)
            .filter((type) => type !== 'fill-amended' && type !== 'order-uncertain');
          expect(types).toEqual([
            'order-opened',
            ...sizes.map(() => 'order-filled'),
            ...(ending === 'open' ? [] : ['order-closed']),
          ]);
        }
      }),
      { seed, numRuns: 150 },
    );
  });

  test('the fills that were told add up to what was filled, and amendments follow their fill', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ orders, steps }) => {
        const { told } = await run(orders, steps);
        for (const { clientOrderId, sizes } of orders) {
          const seen = new Set<string>();
          let filled = zero;
          for (const happening of ofOrder(told, clientOrderId)) {
            if (happening.type === 'order-filled') {
              seen.add(happening.fill.fillId);
              filled = filled.plus(happening.fill.amount);
            }
            if (happening.type === 'fill-amended') expect(seen.has(happening.fill.fillId)).toBe(true);
          }
          expect(filled.toFixed()).toBe(totalOf(sizes).toFixed());
        }
      }),
      { seed, numRuns: 150 },
    );
  });

  test('the journal read again makes the same orders and tells the same', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ orders, steps }) => {
        const at = await run(orders, steps);
        const again = new Map<string, OrderFacts>();
        const ids: string[] = [];
        for await (const record of at.journal.read()) {
          const before = again.get(record.clientOrderId);
          const after = applyRecord(before, record);
          expect(after).not.toBe(before);
          ids.push(...happenings(before, record, after).map(({ id }) => id));
          again.set(record.clientOrderId, after);
        }
        expect(ids).toEqual(at.told.map(({ id }) => id));
        const replayed = desk();
        await replayed.tracker.replay(at.journal.read());
        expect(replayed.tracker.orders().map(plain)).toEqual(at.tracker.orders().map(plain));
      }),
      { seed, numRuns: 80 },
    );
  });

  test('what is reserved is what open orders may still spend', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ orders, steps }) => {
        const at = await run(orders, []);
        for (const step of steps) {
          step(at);
          const expected = new Map<string, Decimal>();
          for (const { side, amount, price, filled } of at.tracker.orders({ open: true })) {
            const rest = amount.minus(filled);
            const asset = side === 'buy' ? 'USDT' : 'BTC';
            const held = side === 'buy' ? rest.times(price ?? zero) : rest;
            expected.set(asset, (expected.get(asset) ?? zero).plus(held));
          }
          const texts = (sums: ReadonlyMap<string, Decimal>): readonly string[] =>
            [...sums]
              .filter(([, amount]) => !amount.eq(zero))
              .map(([asset, amount]) => `${amount.toFixed()} ${asset}`)
              .sort();
          expect(texts(at.tracker.reserved())).toEqual(texts(expected));
        }
      }),
      { seed, numRuns: 50 },
    );
  });
});
