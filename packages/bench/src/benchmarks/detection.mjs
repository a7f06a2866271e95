import { createConnector, nodePorts } from '@hb/connector-core';
import { createRandom, createVirtualClock, openTradedMarket, virtualPorts } from '@hb/connector-testkit';

import { load, simulated } from '../../../../tooling/scripts/workspace.mjs';

/** What a fault makes of one message of a book, and what of it the book must have noticed after the next one. `later`: that one goes first. */
const faults = {
  dropped: { strike: () => [], noticed: ({ gap, state }) => gap === 1 && state === 'stale' },
  swapped: { strike: (message) => ({ later: message }), noticed: ({ gap, state }) => gap === 1 && state === 'stale' },
  duplicated: {
    strike: (message) => [message, message],
    noticed: ({ gap, duplicate, state }) => gap === 0 && duplicate === 1 && state === 'live',
  },
};

/** Messages that are lost, that come twice and that overtake each other, of every venue that numbers its books: each must be noticed at the next one. */
export async function detection({ quick }) {
  const trials = quick ? 20 : 200;
  const rows = [];
  for (const { id, fixture: path } of simulated()) {
    const { fixture } = await load(path);
    const numbered = await openBook(fixture, id);
    if (numbered === undefined) continue;
    for (const [name, fault] of Object.entries(faults)) {
      const noticed = await countNoticed(numbered, fault, trials);
      const what = `${id}: ${name} frames noticed`;
      rows.push({ what, figure: (100 * noticed) / trials, unit: '%', kind: 'count', atLeast: 100 });
    }
    await numbered.close();
  }
  return rows;
}

async function countNoticed({ live, disturb, change, look }, { strike, noticed }, trials) {
  let count = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    await live();
    const before = look();
    disturb(strike);
    // The one that is struck, and the next.
    await change();
    await change();
    const { gap, duplicate, state, struck } = look();
    if (struck !== before.struck + 1) throw new Error(`a fault struck ${struck - before.struck} times`);
    count += +noticed({ gap: gap - before.gap, duplicate: duplicate - before.duplicate, state });
  }
  return count;
}

/** A connector with one live book at its emulated venue; `undefined` where books are not numbered. */
async function openBook(fixture, seed) {
  const clock = createVirtualClock();
  const random = createRandom(seed);
  const { crypto } = nodePorts();
  const { venue, engine, account, hosts, loseBookUpdate } = fixture.createVenue({ clock, crypto, random });
  if (loseBookUpdate === undefined) return undefined;
  const market = openTradedMarket({ engine, account, rules: fixture.markets[0] });
  const line = createLine(venue, fixture.wire.messages.book);
  const venues = Object.fromEntries(Object.values(hosts).map((address) => [new URL(address).host, line.venue]));
  const ports = virtualPorts({ seed, clock, venues, latencyMs: [1, 1] });
  const connector = createConnector(fixture.spec, { hosts, sandbox: true, ports });
  const { pair } = market;
  const book = () => connector.book(pair);
  await clock.run(connector.start({ pairs: [pair] }));
  return {
    live: () => clock.runUntil(() => book()?.state === 'live'),
    disturb: line.disturb,
    change: async () => {
      market.stir();
      // No longer than a book takes that has to be fetched anew.
      await clock.advance(110);
    },
    look: () => {
      const { counts } = connector.metrics();
      const { 'book.gap': gap = 0, 'book.duplicate': duplicate = 0 } = counts;
      return { gap, duplicate, state: book()?.state, struck: line.struck() };
    },
    close: () => clock.run(connector.stop({ orders: 'keep' })),
  };
}

/** Stands before a venue, and strikes messages of books alone: what else comes between two of them is no part of their order. */
function createLine(venue, book) {
  let strike;
  let later = [];
  let struck = 0;
  const pass = (message) => {
    if (typeof message !== 'string' || !message.includes(book)) return [message];
    const made = strike?.(message) ?? [message];
    struck += +(strike !== undefined);
    strike = undefined;
    const held = later;
    later = 'later' in made ? [made.later] : [];
    return 'later' in made ? held : [...made, ...held];
  };
  return {
    venue: {
      ...venue,
      connect: (request, socket) =>
        venue.connect(request, {
          ...socket,
          send: (message) => {
            for (const each of pass(message)) socket.send(each);
          },
        }),
    },
    disturb: (next) => {
      strike = next;
    },
    struck: () => struck,
  };
}
