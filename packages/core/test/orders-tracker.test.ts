import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import type { JournalRecord } from '../src/orders/record.js';
import {
  buyTerms,
  desk,
  failure,
  fill,
  kindsOf,
  market,
  plain,
  report,
  sendOrder,
  stateOf,
  terms,
  texts,
} from './support/order-kit.js';
import { createVirtualClock } from './support/virtual-clock.js';

const { settle } = createVirtualClock();

describe('placing', () => {
  test('an order goes from the queue to open', async () => {
    const at = desk();
    const states: (string | undefined)[] = [];
    await at.tracker.intend('a', terms(), 6_000);
    states.push(stateOf(at, 'a'));
    at.tracker.sent('a');
    states.push(stateOf(at, 'a'));
    at.tracker.answered('a', report('open', { orderId: '7', clientOrderId: 'a', at: 1_500, filled: '0' }));
    states.push(stateOf(at, 'a'));
    expect(states).toEqual(['queued', 'sent', 'open']);
    expect(at.news()).toEqual(['order-opened a']);
    expect(await kindsOf(at)).toEqual(['intent', 'sent', 'ack', 'status']);
    expect(at.tracker.byOrderId(market.symbol, '7')).toBe(at.tracker.order('a'));
    expect(at.tracker.byOrderId('ETHUSDT', '7')).toBeUndefined();
  });

  test('an id that was used before is refused, and the order that has it is left alone', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    await expect(at.tracker.intend('a', terms({ amount: '1' }))).rejects.toMatchObject({
      kind: 'invalid-request',
      outcome: 'not-sent',
      message: 'place BTC-USDT: client order id "a" was used before',
      clientOrderId: 'a',
    });
    expect(plain(at.tracker.order('a'))).toMatchObject({ amount: '10', state: 'sent' });
  });

  test('the intent is safe in the journal before the order may leave', async () => {
    let release = (): void => undefined;
    const safe = new Promise<void>((resolve) => {
      release = resolve;
    });
    const base = desk().journal;
    const at = desk({ journal: { ...base, durable: () => safe } });
    let mayLeave = false;
    const intended = at.tracker.intend('a', terms())?.then(() => {
      mayLeave = true;
    });
    await Promise.resolve();
    expect([mayLeave, stateOf(at, 'a')]).toEqual([false, 'queued']);
    release();
    await intended;
    expect(mayLeave).toBe(true);
  });

  test('an order that the journal cannot keep is not sent', async () => {
    const base = desk().journal;
    const at = desk({ journal: { ...base, durable: () => Promise.reject(new Error('disk full')) } });
    await expect(at.tracker.intend('a', terms())).rejects.toMatchObject({
      kind: 'aborted',
      outcome: 'not-sent',
      message: 'place BTC-USDT: the journal could not keep the order',
      cause: new Error('disk full'),
    });
    expect(stateOf(at, 'a')).toBe('not-sent');
    expect(at.news()).toEqual(['order-closed a']);
  });

  test('events wait until their record is safe, and keep their order', async () => {
    const releases: (() => void)[] = [];
    const base = desk().journal;
    let safe = true;
    const at = desk({
      journal: {
        ...base,
        durable: () => (safe ? undefined : new Promise((resolve) => releases.push(resolve))),
      },
    });
    await sendOrder(at, 'a');
    safe = false;
    at.tracker.observe(fill('f1', '4', { clientOrderId: 'a' }));
    at.tracker.observe(fill('f2', '6', { clientOrderId: 'a' }));
    expect(at.news()).toEqual([]);
    expect(at.tracker.order('a')?.filled.toFixed()).toBe('10');
    releases.shift()?.();
    await settle();
    expect(at.news()).toEqual(['order-opened a', 'order-filled a']);
    releases.shift()?.();
    await settle();
    expect(at.news()).toEqual(['order-filled a']);
  });

  test('fills are told even when the journal fails later', async () => {
    const base = desk().journal;
    let fails = false;
    const at = desk({
      journal: { ...base, durable: () => (fails ? Promise.reject(new Error('disk full')) : undefined) },
    });
    await sendOrder(at, 'a');
    fails = true;
    at.tracker.observe(fill('f1', '4', { clientOrderId: 'a' }));
    await settle();
    expect(at.news()).toEqual(['order-opened a', 'order-filled a']);
  });

  test('the outcome of a failure decides what becomes of the order', async () => {
    const at = desk();
    for (const clientOrderId of ['unsent', 'refused', 'lost']) await sendOrder(at, clientOrderId);
    at.tracker.failed('unsent', failure('not-sent'));
    at.tracker.failed('refused', failure('refused', 'insufficient-balance'));
    at.tracker.failed('lost', failure('unknown'));
    expect(['unsent', 'refused', 'lost'].map((id) => stateOf(at, id))).toEqual(['not-sent', 'rejected', 'unknown']);
    expect(at.tracker.order('refused')?.error).toMatchObject({ kind: 'insufficient-balance' });
    expect(at.news()).toEqual(['order-closed unsent', 'order-closed refused', 'order-uncertain lost']);
    expect(at.tracker.uncertain().map(({ clientOrderId }) => clientOrderId)).toEqual(['lost']);
    expect([at.tracker.isUncertain('lost'), at.tracker.isUncertain('refused')]).toEqual([true, false]);
  });

  test('a failure after the venue has shown the order changes nothing', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'a' }));
    at.tracker.failed('a', failure('unknown'));
    at.tracker.failed('a', failure('refused'));
    expect([stateOf(at, 'a'), at.news()]).toEqual(['open', ['order-opened a']]);
    expect(await kindsOf(at)).toEqual(['intent', 'sent', 'ack', 'status']);
  });

  test('an answer that comes after the order was thought unknown adopts its id', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.failed('a', failure('unknown'));
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'a' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', orderId: '7' });
    expect(at.tracker.uncertain()).toEqual([]);
    expect(at.news()).toEqual(['order-uncertain a', 'order-opened a']);
  });

  test('an order that shows up after it was refused is reopened', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.failed('a', failure('refused'));
    at.tracker.observe(report('canceled', { orderId: '7', clientOrderId: 'a', filled: '0' }));
    expect(at.told.map(({ id }) => id)).toEqual([
      'order-closed:a',
      'order-reopened:a:1',
      'order-opened:a',
      'order-closed:a:1',
    ]);
    expect(at.counts['orders.verdict-revoked']).toBe(1);
  });

  test('a fill of an order that was refused takes the refusal back', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.failed('a', failure('refused'));
    at.tracker.observe(fill('f1', '1', { clientOrderId: 'a' }));
    expect(at.news()).toEqual(['order-closed a', 'order-reopened a', 'order-opened a', 'order-filled a']);
    expect(await kindsOf(at)).toEqual(['intent', 'sent', 'verdict', 'verdict', 'fill']);
  });

  test('a refusal that the stream repeats is the same refusal', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.failed('a', failure('refused'));
    at.tracker.observe(report('rejected', { orderId: '7', clientOrderId: 'a' }));
    expect(at.news()).toEqual(['order-closed a']);
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'rejected', orderId: '7' });
  });

  test('an answer about another order is believed about that one alone', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    await sendOrder(at, 'b');
    at.tracker.answered('a', report('open', { orderId: '8', clientOrderId: 'b' }));
    expect([stateOf(at, 'a'), stateOf(at, 'b')]).toEqual(['unknown', 'open']);
    expect(at.tracker.order('a')?.error?.message).toBe('order a: the venue answered about order b');
    expect(at.counts['orders.contradiction']).toBe(1);
  });

  test('an answer about the order of another market with the same id is not believed', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'a' }));
    at.tracker.answered('a', report('filled', { symbol: 'ETHUSDT', orderId: '7', clientOrderId: 'b', filled: '4' }));
    expect([stateOf(at, 'a'), at.tracker.order('a')?.filled.toFixed()]).toEqual(['open', '0']);
    expect(at.counts['orders.contradiction']).toBe(1);
  });
});

