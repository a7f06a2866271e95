import { createConnector, nodePorts } from '@hb/connector-core';
import { createRandom, createVirtualClock, openTradedMarket, virtualPorts } from '@hb/connector-testkit';

import { load, simulated } from '../../../../tooling/scripts/workspace.mjs';

/** What a fault does to one message of a book, and what of it the book must have noticed after the next one. */
const faults = {
  dropped: { kind: 'ws.lose', noticed: ({ gap, state }) => gap === 1 && state === 'stale' },
  swapped: { kind: 'ws.reorder', noticed: ({ gap, state }) => gap === 1 && state === 'stale' },
  duplicated: {
    kind: 'ws.duplicate',
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

async function countNoticed({ live, disturb, change, look }, { kind, noticed }, trials) {
  let count = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    await live();
    const before = look();
    disturb(kind);
    // The one that is struck, and the next.
    await change();
    await change();
    const { gap, duplicate, state, struck } = look();
    if (struck !== before.struck + 1) throw new Error(`${kind} struck ${struck - before.struck} times`);
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
  const venues = Object.fromEntries(Object.values(hosts).map((address) => [new URL(address).host, venue]));
  const ports = virtualPorts({ seed, clock, venues, latencyMs: [1, 1] });
  const connector = createConnector(fixture.spec, { hosts, sandbox: true, ports });
  const { pair } = market;
  const book = () => connector.book(pair);
  await clock.run(connector.start({ pairs: [pair] }));
  return {
    live: () => clock.runUntil(() => book()?.state === 'live'),
    disturb: (kind) => ports.disturb({ kind, match: fixture.wire.messages.book, at: clock.mono() }),
    change: async () => {
      market.stir();
      // No longer than a book takes that has to be fetched anew.
      await clock.advance(110);
    },
    look: () => {
      const { counts } = connector.metrics();
      const { 'book.gap': gap = 0, 'book.duplicate': duplicate = 0 } = counts;
      return { gap, duplicate, state: book()?.state, struck: ports.strikes().length };
    },
    close: () => clock.run(connector.stop({ orders: 'keep' })),
  };
}
