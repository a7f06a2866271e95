import type { OrderRequest } from '@hb/connector-core';

import { assert, assertError, assertSame } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { World } from '../world.js';

const source = 'bad input';

/** What callers get wrong. */
export const inputCases: readonly CaseDefinition[] = [
  {
    id: 'input-wrong-pair',
    source,
    title: 'a pair that the venue does not have is named in the refusal, with the right spelling where there is one',
    run: async (world) => {
      const { start, place, connector, rejection, main, http } = world;
      await start();
      const misspelt = main.pair.toLowerCase().replace('-', '/');
      const expected = { kind: 'invalid-request', outcome: 'not-sent', says: 'NO-SUCH' } as const;
      assertError(await rejection(place({ pair: 'NO-SUCH' })), expected);
      assertError(await rejection(place({ pair: misspelt })), { ...expected, says: `did you mean ${main.pair}?` });
      assertError(await rejection(connector.watch('NO-SUCH')), expected);
      assertError(await rejection(connector.quote('NO-SUCH', 'buy', { base: main.amount })), expected);
      assertSame(http.requests('place').length, 0, 'requests');
    },
  },
  {
    id: 'input-price-rounds-to-nothing',
    source,
    title: 'a price that rounds to nothing is named in the refusal',
    run: (world) =>
      refusesOrder(world, {
        price: world.main.priceStep.div('4').toFixed(),
        says: world.main.priceStep.div('4').toFixed(),
      }),
  },
  {
    id: 'input-amount-too-small',
    source,
    title: 'an amount below the least is named in the refusal, and so is one that rounds to nothing',
    run: async (world) => {
      const tiny = world.main.amountStep.div('4').toFixed();
      await refusesOrder(world, { amount: tiny, says: tiny });
    },
  },
  {
    id: 'input-number',
    source,
    title: 'a number where a decimal belongs is refused with a word on how to pass it',
    run: async (world) => {
      const { start, connector, request, rejection, http } = world;
      await start();
      const untyped: object = { ...request(), amount: 0.1 };
      assert(isRequest(untyped), 'an order request has a pair');
      const error = await rejection(connector.place(untyped));
      assertError(error, { kind: 'invalid-request', outcome: 'not-sent', says: /'0\.1'|"0\.1"/ });
      assertSame(http.requests('place').length, 0, 'requests');
    },
  },
  {
    id: 'input-nan',
    source,
    title: 'NaN, Infinity, nothing and blanks are refused',
    run: async (world) => {
      for (const text of ['NaN', 'Infinity', '', ' ', '-', '0x10', '1,5', '٣'])
        await refusesOrder(world, { amount: text, says: 'amount' });
    },
  },
  {
    id: 'input-huge-exponent',
    source,
    title: '1e1000000 is refused at once',
    run: (world) => refusesOrder(world, { price: '1e1000000', says: '1e1000000' }),
  },
  {
    id: 'input-not-positive',
    source,
    title: 'zero and less are refused',
    run: async (world) => {
      for (const text of ['0', '-1', '-0']) await refusesOrder(world, { amount: text, says: 'amount' });
    },
  },
  {
    id: 'input-unknown-order',
    source,
    title: 'an unknown order id is named in the refusal, and nothing is asked of the venue',
    run: async (world) => {
      const { start, connector, rejection, http, settle } = world;
      await start();
      const sent = http.requests().length;
      assertError(await rejection(connector.cancel('no-such-order')), { outcome: 'not-sent', says: 'no-such-order' });
      assertError(await rejection(connector.closed('no-such-order')), { outcome: 'not-sent', says: 'no-such-order' });
      if (connector.amend !== undefined) {
        assertError(await rejection(connector.amend('no-such-order', { amount: '1' })), {
          outcome: 'not-sent',
          says: 'no-such-order',
        });
      }
      assertSame(connector.order('no-such-order'), undefined, 'the order');
      await settle(
        connector
          .refresh({ clientOrderId: 'no-such-order' })
          .catch((error: unknown) => assertError(error, { outcome: 'not-sent' })),
      );
      assertSame(http.requests().length, sent, 'requests');
    },
  },
  {
    id: 'input-used-id',
    source,
    title: 'a client order id that was used before is refused here, and the first order stays as it is',
    run: async (world) => {
      const { start, place, rejection, http } = world;
      await start();
      const { clientOrderId } = await place();
      assertError(await rejection(place({ clientOrderId })), {
        kind: 'invalid-request',
        outcome: 'not-sent',
        says: clientOrderId,
      });
      assertSame([http.requests('place').length, world.order(clientOrderId).state], [1, 'open'], 'requests and state');
    },
  },
  {
    id: 'input-bad-id',
    source,
    title: 'a client order id that the venue would not take is refused here',
    lacks: ({ orders }) => (orders.clientId.form === 'none' ? 'orders.clientId.form' : undefined),
    run: async (world) => {
      const { start, place, rejection, http } = world;
      await start();
      for (const clientOrderId of ['', 'two words', 'x'.repeat(300), 'Ünïcode']) {
        assertError(await rejection(place({ clientOrderId })), { kind: 'invalid-request', outcome: 'not-sent' });
      }
      assertSame(http.requests('place').length, 0, 'requests');
    },
  },
  {
    id: 'input-missing-credentials',
    source,
    title: 'without credentials there is market data, and no order leaves',
    world: { credentials: 'none' },
    run: async (world) => {
      const { start, connector, place, rejection, http, main } = world;
      await start();
      assertSame(
        [connector.status.ready, connector.status.account, connector.book(main.pair)?.state],
        [true, 'none', 'live'],
        'status',
      );
      assertError(await rejection(place()), { outcome: 'not-sent', says: 'credentials' });
      assertError(await rejection(connector.refresh('balances')), {
        kind: 'auth',
        outcome: 'not-sent',
        says: 'credentials',
      });
      assertSame(http.requests('place').length, 0, 'requests');
    },
  },
  {
    id: 'input-wrong-credentials',
    source,
    title: 'with wrong credentials there is no start, and the error says that they are wrong',
    world: { credentials: 'wrong' },
    run: async (world) => {
      const { connector, rejection, http, advance, ports } = world;
      assertError(await rejection(connector.start()), { kind: 'auth' });
      const sent = http.requests().length;
      await advance(60_000);
      assertSame([http.requests().length, ports.connections()], [sent, 0], 'requests and sockets after the refusal');
    },
  },
];

/** Believes what a caller without types passes. */
function isRequest(value: object): value is OrderRequest {
  return 'pair' in value;
}

async function refusesOrder(
  world: World,
  { says, ...terms }: { readonly amount?: string; readonly price?: string; readonly says: string },
): Promise<void> {
  const { start, place, rejection, http, main, connector } = world;
  await start();
  assertError(await rejection(place(terms)), { kind: 'invalid-request', outcome: 'not-sent', says });
  assertSame([http.requests('place').length, main.orders().length], [0, 0], 'requests and orders');
  assertSame(connector.orders({ open: true }), [], 'open orders');
}
