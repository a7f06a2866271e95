import { describe, expect, test } from 'vitest';

import {
  buyTerms,
  desk,
  failure,
  fill,
  marketTerms,
  plain,
  report,
  sendOrder,
  stateOf,
  type Desk,
} from './support/order-kit.js';

describe('orders whose client id the venue does not echo', () => {
  const quiet = (): Desk => desk({ echoesClientId: false });
  const shown = (orderId: string, change: object = {}): ReturnType<typeof report> =>
    report('open', { orderId, terms: buyTerms, ...change });

  test('the answer brings the id, also when the stream was faster', async () => {
    const at = quiet();
    await sendOrder(at, 'a');
    expect(at.tracker.observe(shown('7'))).toBe(false);
    at.tracker.observe(fill('f1', '1', { orderId: '7' }));
    expect(at.tracker.orders().length).toBe(1);
    at.tracker.answered('a', report('open', { orderId: '7' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', orderId: '7', filled: '1' });
  });

  test('a report without terms is kept for the answer, and is never a match by itself', async () => {
    const at = quiet();
    await sendOrder(at, 'a');
    at.tracker.observe(report('open', { orderId: '7', filled: '2' }));
    at.tracker.failed('a', failure('unknown'));
    expect(stateOf(at, 'a')).toBe('unknown');
    at.tracker.observe(shown('7'));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', orderId: '7', filled: '2' });
  });

  test('what is told again and again while it is kept takes no room', async () => {
    const at = quiet();
    await sendOrder(at, 'a');
    for (let count = 0; count < 1_001; count += 1) {
      at.tracker.observe(shown('7'));
      at.tracker.observe(fill('f1', '1', { orderId: '7', ...(count === 500 && { fee: '0.1' }) }));
    }
    at.tracker.answered('a', report('open', { orderId: '7' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ filled: '1', fees: { USDT: '0.1' } });
    expect(at.counts['orders.unclaimed-dropped']).toBeUndefined();
  });

  test('an unknown order is the one that looks like it', async () => {
    const at = quiet();
    await sendOrder(at, 'a');
    at.tracker.observe(shown('7'));
    at.tracker.failed('a', failure('unknown'));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', orderId: '7' });
    expect(at.counts['orders.matched-by-content']).toBe(1);
  });

  test('what looks otherwise, or is older than the order, is somebody else’s', async () => {
    const at = quiet();
    at.clock.now = 100_000;
    await sendOrder(at, 'a');
    at.tracker.failed('a', failure('unknown'));
    at.tracker.observe(shown('1', { terms: { ...buyTerms, price: '101' } }));
    at.tracker.observe(shown('2', { terms: { ...buyTerms, amount: '9' } }));
    at.tracker.observe(shown('3', { terms: { ...buyTerms, side: 'sell' } }));
    at.tracker.observe(shown('4', { at: 90_000 }));
    expect(at.tracker.orders().map(({ origin }) => origin)).toEqual([
      'ours',
      'external',
      'external',
      'external',
      'external',
    ]);
    expect(stateOf(at, 'a')).toBe('unknown');
  });

  test('two orders of ours that it could be stay unknown', async () => {
    const at = quiet();
    for (const clientOrderId of ['a', 'b']) {
      await sendOrder(at, clientOrderId);
      at.tracker.failed(clientOrderId, failure('unknown'));
    }
    expect(at.tracker.observe(shown('7'))).toBe(false);
    expect(at.tracker.orders().map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  });

  test('two orders at the venue that could be ours leave it unknown', async () => {
    const at = quiet();
    await sendOrder(at, 'a');
    at.tracker.observe(shown('7'));
    at.tracker.observe(shown('8'));
    at.tracker.observe(shown('9', { terms: { ...buyTerms, amount: '3' } }));
    at.tracker.failed('a', failure('unknown'));
    expect(at.tracker.orders().map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([
      ['a', 'unknown'],
      ['BTCUSDT:9', 'open'],
    ]);
  });

  test('what was kept is somebody else’s once our order is refused', async () => {
    const at = quiet();
    await sendOrder(at, 'a');
    at.tracker.observe(shown('7'));
    at.tracker.failed('a', failure('refused'));
    expect(at.tracker.orders().map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([
      ['a', 'rejected'],
      ['BTCUSDT:7', 'open'],
    ]);
  });

  test('a market order in quote units is told by market and side', async () => {
    const at = quiet();
    await sendOrder(at, 'a', marketTerms('buy', '500', 'quote'));
    at.tracker.failed('a', failure('unknown'));
    at.tracker.observe(report('open', { orderId: '7', terms: { side: 'buy', amount: '5' } }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', orderId: '7', amount: '500' });
  });

  test('where the venue echoes client ids, a report without one is never guessed to be ours', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.failed('a', failure('unknown'));
    expect(at.tracker.observe(shown('7'))).toBe(false);
    expect(at.tracker.orders().map(({ state }) => state)).toEqual(['unknown']);
    at.tracker.observe(report('open', { orderId: '7', clientOrderId: 'a' }));
    expect(plain(at.tracker.order('a'))).toMatchObject({ state: 'open', orderId: '7' });
  });
});
