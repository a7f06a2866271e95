import { decimal } from '@hb/connector-core';

import { assert, assertSame, present } from '../assert.js';
import type { CaseDefinition } from '../case.js';
import type { Change, Told, Which } from '../stream-tap.js';
import type { World } from '../world.js';
import { eventsOf, html, isTrueBook, marketStream, needsSnapshots, ofBook, replaceNumber, textOf } from './support.js';

const source = 'hummingbot §3.4';
const input = 'bad input';

/** The book under everything that a stream can do to it. Each time the market beside it stays live. */
export const bookCases: readonly CaseDefinition[] = [
  {
    id: 'gap-book-reconnect',
    source,
    title: 'when the market stream breaks, it is connected and subscribed again, and every book is the venue’s again',
    run: async (world) => {
      const { streams, main, other, connector, until, advance } = world;
      await startBoth(world);
      const stream = marketStream(world);
      streams.drop(stream);
      await until(() => connector.book(main.pair)?.state !== 'live', 'the break shows', 1_000);
      for (const { stir } of [main, other, main, other]) stir();
      await until(() => isTrueBook(world, main) && isTrueBook(world, other), 'books are true again', 30_000);
      main.stir();
      await advance(1_000);
      assert(isTrueBook(world, main), 'the book does not follow any more');
      assertSame(streams.attempts(stream), 2, 'connections');
    },
  },
  {
    id: 'gap-reconnect-refused',
    source,
    title: 'a venue that declines connections is asked less and less often, and used again when it takes them',
    run: async (world) => {
      const { streams, main, until, clock, connector } = world;
      await startBoth(world);
      const stream = marketStream(world);
      streams.decline(stream, 6, { refused: 503 });
      streams.drop(stream);
      const droppedAt = clock.mono();
      await until(() => connector.book(main.pair)?.state !== 'live', 'the break shows', 1_000);
      await until(() => isTrueBook(world, main), 'the book is true again', 300_000);
      assertSame(streams.attempts(stream), 8, 'connections asked for');
      assert(clock.mono() - droppedAt >= 3_000, `seven attempts within ${clock.mono() - droppedAt} ms`);
    },
  },
  {
    id: 'gap-market-silence',
    source,
    title: 'a market stream that goes silent without ending is found out and replaced',
    run: async (world) => {
      const { streams, main, until, connector } = world;
      await startBoth(world);
      const stream = marketStream(world);
      streams.silence(stream);
      await until(() => connector.book(main.pair)?.state !== 'live', 'the silence shows', 60_000);
      main.stir();
      await until(() => isTrueBook(world, main), 'the book is true again', 60_000);
      assertSame(streams.attempts(stream), 2, 'connections');
    },
  },
  {
    id: 'gap-book-lost-diff',
    source,
    title: 'a lost update makes its book stale until it is the venue’s again',
    run: (world) => survives(world, () => [], { isGap: true }),
  },
  {
    id: 'gap-book-duplicate-diff',
    source,
    title: 'an update that comes twice changes nothing',
    run: (world) => survives(world, (message) => [message, message], { isGap: false }),
  },
  {
    id: 'gap-book-swapped-diffs',
    source,
    title: 'updates that arrive in the wrong order never show a wrong book',
    run: (world) => arrivesLate(world, 1),
  },
  {
    id: 'gap-book-late-diff',
    source,
    title: 'an update that arrives long after its turn is not applied',
    run: (world) => arrivesLate(world, 12),
  },
  {
    id: 'gap-book-crossed',
    source,
    title: 'a book that would be crossed is never shown: it is fetched again',
    run: async (world) => {
      const { main, connector, alterBook, until } = world;
      await startBoth(world);
      const isCrossed = watchCrossing(world);
      const above = decimal(main.best('sell')).plus(main.priceStep).toFixed();
      alterBook(main, (update) => ({ ...update, bids: [...update.bids, [above, main.amount]] }));
      main.stir();
      await until(() => connector.book(main.pair)?.state !== 'live', 'the crossing shows in the state', 3_000);
      await until(() => isTrueBook(world, main), 'the book is true again', 30_000);
      assert(!isCrossed(), 'a crossed book was shown as live');
    },
  },
  {
    id: 'gap-book-old-snapshot',
    source,
    title: 'a snapshot older than the updates is not used: another is fetched',
    lacks: needsSnapshots,
    run: async (world) => {
      const { http, streams, main, other, until, advance } = world;
      await startBoth(world);
      const isMain = (query: string): boolean => query.includes(main.symbol);
      const old = present(http.requests('fetchBook').find(({ query }) => isMain(query))?.answer, 'snapshot');
      for (let round = 0; round < 3; round += 1) {
        main.stir();
        await advance(300);
      }
      const fetched = http.requests('fetchBook').length;
      streams.drop(marketStream(world));
      http.rewrite('fetchBook', (answer, { query }) => (isMain(query) ? old : answer), 5);
      const stirring = stirForAWhile(world);
      await until(() => isTrueBook(world, main) && isTrueBook(world, other), 'books are true again', 60_000);
      stirring();
      assert(http.requests('fetchBook').length >= fetched + 3, 'no further snapshot was fetched');
    },
  },
  {
    id: 'input-stream-html',
    source: input,
    title: 'a page on the market stream is counted and told, and nothing else happens',
    run: (world) => toleratesMessage(world, html),
  },
  {
    id: 'input-stream-half-frame',
    source: input,
    title: 'half an update is counted and told, and its book is fetched again',
    run: (world) => survivesSpoiled(world, (text) => text.slice(0, text.length >> 1)),
  },
  {
    id: 'input-stream-nan',
    source: input,
    title: 'an update with NaN for a price is counted and told, and its book is fetched again',
    run: (world) => survivesSpoiled(world, (text) => replaceNumber(text, 'NaN')),
  },
  {
    id: 'input-stream-huge-exponent',
    source: input,
    title: 'an update with 1e1000000 for a price is counted and told, and its book is fetched again',
    run: (world) => survivesSpoiled(world, (text) => replaceNumber(text, '1e1000000')),
  },
  {
    id: 'input-stream-50-mb',
    source: input,
    title: 'a message of 50 MB is not taken: the connection is replaced, and books are the venue’s again',
    run: async (world) => {
      const { streams, main, other, until, advance } = world;
      await startBoth(world);
      streams.push(marketStream(world), new Uint8Array(50 * 1_048_576).fill(0x20));
      await advance(1_000);
      main.stir();
      await until(() => isTrueBook(world, main) && isTrueBook(world, other), 'books are true again', 30_000);
      assertSame(streams.attempts(marketStream(world)), 2, 'connections');
    },
  },
];

