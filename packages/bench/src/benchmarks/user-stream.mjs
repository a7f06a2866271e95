import { decimal } from '@hb/connector-core';

import { openAccount } from '../venues/account-binance.mjs';
import { toCancelled, toHalfFilled } from '../venues/order-messages.mjs';

const orders = 900;
const half = '0.001';
const terms = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.002', price: '50000' };

/** Each order is filled by half and cancelled: two messages an order, all in one burst, and what a listener hears of it. */
export async function userStream({ quick }) {
  const { connector, tell } = await openAccount();
  const placed = [];
  for (let index = 0; index < orders; index += 1) placed.push(await connector.place(terms));
  let heard = 0;
  for (const type of ['order-filled', 'order-closed']) connector.on(type, () => (heard += 1));
  const messages = placed.flatMap((order, index) => [
    toHalfFilled(order, index + 1),
    toCancelled(order, decimal(half)),
  ]);
  const start = performance.now();
  for (const message of messages) tell(message);
  while (heard < messages.length && performance.now() - start < 10_000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const elapsed = performance.now() - start;
  const ended = connector.orders().filter(isAsTold).length;
  await connector.stop({ orders: 'keep' });
  const all = { unit: '', kind: 'count', atLeast: messages.length, atMost: messages.length };
  return [
    { what: `events for ${messages.length} changes of orders in a burst`, figure: heard, ...all },
    ...(quick ? [] : [await ofCcxt(messages)]),
    { what: 'orders that ended as they were told to', figure: ended, unit: '', kind: 'count', atLeast: orders },
    {
      ...{ what: 'one change, from its bytes to its event', unit: 'µs', kind: 'time' },
      figure: (1_000 * elapsed) / messages.length,
    },
  ];
}

/** Its caller hears of an order as it is when he asks. */
async function ofCcxt(messages) {
  const { countHeard } = await import('../peers/ccxt-account.mjs');
  const figure = await countHeard(messages);
  if (figure < orders) throw new Error(`ccxt heard of ${figure} changes alone: it does not listen`);
  return { what: "of these that ccxt's watchOrders tells", figure, unit: '', kind: 'count' };
}

const isAsTold = ({ state, filled, fees }) =>
  state === 'canceled' && filled.toFixed() === half && fees[0]?.amount.toFixed() === '0.000001';
