import { expect, test } from 'vitest';

import { createMemoryJournal, type Journal } from '../../src/index.js';
import type { Reply } from '../support/connector-http.js';
import { dydx } from './dydx.js';
import { answer, parsed } from './support/fixture.js';
import { createNumbers, type Numbers } from './support/numbers.js';
import { at, changed, list } from './support/read.js';
import { createWorld, type World } from './support/world.js';

const { body: subscribed } = answer('dydx.orderbook-subscribed');
const { body: update } = answer('dydx.orderbook-data');
const { body: account } = answer('dydx.subaccounts');
const order = { pair: 'ETH-USD', side: 'buy', type: 'limit', amount: '1', price: '1948.65' } as const;

type DydxWorld = World & Numbers & { readonly written: readonly string[] };

function open(reply: () => Reply = () => ({ body: { code: 0 } })): DydxWorld {
  const numbers = createNumbers('message_id');
  const written: string[] = [];
  const world = createWorld(
    dydx,
    {
      answers: {
        'GET /v4/height': () => ({ body: { height: '61180', time: '2023-04-04T19:09:24.869Z' } }),
        'POST /broadcast_tx_sync': () => {
          written.push('broadcast');
          return reply();
        },
      },
      message: (peer, sent) => {
        const message = parsed(sent);
        if (at(message, 'type') !== 'subscribe') return;
        if (peer.received.length === 1) peer.send(numbers.next(peer, { type: 'connected' }));
        if (at(message, 'channel') === 'v4_orderbook') peer.send(numbers.next(peer, subscribed));
      },
    },
    recorded(written),
  );
  return { ...world, ...numbers, written };
}

/** A journal that notes down when what was written, and when it was safe. */
function recorded(written: string[]): Journal {
  const memory = createMemoryJournal({ now: () => 0 });
  return {
    ...memory,
    append: (clientOrderId, entry) => {
      written.push(entry.kind === 'prepared' ? `prepared ${entry.orderId === clientOrderId}` : entry.kind);
      return memory.append(clientOrderId, entry);
    },
    durable: () => {
      written.push('durable');
      return Promise.resolve();
    },
  };
}

/** The documented message about our order, in another state and with as much filled. */
function told(clientId: string, status: string, totalFilled: string): object {
  const [report] = list(account, 'contents', 'orders');
  const [fill] = list(account, 'contents', 'fills');
  const fills = totalFilled === '0' ? [] : [changed(fill, { clientId, size: totalFilled })];
  return changed(account, { contents: { orders: [changed(report, { clientId, status, totalFilled })], fills } });
}

test('the number of an order and the bytes that bind it to a height are safe before anything leaves', async () => {
  const { connector, run, requests, written } = open();
  await run(connector.start());
  const placed = await run(connector.place(order));
  expect(written.slice(written.indexOf('intent')).slice(0, 5)).toEqual([
    'intent',
    'durable',
    'prepared true',
    'durable',
    'sent',
  ]);
  expect(written.indexOf('broadcast')).toBeGreaterThan(written.indexOf('sent'));
  expect(requests.filter(({ what }) => what.startsWith('POST')).map(({ params }) => params['tx'])).toEqual([
    expect.stringContaining(`"clientId":"${placed.clientOrderId}","clobPairId":"1","goodTilBlock":61200`),
  ]);
  expect([placed.state, placed.orderId]).toEqual(['open', placed.clientOrderId]);
  expect(Number(placed.clientOrderId)).toBeLessThan(2 ** 32);
});

test('an order whose broadcast is lost goes out once, and what the indexer says of its number settles it', async () => {
  const { connector, run, say, numbered, written } = open(() => 'lost');
  await run(connector.start());
  const { clientOrderId, state } = await run(connector.place(order));
  await say('v4_subaccounts', numbered(told(clientOrderId, 'FILLED', '1')));
  const settled = connector.order(clientOrderId);
  expect([state, settled?.state, settled?.filled.toFixed(), settled?.averagePrice?.toFixed()]).toEqual([
    'unknown',
    'filled',
    '1',
    '1854.25',
  ]);
  expect(written.filter((what) => what === 'broadcast')).toHaveLength(1);
});

test('a cancel that is best effort leaves the order open, and a fill after it counts', async () => {
  const { connector, run, say, numbered } = open();
  await run(connector.start());
  const { clientOrderId } = await run(connector.place(order));
  await say('v4_subaccounts', numbered(told(clientOrderId, 'BEST_EFFORT_CANCELED', '0')));
  expect(connector.order(clientOrderId)?.state).toBe('open');
  await say('v4_subaccounts', numbered(told(clientOrderId, 'FILLED', '1')));
  expect([connector.order(clientOrderId)?.state, connector.order(clientOrderId)?.fillsComplete]).toEqual([
    'filled',
    true,
  ]);
});

test('levels are objects in a snapshot and lists in an update, numbered over the connection', async () => {
  const { connector, run, say, numbered } = open();
  await run(connector.start({ pairs: ['BTC-USD'] }));
  await say('v4_orderbook', numbered(update));
  const book = connector.book('BTC-USD');
  expect([book?.state, book?.depth(9).bids.at(0), book?.depth(9).bids.at(-1)]).toEqual([
    'live',
    ['28194', '4.764826096'],
    ['27773', '1.986168516'],
  ]);
  await say('v4_orderbook', numbered(update, 1));
  expect(book?.state).toBe('stale');
});