async function startBoth(world: World): Promise<void> {
  const { start, main, other } = world;
  await start({ pairs: [main.pair, other.pair] });
  assert(isTrueBook(world, main) && isTrueBook(world, other), 'the books are not the venue’s at the start');
}

/** One update of the main market is changed; all that follow are as the venue sent them. */
async function survives(world: World, change: Change, { isGap }: { readonly isGap: boolean }): Promise<void> {
  const { main, other, streams, http, until, advance } = world;
  await startBoth(world);
  world.forget();
  const seen = { isWhole: false };
  const which: Which = (told) => {
    const isMeant = ofBook(main)(told);
    if (isMeant) seen.isWhole = told.events.some(isWholeBook);
    return isMeant;
  };
  const struck = streams.change(which, change);
  for (let round = 0; round < 6; round += 1) {
    main.stir();
    other.stir();
    await advance(250);
  }
  assertSame(struck(), 1, 'updates changed');
  await until(() => isTrueBook(world, main) && isTrueBook(world, other), 'books are the venue’s', 30_000);
  // A lost one shows by nothing and the next one makes it good; one that cannot be read may have been of any book.
  if (seen.isWhole && isGap) return;
  assertUntouched(world);
  if (world.spec.has.fetchBook) assertSame(http.requests('fetchBook').length, isGap ? 1 : 0, 'snapshots fetched');
  assertSame(wasStale(world), isGap, 'whether the book was stale');
}

