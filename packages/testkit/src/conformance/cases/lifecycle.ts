import { decodeJson } from '@hb/connector-core';

import { assert, assertError, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import { elapsedMs, heapInUse } from '../node-watch.js';
import type { World } from '../world.js';
import { losesNothingInACrash } from './restart.js';
import { accountStream, isTrueBook, marketStream, ofAccount, ofBook, storyOf } from './support.js';

const source = 'hummingbot §3.4';

/** Several connectors, stopping, and what a long run costs. */
export const lifecycleCases: readonly CaseDefinition[] = [
  {
    id: 'gap-stop',
    source,
    title: 'stop() leaves no socket, no timer and no task, whatever was under way, and says what is left at the venue',
    run: leavesNothing,
  },
  {
    id: 'gap-stop-cancel',
    source,
    title: "stop({ orders: 'cancel' }) cancels what is open, and stop() alone leaves it",
    run: async (world) => {
      const { start, place, connector, settle, main } = world;
      await start();
      const placed = [await place(), await place({ price: main.away(-1) })];
      const left = await settle(connector.stop({ orders: 'cancel' }));
      assertSame([left.open, left.uncertain], [[], []], 'orders left');
      assertSame(
        placed.map(({ clientOrderId }) => main.order(clientOrderId).status),
        ['canceled', 'canceled'],
        'orders at the venue',
      );
    },
  },
  {
    id: 'gap-two-bots',
    source: 'hummingbot §3.7',
    title: 'two connectors on one account make no ids twice, and neither cancels what the other placed',
    lacks: ({ orders }) => {
      return orders.clientId.form === 'text'
        ? undefined
        : 'prefix in orders.clientId: ids of all connectors look alike';
    },
    world: { connector: { clientIdPrefix: 'one' } },
    run: async (world) => {
      const { start, place, connector, settle, main, advance } = world;
      await start();
      const another = world.second({ connector: { clientIdPrefix: 'two' } });
      await settle(another.start({ pairs: [main.pair] }));
      const mine = await place();
      const theirs = await settle(another.place(world.request({ price: main.away(-1) })));
      await advance(2_000);
      assertSame(
        connector.order(theirs.clientOrderId)?.origin ?? 'external',
        'external',
        'origin of the other’s order',
      );
      const canceled = await settle(connector.cancelAll());
      assertSame(
        canceled.map(({ clientOrderId }) => clientOrderId),
        [mine.clientOrderId],
        'orders cancelled',
      );
      assertSame(main.order(theirs.clientOrderId).status, 'open', 'the other’s order');
      const ids = [connector, another].flatMap((each) => Array.from({ length: 200 }, () => each.newClientOrderId()));
      assertSame(new Set(ids).size, ids.length, 'different client order ids');
    },
  },
  {
    id: 'gap-sub-accounts',
    source,
    title: 'an account below another one is used without mixing the two up',
    lacks: () => 'member for accounts below an account: a connector is one account, with credentials of its own',
    run: () => Promise.resolve(),
  },
  {
    id: 'gap-restart',
    source,
    title: 'after a crash and a restart every order is known, and every event is told once',
    note: 'an event may be told again after a crash, with the same id',
    world: { connector: { data: 'data' } },
    run: losesNothingInACrash,
  },
  {
    id: 'gap-memory',
    source,
    title: 'memory does not grow with the number of messages: good, repeated and malformed ones',
    run: staysSmall,
  },
  {
    id: 'gap-throughput',
    source,
    title: 'a market message takes at most 15 times as long as decoding its JSON',
    run: isFastEnough,
  },
];

async function leavesNothing(world: World): Promise<void> {
  const { start, place, connector, settle, streams, http, main, clock, fixture, ports, advance } = world;
  await start();
  const { clientOrderId } = await place();
  http.strike('place', { kind: 'http.response.lost' });
  streams.change(ofAccount(world), () => [], 1_000);
  const uncertain = await place({ price: main.away(-1) });
  streams.drop(marketStream(world));
  if (world.spec.accountStreams.length > 0) streams.drop(accountStream(world));
  http.strike('fetchOrder', { kind: 'http.response.lost', times: 100 });
  await advance(300);
  const left = await settle(connector.stop());
  assertSame(
    [...left.open, ...left.uncertain]
      .map((order) => order.clientOrderId)
      .filter(unique)
      .sort(),
    [clientOrderId, uncertain.clientOrderId].sort(),
    'orders left',
  );
  const sent = http.requests().length;
  await advance(20_000);
  assertSame(
    [ports.connections(), connector.status.ready, connector.status.account],
    [0, false, 'none'],
    'sockets, ready, account',
  );
  assertSame(http.requests().length, sent, 'requests after stop()');
  assertError(await world.rejection(connector.place(world.request())), { outcome: 'not-sent' });
  fixture.venue.stop();
  assertSame(clock.pending, 0, 'timers left');
  assertSame(main.order(clientOrderId).status, 'open', 'the order that was to be kept');
}

function unique(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}

const messages = 1_000;
const warmUps = 4;
const blocks = 5;
const rounds = 3;
/** What is kept of each message would be more. */
const mostBytes = 160;

async function staysSmall(world: World): Promise<void> {
  const { start, place, main, streams, until, advance, connector, forget } = world;
  await start();
  const { clientOrderId } = await place();
  const kept: { readonly stream: string; readonly message: string | Uint8Array }[] = [];
  const keep =
    (stream: string) =>
    (message: string | Uint8Array): readonly (string | Uint8Array)[] => {
      kept.push({ stream, message });
      return [message];
    };
  streams.change(ofBook(main), keep(marketStream(world)), 2);
  if (world.spec.accountStreams.length > 0) streams.change(ofAccount(world), keep(accountStream(world)), 3);
  main.take('buy', main.price, main.amount);
  await until(() => storyOf(world, clientOrderId).includes('order-closed'), 'the order is filled', 70_000);
  await advance(1_000);
  assert(kept.length > 0, 'no message was recorded');

  const encoder = new TextEncoder();
  const repeat = async (): Promise<void> => {
    for (let count = 0; count < messages; count += 1) {
      const one = kept[count % kept.length];
      if (one === undefined) continue;
      const text = count % 10 === 9 ? '{"half": "a fra' : one.message;
      for (const on of world.handlers(one.stream))
        on.frame(typeof text === 'string' ? encoder.encode(text) : text.slice());
    }
    await advance(500);
    forget();
  };
  for (let round = 0; round < warmUps; round += 1) await repeat();
  const sizes = [heapInUse()];
  for (let block = 0; block < blocks; block += 1) {
    for (let round = 0; round < rounds; round += 1) await repeat();
    sizes.push(heapInUse());
  }
  // The middle one of the blocks: what was there before and is let go meanwhile hides nothing.
  const growths = sizes.slice(1).map((size, block) => size - present(sizes[block], 'size'));
  const grown = present(growths.sort((first, second) => first - second)[blocks >> 1], 'growth');
  const most = rounds * messages * mostBytes;
  assert(grown < most, `${rounds * messages} messages left ${Math.round(grown / 1_024)} KiB behind`);
  // Where updates have no numbers, the last one told is believed until the next.
  main.stir();
  await until(() => isTrueBook(world, main), 'the book is the venue’s', 60_000);
  assertSame(world.order(clientOrderId).filled.toFixed(), main.amount, 'filled');
  assert((connector.metrics().counts['stream.malformed'] ?? 0) > 0, 'no malformed message was counted');
}

/** Messages per measurement: few, so that most measurements are not interrupted. */
const share = 8;
const mostRatio = 15;

async function isFastEnough(world: World): Promise<void> {
  const { start, main, streams, spec, advance } = world;
  await start();
  const held: { readonly stream: string; readonly bytes: Uint8Array }[] = [];
  const encoder = new TextEncoder();
  for (const stream of spec.marketStreams) {
    streams.change(
      (told) => told.stream === stream && told.events.length > 0,
      (message) => {
        held.push({ stream, bytes: typeof message === 'string' ? encoder.encode(message) : message });
        return [];
      },
      10_000,
    );
  }
  for (let round = 0; round < 30; round += 1) {
    for (let count = 0; count < 20; count += 1) main.take('sell', main.best('sell'), main.amount);
    main.stir();
    await advance(100);
  }
  // What the venue gathers before it tells is told by then.
  await advance(1_000);
  assert(held.length >= 500, `only ${held.length} messages were recorded`);
  const handlers = new Map(spec.marketStreams.map((stream) => [stream, world.handlers(stream)[0]]));
  const ratios: number[] = [];
  for (let from = 0; from < held.length; from += share) {
    const some = held.slice(from, from + share);
    const decoding = elapsedMs(() => {
      for (const { bytes } of some) decodeJson(bytes);
    });
    const handling = elapsedMs(() => {
      for (const { stream, bytes } of some) handlers.get(stream)?.frame(bytes);
    });
    ratios.push(handling / decoding);
  }
  await advance(100);
  assert(isTrueBook(world, main), 'the book is not the venue’s after the burst');
  // The middle one of those after the code has warmed up: another process may have the machine during some.
  const warm = ratios.slice(ratios.length >> 1).sort((first, second) => first - second);
  const ratio = present(warm[warm.length >> 1], 'ratio');
  assert(ratio < mostRatio, `handling took ${ratio.toFixed(1)} times as long as decoding`);
}
