import { expect, test } from 'vitest';

import { createRandom } from './support/random.js';
import { acknowledge, createWorld } from './support/stream-world.js';

test('whatever happens, the venue ends up sending each wanted topic once and no other', async () => {
  const random = createRandom(99);
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (let round = 0; round < 60; round += 1) {
    const subscribed = new Map<object, string[]>();
    const wanted = new Set<string>();
    let isCalm = false;
    const { clock, venue, stream, told } = createWorld({
      seed: round,
      stream: { topicsPerConnection: 3, topicsPerMessage: 2 },
      venue: {
        message: (peer, text) => {
          const chance = isCalm ? 1 : random();
          if (chance < 0.1) peer.close(1006, '');
          if (chance < 0.2) return;
          const { op, topics }: { op: string; topics: string[] } = JSON.parse(text);
          const now = subscribed.get(peer) ?? [];
          const rest = now.filter((topic) => !topics.includes(topic));
          subscribed.set(peer, op === 'subscribe' ? [...rest, ...topics] : rest);
          acknowledge(peer, text);
        },
      },
    });
    for (let step = 0; step < 40; step += 1) {
      const topic = names[Math.floor(random() * names.length)] ?? 'a';
      const what = random();
      if (what < 0.4) stream.add([topic]);
      else if (what < 0.7) stream.remove([topic]);
      else if (what < 0.8) venue.peers.at(-1)?.close(1006, '');
      if (what < 0.4) wanted.add(topic);
      else if (what < 0.7) wanted.delete(topic);
      await clock.advance(random() < 0.5 ? 0 : random() * 300);
    }
    isCalm = true;
    await clock.advance(50_000);
    for (const peer of venue.peers) if (peer.isOpen()) peer.send({ topic: 'unused', value: '1' });
    await clock.advance(30_000);
    const sent = venue.peers.filter((peer) => peer.isOpen()).flatMap((peer) => subscribed.get(peer) ?? []);
    expect(sent.toSorted()).toEqual([...wanted].toSorted());
    expect(liveAfter(told, wanted)).toEqual([...wanted].toSorted());
    stream.close();
    await clock.advance(10);
    expect(clock.timers()).toBe(0);
  }
});

/** The wanted topics that were told to be up, and not down since. */
function liveAfter(told: readonly (readonly string[])[], wanted: ReadonlySet<string>): string[] {
  const live = new Set<string>();
  for (const [what, topics = ''] of told) {
    for (const topic of topics.split(',')) {
      if (what === 'up') live.add(topic);
      if (what === 'down') live.delete(topic);
    }
  }
  return [...live].filter((topic) => wanted.has(topic)).toSorted();
}