/** Each update is all of the book, and none has a number. */
function isWholeBook(event: Told['events'][number]): boolean {
  return event.type === 'book' && event.snapshot && event.sequence.by === 'none';
}

/** One update of the main market arrives only after `updates` more of them. */
async function arrivesLate(world: World, updates: number): Promise<void> {
  const { main, other, streams, until, advance } = world;
  await startBoth(world);
  world.forget();
  const held = streams.hold(ofBook(main));
  for (let round = 0; round <= updates; round += 1) {
    main.stir();
    await advance(250);
  }
  assert(held.isHeld(), 'no update was held back');
  held.release();
  await until(() => isTrueBook(world, main) && isTrueBook(world, other), 'books are the venue’s', 30_000);
  await advance(2_000);
  assert(isTrueBook(world, main), 'the late update was applied');
  assertUntouched(world);
}

/** One update of the main market cannot be read. */
async function survivesSpoiled(world: World, spoil: (text: string) => string): Promise<void> {
  const { connector, main } = world;
  let isSpoiled = false;
  const change: Change = (message) => {
    const text = textOf(message);
    isSpoiled = spoil(text) !== text;
    return [spoil(text)];
  };
  await survives(world, change, { isGap: true });
  const { counts } = connector.metrics();
  assert(isSpoiled, `no update of ${main.pair} had a number`);
  assert((counts['stream.malformed'] ?? 0) + (counts['market.malformed'] ?? 0) > 0, 'nothing was counted');
  assert(eventsOf(world, 'warning').length > 0, 'nothing was told');
}

async function toleratesMessage(world: World, message: string): Promise<void> {
  const { streams, connector, main, other, until, advance } = world;
  await startBoth(world);
  const stream = marketStream(world);
  streams.push(stream, message);
  await until(() => eventsOf(world, 'warning').length > 0, 'it is told', 2_000);
  assertSame(connector.metrics().counts['stream.malformed'], 1, 'malformed messages counted');
  main.stir();
  await advance(1_000);
  await until(() => isTrueBook(world, main) && isTrueBook(world, other), 'books are the venue’s', 30_000);
  assertSame(streams.attempts(stream), 1, 'connections');
}

function assertUntouched({ events, other, streams, spec }: World): void {
  const states = events.flatMap((event) =>
    event.type === 'status' ? [event.status.books.get(other.pair)?.state] : [],
  );
  assert(
    states.every((state) => state === 'live'),
    `the book of ${other.pair}, where nothing was wrong, was ${states.join(', ')}`,
  );
  assertSame(streams.attempts(spec.marketStreams[0] ?? ''), 1, 'connections');
}

function wasStale({ events, main }: World): boolean {
  return events.some((event) => event.type === 'status' && event.status.books.get(main.pair)?.state !== 'live');
}

function watchCrossing({ connector, main }: World): () => boolean {
  let isCrossed = false;
  connector.onBook(main.pair, (book) => {
    const [bid, ask] = [book.best('buy')?.price, book.best('sell')?.price];
    if (book.state === 'live' && bid !== undefined && ask !== undefined && bid.gte(ask)) isCrossed = true;
  });
  return () => isCrossed;
}

/** The main market keeps changing, until the function returned is called. */
function stirForAWhile({ clock, main }: World): () => void {
  let left = 200;
  let cancel = (): void => undefined;
  const again = (): void => {
    left -= 1;
    main.stir();
    if (left > 0) cancel = clock.at(clock.mono() + 100, again);
  };
  again();
  return () => cancel();
}
