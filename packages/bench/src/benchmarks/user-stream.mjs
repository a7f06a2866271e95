import { openAccount } from '../venues/account-binance.mjs';

const orders = 900;
const at = 1_767_225_600_000;

/** Each order is filled by half and cancelled: two messages an order, all in one burst, and what a listener hears of it. */
export async function userStream() {
  const { connector, tell } = await openAccount();
  const placed = [];
  for (let index = 0; index < orders; index += 1) {
    placed.push(
      await connector.place({ pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.002', price: '50000' }),
    );
  }
  let heard = 0;
  for (const type of ['order-filled', 'order-closed']) connector.on(type, () => (heard += 1));
  const messages = placed.flatMap((order, index) => [filled(order, index), canceled(order, index)]);
  const start = performance.now();
  for (const message of messages) tell(message);
  while (heard < messages.length && performance.now() - start < 10_000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const elapsed = performance.now() - start;
  await connector.stop({ orders: 'keep' });
  return [
    {
      what: `events for ${messages.length} changes of orders in a burst`,
      figure: heard,
      unit: '',
      kind: 'count',
      atLeast: messages.length,
      atMost: messages.length,
    },
    {
      what: 'one change, from its bytes to its event',
      figure: (1_000 * elapsed) / messages.length,
      unit: 'µs',
      kind: 'time',
    },
  ];
}

const filled = (order, index) =>
  report(order, {
    x: 'TRADE',
    X: 'PARTIALLY_FILLED',
    z: '0.00100000',
    Z: '50.00000000',
    t: index + 1,
    l: '0.00100000',
    L: '50000.00000000',
    n: '0.00000100',
    N: 'BTC',
    T: at,
  });

const canceled = (order, index) =>
  report(order, {
    x: 'CANCELED',
    X: 'CANCELED',
    z: '0.00100000',
    Z: '50.00000000',
    t: -1,
    l: '0.00000000',
    L: '0.00000000',
    n: '0',
    N: null,
    T: at + 1 + index,
  });

/** @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update */
function report({ clientOrderId, orderId }, changed) {
  const event = {
    ...{
      e: 'executionReport',
      E: at,
      s: 'BTCUSDT',
      S: 'BUY',
      o: 'LIMIT',
      f: 'GTC',
      q: '0.00200000',
      p: '50000.00000000',
    },
    ...{ C: '', r: 'NONE', m: true, c: clientOrderId },
    ...changed,
  };
  return `{"subscriptionId":0,"event":${JSON.stringify(event).replace('{', `{"i":${orderId},`)}}`;
}