describe('waiting for the close', () => {
  test('resolves when the order is over and its fills are in', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    const closed = at.tracker.closed('a');
    const again = at.tracker.closed('a', new AbortController().signal);
    at.tracker.answered('a', report('filled', { orderId: '7', filled: '10' }));
    at.tracker.observe(fill('f1', '10', { orderId: '7' }));
    expect((await closed).state).toBe('filled');
    expect(await again).toBe(at.tracker.order('a'));
    expect(await at.tracker.closed('a')).toBe(at.tracker.order('a'));
  });

  test('rejects when it is given up', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    const controller = new AbortController();
    const closed = at.tracker.closed('a', controller.signal);
    controller.abort(new Error('enough'));
    await expect(closed).rejects.toMatchObject({ kind: 'aborted', cause: new Error('enough'), clientOrderId: 'a' });
    await expect(at.tracker.closed('a', controller.signal)).rejects.toBeInstanceOf(ConnectorError);
    at.tracker.failed('a', failure('refused'));
    expect((await at.tracker.closed('a', controller.signal)).state).toBe('rejected');
  });

  test('rejects for an order that is not known', async () => {
    await expect(desk().tracker.closed('x')).rejects.toMatchObject({
      kind: 'order-not-found',
      message: 'closed: no order "x" is known here',
    });
  });
});

