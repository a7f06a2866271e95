import { decodeJson } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { createMutator, type Wire } from '../../src/fuzz/mutate.js';
import { createRandom } from '../../src/random.js';

const message = '{"e":"trade","id":12345,"price":"60000.10","levels":[["1","2"],["3","4"]],"last":true}';

const make = (seed: number, count: number): readonly Wire[] => {
  const { mutate } = createMutator(createRandom(seed));
  return Array.from({ length: count }, () => mutate(message));
};

const decodes = (wire: Wire): boolean => {
  try {
    decodeJson(wire);
    return true;
  } catch {
    return false;
  }
};

test('gives the same messages for the same seed, and others for another', () => {
  expect(make(1, 200)).toEqual(make(1, 200));
  expect(make(1, 200)).not.toEqual(make(2, 200));
});

test('gives mostly JSON, now and then what is none, and sometimes the message as it was', () => {
  const made = make(1, 2_000);
  const share = made.filter(decodes).length / made.length;
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.95);
  expect(made.filter((wire) => wire === message).length).toBeGreaterThan(50);
});

test('replaces, doubles and leaves out members, and damages bytes', () => {
  const made = make(1, 2_000);
  const texts = made.filter((wire) => typeof wire === 'string');
  expect(texts.some((text) => text.includes('"__proto__":'))).toBe(true);
  expect(texts.some((text) => (text.match(/"id":/g) ?? []).length === 2)).toBe(true);
  expect(texts.some((text) => !text.includes('"id"') && decodes(text))).toBe(true);
  expect(texts.some((text) => text.includes('"id":"12345"'))).toBe(true);
  expect(made.some((wire) => typeof wire !== 'string')).toBe(true);
});

test('damages bytes that are no text, and leaves the original alone', () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0x00);
  const damaged = createMutator(createRandom(1)).mutate(bytes);
  expect([bytes, damaged]).not.toEqual([bytes, bytes]);
  expect([...bytes]).toEqual([0xff, 0xfe, 0x00]);
});

test('invents messages of all kinds', () => {
  const { invent } = createMutator(createRandom(1));
  const made = Array.from({ length: 500 }, invent);
  expect(made.filter(decodes).length).toBeGreaterThan(100);
  expect(made.some((wire) => typeof wire !== 'string')).toBe(true);
});
