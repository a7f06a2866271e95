import { createRequire } from 'node:module';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { loadNative, signInScript } from '../src/ports/node-secp256k1.js';

const installed = createRequire(import.meta.url);
const bytes = (seed: bigint): Uint8Array => Buffer.from(seed.toString(16).padStart(64, '0'), 'hex');
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

test('native code and the library make the same signatures', () => {
  const native = loadNative();
  const word = (min: bigint) => fc.bigInt({ min, max: order - 1n }).map(bytes);
  fc.assert(
    // Of hashes from the order of the curve on, one in 2 ** 128, the two choose another number: both signatures are right.
    fc.property(word(0n), word(1n), (hash, scalar) => {
      expect(native?.(hash, scalar)).toEqual(signInScript(hash, scalar));
    }),
    { seed: 1, numRuns: 200 },
  );
});

const made = (version: string, bindings: unknown) => (path: string) => {
  if (path === 'secp256k1/package.json') return { version };
  if (bindings instanceof Error) throw bindings;
  return bindings;
};

test.each([
  ['is not installed', (): unknown => installed('secp256k1-that-is-not-there')],
  ['has no native code for this machine', made('5.0.2', new Error('no native build was found'))],
  ['is of another version', made('4.0.4', installed('secp256k1/bindings.js'))],
  ['has another shape', made('5.0.2', {})],
  ['makes another signature', made('5.0.2', { ecdsaSign: () => ({ signature: new Uint8Array(64), recid: 0 }) })],
])('a package that %s is not used', (_, load) => {
  expect(loadNative(load)).toBe(undefined);
});
