import { expect, test } from 'vitest';

import { createFlow } from '../src/feeds/flow.mjs';
import { toWire } from '../src/feeds/wire-forms.mjs';
import { compareDecoders, connectors, countDeclined, scannedAnswers, withScan } from '../src/fuzz/differential.mjs';

test('the decoders agree about whatever comes, and the fast one takes a good part of it', () => {
  const { documents, scanned, valid } = compareDecoders({ seed: 11, count: 10_000 });
  expect(documents).toBe(10_000);
  expect(scanned).toBeGreaterThan(500);
  expect(valid).toBeGreaterThan(2_000);
});

test('a scan that says something else than the decoder is found', () => {
  const [stream] = withScan;
  const scan = (frame, book) => {
    const isRead = stream.scan(frame, book);
    book.at += 1;
    return isRead;
  };
  expect(() => compareDecoders({ seed: 11, count: 1_000, streams: [{ ...stream, scan }] })).toThrow('scan differs');
});

test('an answer that is scanned as something else is found', () => {
  const [{ read, judge }] = scannedAnswers;
  const scan = (bytes) => {
    const update = read.scan(bytes);
    return update && { ...update, symbol: 'other' };
  };
  const answers = [{ read: Object.assign((json) => read(json), { scan }), judge }];
  expect(() => compareDecoders({ seed: 11, count: 1_000, streams: [], answers })).toThrow('scan differs');
  expect(scannedAnswers).toHaveLength(4);
});

test.each([...connectors.keys()])('%s scans every frame of a flow', (id) => {
  const { frames } = toWire(id, createFlow({ levels: 50, updates: 200, changes: 10, where: 'near', seed: 5 }));
  expect(countDeclined(connectors.get(id).market.feed.streams.public, frames)).toBe(0);
  expect(frames).toHaveLength(201);
});

test('what a scan leaves to the decoder is counted', () => {
  const { public: stream } = connectors.get('binance').market.feed.streams;
  const { frames } = toWire('kucoin', createFlow({ levels: 50, updates: 5, changes: 3, where: 'near', seed: 5 }));
  expect(countDeclined(stream, frames)).toBe(6);
});
