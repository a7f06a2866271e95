import { describe, expect, test } from 'vitest';

import { desk, failure, fill, market, marketTerms, report, sendOrder, terms, texts } from './support/order-kit.js';

describe('reservations', () => {
  test('buys hold quote back, sells base, until they are filled or over', async () => {
    const at = desk();
    await sendOrder(at, 'buy', terms({ side: 'buy', amount: '10', price: '100' }));
    await sendOrder(at, 'sell', terms({ side: 'sell', amount: '3' }));
    expect(texts(at.tracker.reserved())).toEqual({ USDT: '1000', BTC: '3' });
    expect(texts(at.tracker.inFlight())).toEqual({ USDT: '1000', BTC: '3' });
    at.tracker.answered('buy', report('open', { orderId: '1', filled: '4' }));
    at.tracker.answered('sell', report('open', { orderId: '2' }));
    at.tracker.observe(fill('f1', '1', { orderId: '2' }));
    expect(texts(at.tracker.reserved())).toEqual({ USDT: '600', BTC: '2' });
    expect(texts(at.tracker.inFlight())).toEqual({});
    at.tracker.observe(report('canceled', { orderId: '1', filled: '4' }));
    at.tracker.observe(report('canceled', { orderId: '2', filled: '1' }));
    expect(texts(at.tracker.reserved())).toEqual({});
  });

  test('unknown orders hold back, refused ones do not', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    await sendOrder(at, 'b');
    at.tracker.failed('a', failure('unknown'));
    at.tracker.failed('b', failure('refused'));
    expect(texts(at.tracker.reserved())).toEqual({ USDT: '1000' });
  });

  test('a market order holds back what it spends where that is known', async () => {
    const at = desk();
    await sendOrder(at, 'a', marketTerms('buy', '500', 'quote'));
    await sendOrder(at, 'b', marketTerms('sell', '2', 'base'));
    await sendOrder(at, 'c', marketTerms('buy', '2', 'base'));
    await sendOrder(at, 'd', marketTerms('sell', '500', 'quote'));
    expect(texts(at.tracker.reserved())).toEqual({ USDT: '500', BTC: '2' });
    at.tracker.observe(fill('f1', '2', { clientOrderId: 'a' }));
    expect(texts(at.tracker.reserved())).toEqual({ USDT: '300', BTC: '2' });
  });

  test('an order that is filled beyond its amount holds nothing back', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    at.tracker.observe(fill('f1', '11', { clientOrderId: 'a' }));
    expect(texts(at.tracker.reserved())).toEqual({});
  });
});

describe('views', () => {
  test('orders that are open and ours are counted as they come and go', async () => {
    const at = desk();
    const counted = () => [
      at.tracker.openOfOurs(),
      at.tracker.orders({ open: true }).filter(({ origin }) => origin !== 'external').length,
    ];
    await sendOrder(at, 'a');
    await sendOrder(at, 'b');
    expect(counted()).toEqual([2, 2]);
    at.tracker.answered('a', report('open', { orderId: '1' }));
    at.tracker.failed('b', failure('refused'));
    expect(counted()).toEqual([1, 1]);
    at.tracker.observe(report('canceled', { orderId: '1' }));
    expect(counted()).toEqual([0, 0]);
  });

  test('orders are listed by whether they are over and by pair', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    await sendOrder(at, 'b');
    at.tracker.failed('a', failure('refused'));
    const ids = (filter?: Parameters<typeof at.tracker.orders>[0]): readonly string[] =>
      at.tracker.orders(filter).map(({ clientOrderId }) => clientOrderId);
    expect([
      ids(),
      ids({ open: true }),
      ids({ open: false }),
      ids({ pair: 'BTC-USDT', open: true }),
      ids({ pair: 'X-Y' }),
    ]).toEqual([['a', 'b'], ['b'], ['a'], ['b'], []]);
  });

  test('a list is made once until something changes', async () => {
    const at = desk();
    await sendOrder(at, 'a');
    const before = at.tracker.orders({ open: true });
    expect(at.tracker.orders({ open: true })).toBe(before);
    at.tracker.failed('a', failure('unknown'));
    expect(at.tracker.orders({ open: true })).not.toBe(before);
    expect(before.map(({ state }) => state)).toEqual(['sent']);
  });

  test('an order that is not known is undefined', () => {
    expect(desk().tracker.order('x')).toBeUndefined();
  });

  test('closed orders are forgotten when they are too many, the oldest first, in the journal too', async () => {
    const at = desk({ keepClosed: 2 });
    await sendOrder(at, 'open');
    for (const clientOrderId of ['a', 'b', 'c', 'd']) {
      await sendOrder(at, clientOrderId);
      at.tracker.answered(clientOrderId, report('canceled', { orderId: clientOrderId, filled: '0' }));
    }
    expect(at.tracker.orders().map(({ clientOrderId }) => clientOrderId)).toEqual(['open', 'c', 'd']);
    expect(at.tracker.byOrderId(market.symbol, 'a')).toBeUndefined();
    const kept = new Set<string>();
    for await (const { clientOrderId } of at.journal.read()) kept.add(clientOrderId);
    expect([...kept]).toEqual(['open', 'c', 'd']);
  });
});
