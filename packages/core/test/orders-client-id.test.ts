import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import { createClientIds } from '../src/orders/client-id.js';
import type { ClientIdRule } from '../src/spec/spot.js';
import { createRandom } from './support/random.js';

const echo = { unique: 'among-open', echoed: true } as const;

const rules: Readonly<Record<string, { readonly rule: ClientIdRule; readonly legal: RegExp }>> = {
  'text of 36': {
    rule: { ...echo, form: 'text', max: 36, alphabet: /^[.A-Z:/a-z0-9_-]{1,36}$/ },
    legal: /^o[0-9a-z]{1,35}$/,
  },
  'text of 12': { rule: { ...echo, form: 'text', max: 12, alphabet: /[A-Za-z0-9]/ }, legal: /^o[0-9a-z]{1,11}$/ },
  'text with the venue’s prefix': {
    rule: { ...echo, form: 'text', max: 30, alphabet: /[0-9A-Za-z_.-]/g, prefix: 't-' },
    legal: /^t-o[0-9a-z]{1,27}$/,
  },
  'upper case': { rule: { ...echo, form: 'text', max: 32, alphabet: /[A-Z0-9]/ }, legal: /^O[0-9A-Z]{1,30}$/ },
  'hexadecimal text': { rule: { ...echo, form: 'text', max: 32, alphabet: /[0-9a-f]/ }, legal: /^[0-9a-f]{1,32}$/ },
  'digits alone': { rule: { ...echo, form: 'text', max: 20, alphabet: /\d/ }, legal: /^\d{1,20}$/ },
  '31 bits': { rule: { ...echo, form: 'integer', bits: 31 }, legal: /^[1-9]\d{0,9}$/ },
  '32 bits': { rule: { ...echo, form: 'integer', bits: 32 }, legal: /^[1-9]\d{0,9}$/ },
  '48 bits': { rule: { ...echo, form: 'integer', bits: 48 }, legal: /^[1-9]\d{0,14}$/ },
  '64 bits': { rule: { ...echo, form: 'integer', bits: 64 }, legal: /^[1-9]\d{0,19}$/ },
  '16 bytes': { rule: { ...echo, form: 'hex', bytes: 16 }, legal: /^0x[0-9a-f]{32}$/ },
  '32 bytes': { rule: { ...echo, form: 'hex', bytes: 32 }, legal: /^0x[0-9a-f]{64}$/ },
  uuid: {
    rule: { ...echo, form: 'uuid' },
    legal: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  },
  none: { rule: { unique: 'for-ever', echoed: false, form: 'none' }, legal: /^o[0-9a-z]{1,31}$/ },
};

describe.each(Object.entries(rules))('%s', (_name, { rule, legal }) => {
  test('100,000 ids of four runs are all different, legal and known again', () => {
    const runs = [1, 2, 3, 4].map((seed) => createClientIds(rule, { random: createRandom(seed) }));
    const ids = runs.flatMap((run) => Array.from({ length: 25_000 }, run.next));
    const [reader] = runs;
    const bad = ids.filter((id, index) => {
      const isInRange = rule.form !== 'integer' || BigInt(id) < 1n << BigInt(rule.bits);
      return !legal.test(id) || !isInRange || (index % 16 === 0 && reader?.isOurs(id) !== true);
    });
    expect([new Set(ids).size, bad]).toEqual([100_000, []]);
    expect(() => reader?.check(ids[0] ?? '')).not.toThrow();
  });
});

test('a form that is short takes another instance when its counter is used up', () => {
  const { next, isOurs } = createClientIds({ ...echo, form: 'integer', bits: 31 }, { random: createRandom(1) });
  const ids = Array.from({ length: 100_000 }, next);
  expect([new Set(ids).size, ids.slice(-40_000, -36_000).every(isOurs)]).toEqual([100_000, true]);
});

test.each([1, 2, 3, 4])('no instance comes again before every one was used: run %i', (run) => {
  const { next } = createClientIds({ ...echo, form: 'integer', bits: 10 }, { random: createRandom(run) });
  const ids = Array.from({ length: 64 }, next);
  expect([new Set(ids.slice(0, 28)).size, new Set(ids).size]).toEqual([28, 28]);
});

test('ids differ from run to run, and do not depend on the time', () => {
  const { rule } = rules['text of 36'] ?? { rule: { ...echo, form: 'uuid' } };
  const of = (seed: number): string => createClientIds(rule, { random: createRandom(seed) }).next();
  expect(of(1)).toBe(of(1));
  expect(of(1)).not.toBe(of(2));
});

