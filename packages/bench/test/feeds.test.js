import { expect, test } from 'vitest';

import { createFlow } from '../src/feeds/flow.mjs';
import { replay } from '../src/feeds/replay.mjs';
import { depthOf, renumber, toChanges, toWire } from '../src/feeds/wire-forms.mjs';
import { digest, digestOfFlow } from '../src/harness/digest.mjs';
import { venues } from '../src/venues/memory-answers.mjs';
import { openVenue } from '../src/venues/memory-venue.mjs';

const settings = { levels: 50, updates: 200, changes: 8, where: 'near', seed: 3 };
const ids = Object.keys(venues);

test('a flow is the same for the same seed, and another for another', () => {
  expect(createFlow(settings)).toEqual(createFlow(settings));
  expect(createFlow({ ...settings, seed: 4 })).not.toEqual(createFlow(settings));
});

test.each(['near', 'uniform'])('a flow never crosses, and leads to its end and back to where it began: %s', (where) => {
  const flow = createFlow({ ...settings, where });
  const { frames } = toWire('binance', flow);
  for (let count = 1; count < frames.length; count += 1) {
    const { bids, asks } = replay('binance', flow.snapshot, frames.slice(0, count));
    expect(bids[0][0]).toBeLessThan(asks[0][0]);
  }
  expect(digest(replay('binance', flow.snapshot, frames.slice(0, -1)))).toBe(digestOfFlow(flow.end));
  expect(digest(replay('binance', flow.snapshot, frames))).toBe(digestOfFlow(flow.snapshot));
  expect(digestOfFlow(flow.end)).not.toBe(digestOfFlow(flow.snapshot));
});

test('there are six forms, and one whole book of twenty levels among them', () => {
  expect(ids).toHaveLength(6);
  expect(ids.filter((id) => depthOf(id) < Infinity)).toEqual(['hyperliquid_perpetual']);
  const { frames } = toWire('hyperliquid_perpetual', createFlow(settings));
  expect(toChanges('hyperliquid_perpetual', frames[0]).bids).toHaveLength(20);
});

test.each(ids)('%s: numbers follow on each other in place, and nothing else changes', (id) => {
  const { frames, firstNumber } = toWire(id, createFlow(settings));
  const before = frames.map(String);
  const last = renumber(id, frames, firstNumber);
  expect([last, frames.map(String)]).toEqual([firstNumber + frames.length, before]);
  renumber(id, frames, last);
  const again = frames.map((frame, index) => toChanges(id, frame) && JSON.stringify(toChanges(id, before[index])));
  expect(again).toEqual(frames.map((frame) => JSON.stringify(toChanges(id, frame))));
  if (id !== 'hyperliquid_perpetual') expect(String(frames[0])).toContain(`:${last + 1}`);
});

test.each(ids)('%s: its connector, and who only parses, end where the flow does', async (id) => {
  const flow = createFlow(settings);
  const { symbol, frames, body, opening } = toWire(id, flow);
  const steps = frames.slice(0, -1);
  const { connector, push } = await openVenue(id, { symbols: [symbol], fetchDepth: () => body, opening });
  const [pair] = connector.markets.keys();
  for (const frame of steps) push(frame);
  const expected = digestOfFlow(flow.end, depthOf(id));
  expect(digest(connector.book(pair).depth(Infinity))).toBe(expected);
  expect(digest(replay(id, flow.snapshot, steps))).toBe(expected);
  expect([connector.book(pair).state, connector.metrics().counts['stream.unscanned'] ?? 0]).toEqual(['live', 0]);
  await connector.stop();
});
