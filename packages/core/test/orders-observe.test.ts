import { describe, expect, test } from 'vitest';

import {
  buyTerms,
  desk,
  fill,
  kindsOf,
  plain,
  report,
  sendOrder,
  stateOf,
  terms,
  type Desk,
} from './support/order-kit.js';

describe('observations', () => {
  test('what was told before is not news, nor written down again', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    const told = [
      report('open', { orderId: '7', clientOrderId: 'a', filled: '4', at: 10 }),
      fill('f1', '4', { orderId: '7' }),
      report('filled', { orderId: '7', clientOrderId: 'a', filled: '10', at: 12 }),
      fill('f2', '6', { orderId: '7' }),
    ];
    for (const observation of [...told, ...told, ...told.toReversed()]) at.tracker.observe(observation);
    expect(at.news()).toEqual(['order-opened a', 'order-filled a', 'order-filled a', 'order-closed a']);
    expect(await kindsOf(at)).toEqual(['intent', 'sent', 'ack', 'status', 'fill', 'status', 'fill']);
  });

  test('the state changes at once, the close waits for the fills', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.observe(report('filled', { orderId: '7', clientOrderId: 'a', filled: '10' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'filled', filled: '10', fillsComplete: false });
    expect(at.tracker.incomplete().map(({ clientOrderId }) => clientOrderId)).toEqual(['a']);
    expect(at.tracker.isIncomplete('a')).toBe(true);
    expect(at.news()).toEqual(['order-opened a']);
    at.tracker.observe(fill('f1', '10', { orderId: '7' }));
    expect(at.news()).toEqual(['order-filled a', 'order-closed a']);
    expect([at.tracker.incomplete(), at.tracker.isIncomplete('a')]).toEqual([[], false]);
  });

  test('an order that grew is incomplete while it is open', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'a', filled: '1' }));
    expect(at.tracker.isIncomplete('a')).toBe(true);
  });

  test('a fill carries the names of its order', async () => {
    const at = desk();
    await sendOrder(at, 'a', terms({ side: 'sell' }));
    at.tracker.answered('a', report('open', { orderId: '7' }));
    at.tracker.observe(fill('f1', '1', { clientOrderId: 'a' }));
    expect(at.told.at(-1)).toMatchObject({ fill: { orderId: '7', clientOrderId: 'a', side: 'sell' } });
  });

  test('a fill of a closed order is booked, and the order wants another look', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.answered('a', report('canceled', { orderId: '7', filled: '0' }));
    expect(at.tracker.observe(fill('late', '1', { orderId: '7' }))).toBe(true);
    expect(at.news()).toEqual(['order-opened a', 'order-closed a', 'order-filled a']);
    expect(at.tracker.isIncomplete('a')).toBe(true);
    at.tracker.observe(report('canceled', { orderId: '7', filled: '1' }));
    expect([at.tracker.isIncomplete('a'), at.news()]).toEqual([false, []]);
  });

  test('a fill of an unknown order is kept until the order is known by its id', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    expect(at.tracker.observe(fill('f1', '4', { orderId: '7' }))).toBe(false);
    expect(at.news()).toEqual([]);
    at.tracker.answered('a', report('open', { orderId: '7', clientOrderId: 'a' }));
    expect(at.news()).toEqual(['order-opened a', 'order-filled a']);
    expect(at.tracker.order('a')?.filled.toFixed()).toBe('4');
  });

  test('an order id means another order in another market', async () => {
    const at = desk();
    at.tracker.observe(fill('f1', '4', { orderId: '7', symbol: 'ETHUSDT' }));
    await sendOrder(at, 'a');
    at.tracker.answered('a', report('open', { orderId: '7' }));
    expect(at.tracker.order('a')?.filled.toFixed()).toBe('0');
  });

  test('a fill that names its order by client id brings the id for fills that came before', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.observe(fill('f1', '4', { orderId: '7' }));
    at.tracker.observe(fill('f2', '1', { orderId: '7', clientOrderId: 'a' }));
    expect(at.tracker.order('a')?.filled.toFixed()).toBe('5');
  });

  test('the two sides of a trade with oneself are two fills', async () => {
    const at = desk();
    await sendOrder(at, 'buy', terms({ side: 'buy' }));
    await sendOrder(at, 'sell', terms({ side: 'sell' }));
    at.tracker.answered('buy', report('open', { orderId: '1' }));
    at.tracker.answered('sell', report('open', { orderId: '2' }));
    at.tracker.observe(fill('same', '3', { orderId: '1', side: 'buy' }));
    at.tracker.observe(fill('same', '3', { orderId: '2', side: 'sell' }));
    expect(at.tracker.orders().map(({ filled }) => filled.toFixed())).toEqual(['3', '3']);
  });

  test('a fill on the other side of its order is nobody’s', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    expect(at.tracker.observe(fill('f1', '1', { clientOrderId: 'a', side: 'sell' }))).toBe(false);
    expect(at.tracker.order('a')?.filled.toFixed()).toBe('0');
    expect(at.counts['orders.contradiction']).toBe(1);
  });

  test('fills of orders that never become known go, the oldest first', async () => {
    const at = desk();
    for (let count = 0; count <= 1_000; count += 1) at.tracker.observe(fill(String(count), '1', { orderId: '7' }));
    expect(at.counts['orders.unclaimed-dropped']).toBe(1);
    await sendOrder(at, 'a', terms({ amount: '5000' }));
    at.tracker.answered('a', report('open', { orderId: '7' }));
    expect(at.tracker.order('a')?.filled.toFixed()).toBe('1000');
    expect(at.told.some(({ id }) => id === 'order-filled:a:0')).toBe(false);
  });

  test('an order of ours that is not known here is recovered, with the fills that came before', () => {
    const at = desk();
    at.tracker.observe(fill('f1', '4', { clientOrderId: 'hb1' }));
    const told = report('open', { orderId: '7', clientOrderId: 'hb1', filled: '4', at: 1_500, terms: buyTerms });
    expect(at.tracker.observe(told)).toBe(true);
    expect(plain(at.tracker.order('hb1'))).toEqual({
      clientOrderId: 'hb1',
      orderId: '7',
      pair: 'BTC-USDT',
      side: 'buy',
      type: 'limit',
      origin: 'recovered',
      canceling: false,
      amount: '10',
      amountIn: 'base',
      price: '100',
      state: 'open',
      filled: '4',
      averagePrice: '100',
      fees: {},
      fillsComplete: true,
      createdAt: 1_000,
    });
    expect(at.news()).toEqual(['order-opened hb1', 'order-filled hb1']);
  });

  test('an order of somebody else is external; one without a client id goes by its order id', () => {
    const at = desk();
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'web_1', terms: buyTerms }));
    at.tracker.observe(report('open', { orderId: '8', terms: { side: 'sell', amount: '1' } }));
    expect(at.tracker.orders().map(({ clientOrderId, origin, type }) => [clientOrderId, origin, type])).toEqual([
      ['web_1', 'external', 'limit'],
      ['BTCUSDT:8', 'external', 'market'],
    ]);
    at.tracker.cancelAnswered('BTCUSDT:8', report('canceled', { orderId: '8', clientOrderId: 'by-hand', filled: '0' }));
    expect(stateOf(at, 'BTCUSDT:8')).toBe('canceled');
  });

  test('a client id that somebody else uses again is another order', () => {
    const at = desk();
    at.tracker.observe(report('filled', { orderId: '7', clientOrderId: 'web', filled: '10', terms: buyTerms }));
    at.tracker.observe(report('open', { orderId: '8', clientOrderId: 'web', terms: buyTerms }));
    expect(at.tracker.orders().map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([
      ['web', 'filled'],
      ['BTCUSDT:8', 'open'],
    ]);
  });

  test('a report of an unknown order without terms, or of an unknown market, is nobody’s', () => {
    const at = desk();
    expect(at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'hb1' }))).toBe(false);
    expect(at.tracker.observe(report('open', { symbol: 'XYZ', orderId: '7', terms: buyTerms }))).toBe(false);
    expect(at.tracker.observe(report('open', { terms: buyTerms }))).toBe(false);
    expect([at.tracker.orders(), at.counts['orders.unclaimed']]).toEqual([[], 3]);
  });

  test('commands about orders that are not known are counted, no more', () => {
    const at = desk();
    at.tracker.sent('x');
    at.tracker.canceling('x');
    at.tracker.cancelAnswered('x', report('canceled', { clientOrderId: 'x' }));
    expect([at.tracker.orders(), at.counts['orders.untracked']]).toEqual([[], 2]);
  });

  test('an order that replaced another has what was left: with what was filled before, that is its amount', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    const told = { side: 'buy', price: '90', amount: '3' } as const;
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'a', filled: '4', at: 10 }));
    at.tracker.observe(report('open', { orderId: '8', clientOrderId: 'a', filled: '0', at: 11, terms: told }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ orderId: '8', amount: '10', price: '100' });
    at.tracker.observe(report('canceled', { orderId: '7', filled: '4', at: 12 }));
    at.tracker.observe(report('open', { orderId: '8', clientOrderId: 'a', filled: '0', at: 13, terms: told }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ orderId: '8', amount: '7', price: '90', filled: '4' });
  });

  test('a second order id under one of our client ids is counted and booked on the same order', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.answered('a', report('filled', { orderId: '7', filled: '10' }));
    at.tracker.observe(report('open', { orderId: '8', clientOrderId: 'a', filled: '1' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', filled: '11' });
    expect(at.counts['orders.second-id']).toBe(1);
  });
});