describe('listeners', () => {
  test('what a listener causes is told after what it was told of', async () => {
    const order: string[] = [];
    const at = desk({
      emit: ({ id, type }) => {
        order.push(id);
        if (type === 'order-opened') at.tracker.observe(fill('f2', '1', { orderId: '7' }));
      },
    });
    await sendOrder(at, 'a');
    at.tracker.observe(fill('f1', '1', { orderId: '7', clientOrderId: 'a' }));
    expect(order).toEqual(['order-opened:a', 'order-filled:a:f1', 'order-filled:a:f2']);
  });

  test('an emit that throws does not keep later happenings back', async () => {
    let isBroken = true;
    const types: string[] = [];
    const at = desk({
      emit: ({ type }) => {
        if (isBroken) throw new Error('broken');
        types.push(type);
      },
    });
    await sendOrder(at, 'a');
    expect(() => at.tracker.observe(report('open', { clientOrderId: 'a' }))).toThrow('broken');
    isBroken = false;
    at.tracker.observe(fill('f1', '1', { clientOrderId: 'a' }));
    expect(types).toEqual(['order-filled']);
  });
});

describe('replaying', () => {
  test('the records of a run make the same orders again, and tell nobody', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    await sendOrder(at, 'b');
    at.tracker.answered('a', report('open', { orderId: '7', filled: '4' }));
    at.tracker.observe(fill('f1', '4', { orderId: '7', fee: '0.1' }));
    at.tracker.failed('b', failure('unknown'));
    at.tracker.observe(report('open', { orderId: '9', clientOrderId: 'web', terms: buyTerms }));
    const again = desk();
    again.journal.told.note(at.journal.told.upTo());
    await again.tracker.replay(at.journal.read());
    expect(again.tracker.orders().map(plain)).toEqual(at.tracker.orders().map(plain));
    expect(texts(again.tracker.reserved())).toEqual(texts(at.tracker.reserved()));
    expect([again.told, await kindsOf(again)]).toEqual([[], []]);
  });

  test('what was perhaps not told is told again, all of one record or none of it', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.answered('a', report('open', { orderId: '7' }));
    const half = at.journal.told.upTo();
    at.tracker.observe(report('canceled', { orderId: '7', filled: '0' }));
    const again = desk();
    again.journal.told.note(half);
    await again.tracker.replay(at.journal.read());
    expect(again.told.map(({ id }) => id)).toEqual(['order-closed:a']);
  });

  test('records without their intent are refused', async () => {
    async function* torn(): AsyncIterable<JournalRecord> {
      yield { sequence: 4, clientOrderId: 'a', at: 1, kind: 'sent' };
    }
    await expect(desk().tracker.replay(torn())).rejects.toThrow('journal record 4 (sent)');
  });
});
