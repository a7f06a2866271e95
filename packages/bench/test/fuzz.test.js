import { expect, test } from 'vitest';

import { compareDecoders, withScan } from '../src/fuzz/differential.mjs';

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
