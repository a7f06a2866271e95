import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { crc32c } from '../src/journal/crc32c.js';
import { concat, createFrameReader, toFrame, type Gap } from '../src/journal/frame.js';

const seed = 20_260_302;

type Found = { readonly frames: readonly string[]; readonly gaps: readonly Gap[]; readonly bytes: number };

function read(chunks: readonly Uint8Array[]): Found {
  const frames: string[] = [];
  const gaps: Gap[] = [];
  const reader = createFrameReader({
    frame: ({ offset, version, sequence, payload }) =>
      frames.push(`${offset} v${version} #${sequence} ${new TextDecoder().decode(payload)}`),
    gap: (gap) => gaps.push(gap),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { bytes: reader.end(), frames, gaps };
}

function frame(sequence: number, payload: string): Uint8Array {
  return toFrame({ version: 1, sequence, payload: new TextEncoder().encode(payload) });
}

const payload = fc.string({ minLength: 0, maxLength: 40 }).map((value) => JSON.stringify(value));
const file = fc
  .array(payload, { minLength: 1, maxLength: 8 })
  .map((payloads) => payloads.map((each, at) => frame(at + 1, each)));

test.each([
  ['nothing', new Uint8Array(0), 0],
  ['digits', new TextEncoder().encode('123456789'), 0xe3069283],
  ['zeros', new Uint8Array(32), 0x8a9136aa],
  ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['rising bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
])('the checksum of %s is the published one', (_name, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
  expect(crc32c(bytes, { from: 5, before: crc32c(bytes, { to: Math.min(5, bytes.length) }) })).toBe(expected);
});

test('a frame is length, checksum, version, sequence and payload, little-endian', () => {
  const bytes = toFrame({ version: 1, sequence: 2 ** 32 + 7, payload: new TextEncoder().encode('{}') });
  expect(Buffer.from(bytes).toString('hex')).toBe('02000000' + '2b9a3347' + '01' + '0700000001000000' + '7b7d');
  expect(read([bytes])).toEqual({ frames: ['0 v1 #4294967303 {}'], gaps: [], bytes: 19 });
});

test('a payload of more than 4 MiB is refused', () => {
  const payloadOf = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0x20);
  expect(toFrame({ version: 1, sequence: 1, payload: payloadOf(4_194_304) }).length).toBe(4_194_321);
  expect(() => toFrame({ version: 1, sequence: 1, payload: payloadOf(4_194_305) })).toThrow(
    'a record of 4194305 bytes: the journal takes up to 4194304',
  );
});

describe('a file', () => {
  test('is read the same in pieces of any size', () => {
    fc.assert(
      fc.property(file, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (frames, sizes) => {
        const whole = concat(frames);
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(whole.subarray(at, at + size));
          at += size;
        }
        const found = read(chunks);
        expect(found).toEqual(read([whole]));
        expect([found.frames.length, found.gaps]).toEqual([frames.length, []]);
      }),
      { seed, numRuns: 300 },
    );
  });

  test('with altered bytes has all frames but those that were altered, and none that was never written', () => {
    fc.assert(
      fc.property(
        file,
        fc.nat(),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 255 }),
        (frames, place, length, mask) => {
          const whole = concat(frames);
          const from = place % whole.length;
          const to = Math.min(whole.length, from + length);
          const before = read([whole]).frames;
          const starts = frames.map((_, index) => concat(frames.slice(0, index)).length);
          const kept = before.filter((_, index) => {
            const start = starts[index] ?? 0;
            return start + (frames[index]?.length ?? 0) <= from || start >= to;
          });
          for (let at = from; at < to; at += 1) whole[at] = (whole[at] ?? 0) ^ mask;
          const found = read([whole]);
          expect(found.frames).toEqual(kept);
          expect(found.bytes).toBe(whole.length);
          const lost = found.gaps.reduce((sum, gap) => sum + gap.bytes, 0);
          expect(
            lost +
              frames
                .filter((_, index) => kept.includes(before[index] ?? ''))
                .reduce((sum, each) => sum + each.length, 0),
          ).toBe(whole.length);
        },
      ),
      { seed, numRuns: 2_000 },
    );
  });

  test('that ends early has all frames before that', () => {
    fc.assert(
      fc.property(file, fc.nat(), (frames, place) => {
        const whole = concat(frames);
        const end = place % whole.length;
        const found = read([whole.subarray(0, end)]);
        expect(found.frames).toEqual(read([whole]).frames.slice(0, found.frames.length));
        const good = concat(frames.slice(0, found.frames.length)).length;
        expect(found.gaps).toEqual(good === end ? [] : [{ offset: good, bytes: end - good }]);
      }),
      { seed, numRuns: 300 },
    );
  });

  test('of noise has no frames', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (noise) => {
        expect(read([noise])).toEqual({ frames: [], gaps: [{ offset: 0, bytes: noise.length }], bytes: noise.length });
      }),
      { seed, numRuns: 300 },
    );
  });
});