describe('an answer mixed up with another', () => {
  async function twoOrders(): Promise<Desk> {
    const at = desk();
    for (const [clientOrderId, orderId] of [
      ['a', '1'],
      ['b', '2'],
    ] as const) {
      await sendOrder(at, clientOrderId);
      at.tracker.answered(clientOrderId, report('open', { clientOrderId, orderId }));
    }
    at.tracker.canceling('b');
    return at;
  }

  test('is about the order of ours whose id it names', async () => {
    const at = await twoOrders();
    at.tracker.cancelAnswered('b', report('canceled', { clientOrderId: 'b', orderId: '1', filled: '0' }));
    expect([stateOf(at, 'a'), stateOf(at, 'b')]).toEqual(['canceled', 'open']);
    expect([at.tracker.order('b')?.orderId, at.tracker.isUncertain('b')]).toEqual(['2', true]);
  });

  test('is about no order when nobody knows the id and it names no other', async () => {
    const at = await twoOrders();
    const { clientOrderId: _clientOrderId, ...unnamed } = report('canceled', { orderId: '9', filled: '0' });
    at.tracker.cancelAnswered('b', unnamed);
    expect([stateOf(at, 'a'), stateOf(at, 'b')]).toEqual(['open', 'open']);
    expect([at.tracker.order('b')?.orderId, at.tracker.isUncertain('b')]).toEqual(['2', true]);
  });
});
