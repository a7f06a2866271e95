import { toUtf8 } from '@hb/connector-core';

import { assert, assertError, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { Rewrite } from '../request-tap.js';
import { gzip } from '../node-watch.js';
import type { World } from '../world.js';
import { html, replaceNumbers, storyOf, textOf, withBody } from './support.js';

const source = 'bad input';
const megabyte = 1_048_576;
const longId = '8389765929445198309';

/** What venues answer when they are not well. */
export const answerCases: readonly CaseDefinition[] = [
  {
    id: 'input-html',
    source,
    title: 'a page in place of an answer ends no order and is named as what it is',
    run: (world) =>
      survivesAnswer(world, (answer) => ({ ...answer, headers: { 'content-type': 'text/html' }, body: html })),
  },
  {
    id: 'input-half-body',
    source,
    title: 'half an answer ends no order',
    run: (world) => survivesAnswer(world, (answer) => withBody(answer, (body) => body.slice(0, body.length >> 1))),
  },
  {
    id: 'input-50-mb',
    source,
    title: 'an answer of 50 MB is not taken in, and the next one is',
    run: (world) =>
      refusesBody(world, (answer) => ({ ...answer, body: afterSpaces(50 * megabyte, textOf(answer.body)) })),
  },
  {
    id: 'input-gzip-bomb',
    source,
    title: 'an answer that inflates to 50 MB is not taken in, and the next one is',
    run: (world) =>
      refusesBody(world, (answer) => ({
        ...answer,
        headers: { ...answer.headers, 'content-encoding': 'gzip' },
        body: gzip(afterSpaces(50 * megabyte, textOf(answer.body))),
      })),
  },
  {
    id: 'input-answer-nan',
    source,
    title: 'NaN in an answer is refused with a word on where, and balances stay as they were',
    run: (world) => refusesBody(world, (answer) => withBody(answer, (body) => replaceNumbers(body, 'NaN'))),
  },
  {
    id: 'input-answer-huge-exponent',
    source,
    title: '1e1000000 in an answer is refused, and balances stay as they were',
    run: (world) => refusesBody(world, (answer) => withBody(answer, (body) => replaceNumbers(body, '1e1000000'))),
  },
  {
    id: 'input-19-digit-id',
    source,
    title: 'an order id of 19 digits keeps every one of them',
    run: async (world) => {
      const { start, place, http, streams, main, connector, settle } = world;
      await start();
      const id = new RegExp(`(?<![\\d.])${nextId(world)}(?![\\d.])`, 'g');
      const lengthen = (text: string): string => text.replaceAll(id, longId);
      http.rewrite('place', (answer) => withBody(answer, lengthen), 1);
      streams.change(
        ({ events }) => events.some(({ type }) => type === 'order'),
        (message) => [lengthen(textOf(message))],
        10,
      );
      const order = await place();
      assertSame(order.orderId, longId, 'orderId');
      await settle(connector.cancel(order.clientOrderId).catch((error: unknown) => world.errors.push(error)));
      const asked = [...http.requests('cancel'), ...http.requests('fetchOrder')].map(
        ({ path, query, body }) => path + query + body,
      );
      assert(
        asked.length > 0 && asked.every((text) => !/838976592944519\d{4}/.test(text) || text.includes(longId)),
        'digits were lost',
      );
      assertSame(main.orders().length, 1, 'orders at the venue');
    },
  },
];

/** A body that is right in all but its size. */
function afterSpaces(bytes: number, text: string): Uint8Array {
  const body = toUtf8(text);
  const padded = new Uint8Array(bytes + body.length).fill(0x20);
  padded.set(body, bytes);
  return padded;
}

/** The id that the venue's next order will have. */
function nextId({ engine, main }: World): string {
  const last = Math.max(
    ...engine.log.flatMap((event) =>
      event.type === 'order' && event.order.market === main.symbol ? [event.order.orderId] : [],
    ),
  );
  return String(last + 1);
}

/** The venue takes an order, and its answer is spoiled: the order must be found all the same, once. */
async function survivesAnswer(world: World, change: Rewrite): Promise<void> {
  const { start, place, http, main, until } = world;
  await start();
  http.rewrite('place', change);
  const { clientOrderId } = await place();
  await until(() => world.order(clientOrderId).state === 'open', 'the order is found', 30_000);
  assertSame([http.requests('place').length, main.orders().length], [1, 1], 'requests and orders');
  assertSame(
    storyOf(world, clientOrderId).filter((type) => type !== 'order-uncertain'),
    ['order-opened'],
    'events',
  );
}

/** The answer with the balances is spoiled: nothing changes, and the next one counts. */
async function refusesBody(world: World, change: Rewrite): Promise<void> {
  const { start, http, connector, rejection, settle, main, engine, account } = world;
  await start();
  const before = present(connector.balances().get(main.pays('sell')), main.pays('sell'));
  let isSpoiled = false;
  http.rewrite('fetchBalances', (answer, request) => {
    const changed = change(answer, request);
    isSpoiled = changed.body !== answer.body;
    return changed;
  });
  assertError(await rejection(connector.refresh('balances')), { kind: 'bad-response' });
  assert(isSpoiled, 'the answer was not changed');
  assertSame(connector.balances().get(main.pays('sell')), before, `balance of ${main.pays('sell')}`);
  engine.deposit(account, main.pays('sell'), '1');
  await settle(connector.refresh('balances'));
  assertSame(
    connector.balances().get(main.pays('sell'))?.total,
    before.total.plus('1'),
    `balance of ${main.pays('sell')} after the next answer`,
  );
}
