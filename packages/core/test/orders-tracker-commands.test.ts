import { describe, expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import {
  buyTerms,
  desk,
  failure,
  fill,
  kindsOf,
  market,
  marketTerms,
  plain,
  report,
  sendOrder,
  stateOf,
  type Desk,
} from './support/order-kit.js';

describe('cancelling', () => {
  async function openOrder(): Promise<Desk> {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.answered('a', report('open', { orderId: '7' }));
    at.news();
    return at;
  }

  test('a cancel that the venue confirms ends the order', async () => {
    const at = await openOrder();
    at.tracker.canceling('a');
    expect(at.tracker.order('a')?.canceling).toBe(true);
    at.tracker.cancelAnswered('a', report('canceled', { orderId: '7', filled: '0' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'canceled', canceling: false });
    expect(at.news()).toEqual(['order-closed a']);
  });

  test('a cancel that is only accepted goes on', async () => {
    const at = await openOrder();
    at.tracker.canceling('a');
    at.tracker.cancelAnswered('a', report('open', { orderId: '7' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', canceling: true });
  });

  test.each([
    ['refused', failure('refused', 'order-rejected'), false],
    ['never sent', failure('not-sent'), false],
    ['without an answer', failure('unknown'), true],
    ['answered with "not found"', failure('refused', 'order-not-found'), true],
  ])('a cancel %s leaves the order open', async (_name, error, isUncertain) => {
    const at = await openOrder();
    at.tracker.canceling('a');
    at.tracker.cancelFailed('a', error);
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', canceling: false });
    expect(at.tracker.isUncertain('a')).toBe(isUncertain);
    expect(at.tracker.uncertain().length).toBe(isUncertain ? 1 : 0);
    expect(at.news()).toEqual([]);
  });

  test('the venue’s next word on the order ends the doubt', async () => {
    const at = await openOrder();
    at.tracker.cancelFailed('a', failure('unknown'));
    at.tracker.observe(report('open', { orderId: '7' }));
    expect([at.tracker.isUncertain('a'), at.tracker.uncertain()]).toEqual([false, []]);
  });

  test('a fill that was faster than the cancel is booked before the close', async () => {
    const at = await openOrder();
    at.tracker.canceling('a');
    at.tracker.cancelAnswered('a', report('canceled', { orderId: '7', filled: '3' }));
    expect(at.news()).toEqual([]);
    at.tracker.observe(fill('f1', '3', { orderId: '7' }));
    expect(at.news()).toEqual(['order-filled a', 'order-closed a']);
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'canceled', filled: '3' });
  });

  test('an order that is over is not cancelled', async () => {
    const at = await openOrder();
    at.tracker.cancelAnswered('a', report('canceled', { orderId: '7', filled: '0' }));
    const before = await kindsOf(at);
    at.tracker.canceling('a');
    at.tracker.amending('a', {});
    expect(await kindsOf(at)).toEqual(before);
  });

  test('an order that is over leaves no doubt', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.notFound('a', 'order');
    at.tracker.failed('a', failure('refused'));
    expect([at.tracker.isUncertain('a'), at.tracker.uncertain()]).toEqual([false, []]);
  });

  test('"not found" is evidence and no verdict, however often', async () => {
    const at = await openOrder();
    for (let count = 0; count < 10; count += 1) at.tracker.notFound('a', 'open-orders');
    expect([stateOf(at, 'a'), at.tracker.isUncertain('a'), at.counts['orders.not-found.open-orders']]).toEqual([
      'open',
      true,
      10,
    ]);
    expect(at.news()).toEqual([]);
  });
});

describe('amending', () => {
  const to = { amount: decimal('4') };

  async function openOrder(): Promise<Desk> {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.answered('a', report('open', { orderId: '7', terms: buyTerms, at: 1_100 }));
    at.news();
    return at;
  }

  test('the answer changes the terms; former terms that come late do not', async () => {
    const at = await openOrder();
    at.tracker.amending('a', to);
    at.tracker.amended('a', to, report('open', { orderId: '7', at: 1_200, terms: { ...buyTerms, amount: '4' } }));
    at.tracker.observe(report('open', { orderId: '7', at: 1_150, terms: buyTerms }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ amount: '4', state: 'open' });
    expect(at.told.map(({ id }) => id)).toEqual(['order-amended:a:1']);
  });

  test('a stream that is faster than the answer tells it, once', async () => {
    const at = await openOrder();
    at.tracker.amending('a', to);
    at.tracker.observe(report('open', { orderId: '7', at: 1_200, terms: { ...buyTerms, amount: '4' } }));
    at.tracker.amended('a', to, report('open', { orderId: '7', at: 1_200, version: 2 }));
    expect(at.told.map(({ id }) => id)).toEqual(['order-amended:a:1']);
  });

  test('an answer that still shows the former terms does not take the amendment back', async () => {
    const at = await openOrder();
    at.tracker.amended('a', to, report('open', { orderId: '7', at: 1_200, version: 3, terms: buyTerms }));
    expect(at.tracker.order('a')?.amount.toFixed()).toBe('4');
  });

  test('a new order id in the answer is the same order', async () => {
    const at = await openOrder();
    at.tracker.amending('a', to);
    at.tracker.observe(report('canceled', { orderId: '7', filled: '1' }));
    at.tracker.observe(fill('f1', '1', { orderId: '7' }));
    expect([stateOf(at, 'a'), at.news()]).toEqual(['open', ['order-filled a']]);
    at.tracker.amended('a', to, report('open', { orderId: '8' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ orderId: '8', state: 'open', amount: '4', filled: '1' });
    at.tracker.observe(report('filled', { orderId: '8', filled: '3' }));
    at.tracker.observe(fill('f2', '3', { orderId: '8' }));
    expect(at.news()).toEqual(['order-amended a', 'order-filled a', 'order-closed a']);
  });

  test.each(['answer', 'stream'])(
    'what fills on the way to a new order id is on top of it, %s first',
    async (first) => {
      const at = await openOrder();
      at.tracker.amending('a', to);
      at.tracker.observe(fill('f1', '1', { orderId: '7' }));
      at.tracker.observe(report('canceled', { orderId: '7', filled: '1', at: 1_150 }));
      const answer = (): void => at.tracker.amended('a', to, report('open', { orderId: '8' }));
      const told = report('open', { orderId: '8', clientOrderId: 'a', at: 1_151, terms: { ...buyTerms, amount: '4' } });
      if (first === 'answer') answer();
      at.tracker.observe(told);
      if (first === 'stream') answer();
      expect(plain(at.tracker.order('a'))).toMatchObject({ orderId: '8', state: 'open', amount: '5', filled: '1' });
    },
  );

  test('a replacement that the stream shows first is found by the id that it replaces', async () => {
    const at = await openOrder();
    at.tracker.amending('a', to);
    expect(at.tracker.observe(report('open', { orderId: '8', replaces: '7', terms: buyTerms }))).toBe(true);
    expect(at.tracker.byOrderId(market.symbol, '8')?.clientOrderId).toBe('a');
    expect(at.counts['orders.second-id']).toBeUndefined();
  });

  test('a failed amendment leaves the terms; one without an answer leaves a doubt', async () => {
    const at = await openOrder();
    at.tracker.amending('a', to);
    at.tracker.amendFailed('a', to, failure('refused'));
    expect([at.tracker.order('a')?.amount.toFixed(), at.tracker.isUncertain('a')]).toEqual(['10', false]);
    at.tracker.amending('a', to);
    at.tracker.amendFailed('a', to, failure('unknown'));
    expect([at.tracker.order('a')?.amount.toFixed(), at.tracker.isUncertain('a')]).toEqual(['10', true]);
    at.tracker.observe(report('open', { orderId: '7', at: 1_300, terms: { ...buyTerms, amount: '4' } }));
    expect([at.tracker.order('a')?.amount.toFixed(), at.tracker.isUncertain('a')]).toEqual(['4', false]);
  });

  test('an answer about another order does not amend', async () => {
    const at = await openOrder();
    at.tracker.amended('a', to, report('open', { orderId: '9', clientOrderId: 'b', terms: buyTerms }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ amount: '10', orderId: '7' });
    expect(at.tracker.isUncertain('a')).toBe(true);
  });

  test('an amount that the venue cuts is an amendment, what it shows of a market order is not', async () => {
    const at = await openOrder();
    at.tracker.observe(report('open', { orderId: '7', at: 1_300, terms: { side: 'buy', amount: '6' } }));
    expect(at.tracker.order('a')?.amount.toFixed()).toBe('6');
    await sendOrder(at, 'm', marketTerms('buy', '500', 'quote'));
    at.tracker.observe(report('open', { clientOrderId: 'm', at: 1_300, terms: { side: 'buy', amount: '6' } }));
    expect(at.tracker.order('m')?.amount.toFixed()).toBe('500');
  });
});