describe('telling ids apart', () => {
  const text: ClientIdRule = { ...echo, form: 'text', max: 36, alphabet: /[-_A-Za-z0-9]/ };
  const others = [
    'web_2f8a1b3c4d5e6f708192a3b4c5d6e7f8',
    'hbotBBCUT64a1f0c3d9e2b7f1a2b3c4d5e6',
    'and_0b1c2d3e4f5061728394a5b6c7d8e9f0',
    'o',
    'o1',
    '',
    '12345678',
    'HBABCDEF123456',
  ];

  test('ids of other software are not ours', () => {
    const { isOurs } = createClientIds(text, { random: createRandom(1) });
    expect(others.filter(isOurs)).toEqual([]);
  });

  test.each<[string, ClientIdRule, (random: () => number) => string, number]>([
    [
      'text',
      text,
      (random) =>
        `o${Math.floor(random() * 36 ** 10)
          .toString(36)
          .padStart(10, '1')}`,
      3,
    ],
    [
      'uuid',
      { ...echo, form: 'uuid' },
      (random) => {
        const hex = (digits: number): string =>
          Math.floor(random() * 16 ** digits)
            .toString(16)
            .padStart(digits, '0');
        return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
      },
      0,
    ],
    ['64 bits', { ...echo, form: 'integer', bits: 64 }, (random) => String(Math.floor(random() * 2 ** 53)), 30],
    ['31 bits', { ...echo, form: 'integer', bits: 31 }, (random) => String(Math.floor(random() * 2 ** 31)), 400],
  ])('of 10,000 random ids, hardly any passes as ours: %s', (_name, rule, make, most) => {
    const { isOurs } = createClientIds(rule, { random: createRandom(1) });
    const random = createRandom(99);
    const mistaken = Array.from({ length: 10_000 }, () => make(random)).filter(isOurs);
    expect(mistaken.length).toBeLessThanOrEqual(most);
  });

  test('a changed id is not ours any more', () => {
    const { next, isOurs } = createClientIds(text, { random: createRandom(1) });
    const id = next();
    const last = id.endsWith('0') ? '1' : '0';
    expect([isOurs(id), isOurs(id.slice(0, -1) + last), isOurs(`${id.slice(0, 8)}0${id.slice(8)}`)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('another prefix is another owner', () => {
    const mine = createClientIds(text, { random: createRandom(1), prefix: 'desk1-' });
    const theirs = createClientIds(text, { random: createRandom(1), prefix: 'desk2-' });
    expect([mine.next().slice(0, 6), mine.isOurs(theirs.next())]).toEqual(['desk1-', false]);
  });
});

describe('prefixes', () => {
  const refusal = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (error instanceof Error) return error.message;
    }
    return 'nothing was refused';
  };
  const random = createRandom(1);

  test('an empty one is none', () => {
    const { next } = createClientIds({ ...echo, form: 'text', max: 36, alphabet: /[a-z0-9]/ }, { random, prefix: '' });
    expect(next()).toMatch(/^[0-9a-z]{10}$/);
  });

  test('what the venue does not take is refused', () => {
    expect(
      refusal(() =>
        createClientIds({ ...echo, form: 'text', max: 36, alphabet: /[a-z0-9]/ }, { random, prefix: 'a b' }),
      ),
    ).toBe('client order id: prefix "a b" has characters that the venue does not take: /[a-z0-9]/');
    expect(refusal(() => createClientIds({ ...echo, form: 'uuid' }, { random, prefix: 'a' }))).toBe(
      'client order id: prefix "a": the client order ids of this venue are uuid and take none',
    );
    expect(
      refusal(() =>
        createClientIds({ ...echo, form: 'text', max: 12, alphabet: /[a-z0-9]/ }, { random, prefix: 'abcde' }),
      ),
    ).toBe('prefix "abcde" leaves no room for a unique id in 12 characters');
    expect(refusal(() => createClientIds({ ...echo, form: 'text', max: 36, alphabet: /[a-z]/ }, { random }))).toBe(
      'the alphabet /[a-z]/ of client order ids lacks the ten digits',
    );
  });
});

describe('ids that a caller chose', () => {
  const faultOf = (rule: ClientIdRule, id: string): string | undefined => {
    try {
      createClientIds(rule, { random: createRandom(1) }).check(id);
    } catch (error) {
      if (error instanceof ConnectorError) return `${error.kind} ${error.outcome} ${error.message}`;
    }
    return undefined;
  };
  const says = (id: string, fault: string): string =>
    `invalid-request not-sent client order id: client order id ${JSON.stringify(id)} ${fault}`;

  test('text is held against length, alphabet and prefix', () => {
    const rule: ClientIdRule = { ...echo, form: 'text', max: 12, alphabet: /^[a-z0-9-]+$/, prefix: 't-' };
    expect(faultOf(rule, 't-mine')).toBeUndefined();
    expect(faultOf(rule, 't-')).toBe(says('t-', 'does not have 3 to 12 characters'));
    expect(faultOf(rule, 't-12345678901')).toBe(says('t-12345678901', 'does not have 3 to 12 characters'));
    expect(faultOf(rule, 'mine')).toBe(says('mine', 'does not begin with t-'));
    expect(faultOf(rule, 't-a\nb')).toBe(says('t-a\nb', 'has characters other than /^[a-z0-9-]+$/'));
  });

  test('numbers are held against their range', () => {
    const rule: ClientIdRule = { ...echo, form: 'integer', bits: 31 };
    expect(faultOf(rule, '2147483647')).toBeUndefined();
    for (const id of ['2147483648', '-1', '1.5', '1e3', '', 'x']) {
      expect(faultOf(rule, id)).toBe(says(id, 'is not an integer of at most 31 bits'));
    }
  });

  test('hexadecimal ids and uuids are held against their shape', () => {
    expect(faultOf({ ...echo, form: 'hex', bytes: 2 }, '0xAb12')).toBeUndefined();
    expect(faultOf({ ...echo, form: 'hex', bytes: 2 }, 'ab12')).toBe(
      says('ab12', 'is not 0x and 4 hexadecimal digits'),
    );
    expect(faultOf({ ...echo, form: 'uuid' }, '00000000-0000-0000-0000-000000000000')).toBeUndefined();
    expect(faultOf({ ...echo, form: 'uuid' }, '0000')).toBe(says('0000', 'is not a UUID'));
  });

  test('where the venue takes none, anything of 64 characters will do', () => {
    const rule: ClientIdRule = { ...echo, form: 'none' };
    expect([faultOf(rule, 'ä'), faultOf(rule, '')]).toEqual([undefined, says('', 'does not have 1 to 64 characters')]);
  });
});
