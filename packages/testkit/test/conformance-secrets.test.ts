import { expect, test } from 'vitest';

import { spellings } from '../src/conformance/credentials.js';
import { findSecret } from '../src/conformance/secrets.js';

const secret = 'canary-text-of-a-secret';
const secrets = new Set(spellings(secret));

test('a secret is found wherever it can be reached', () => {
  const hidden = Object.defineProperty({}, 'config', { value: { headers: { key: secret } }, enumerable: false });
  const cyclic: Record<string, unknown> = { text: `signed with ${secret}` };
  cyclic['self'] = cyclic;
  const places: readonly unknown[] = [
    secret,
    new Error('failed', { cause: new Error(`refused ${secret}`) }),
    { [secret]: 1 },
    new Map([['log', [new Set([{ deep: secret }])]]]),
    new TextEncoder().encode(secret),
    hidden,
    cyclic,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ];
  expect(places.filter((place) => findSecret(['nothing', place], secrets) === undefined)).toEqual([]);
});

test('what holds no secret is clean, also when it cannot be read', () => {
  const unreadable = {
    get member(): string {
      throw new Error('not now');
    },
  };
  expect(findSecret(['canary', undefined, 1n, unreadable, new Error('plain')], secrets)).toBeUndefined();
});

test('each line of a key in PEM is a secret of its own', () => {
  const lines = spellings('-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----\n');
  expect(lines).toContain('MC4CAQAwBQYDK2VwBCIEIA');
  expect(lines).not.toContain('-----BEGIN PRIVATE KEY-----');
});
