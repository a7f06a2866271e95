import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeQuery, fillPath, takeHeaders } from '../src/codec/query.js';
import { decimal } from '../src/model/decimal.js';

describe('encodeQuery', () => {
  test('members keep their order and undefined ones are left out', () => {
    expect(encodeQuery({ symbol: 'BTCUSDT', limit: 5, after: undefined, active: true, price: '0.10' })).toBe(
      'symbol=BTCUSDT&limit=5&active=true&price=0.10',
    );
  });

  test('everything but unreserved characters is escaped', () => {
    expect(encodeQuery({ 'a b': "-._~!'()*&=+/ é" })).toBe('a%20b=-._~%21%27%28%29%2A%26%3D%2B%2F%20%C3%A9');
  });

  test('nothing is an empty text', () => {
    expect(encodeQuery({})).toBe('');
  });

  test('what is read back is what was given', () => {
    const params = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(params, (given) => {
        expect([...new URLSearchParams(encodeQuery(given))]).toEqual(Object.entries(given));
      }),
      { seed: 20_260_803, numRuns: 1_000 },
    );
  });

  test.each([
    [{ amount: decimal('1') }, 'parameter amount is object: pass its text'],
    [{ ids: ['1'] }, 'parameter ids is object: pass its text'],
    [{ id: null }, 'parameter id is null: pass its text'],
    [{ id: 1n }, 'parameter id is bigint: pass its text'],
    [{ price: 1e-7 }, 'parameter price is 1e-7: pass its text'],
    [{ price: 1e21 }, 'parameter price is 1e+21: pass its text'],
    [{ price: Number.NaN }, 'parameter price is NaN: pass its text'],
  ])('%o is refused', (params, message) => {
    expect(() => encodeQuery(params)).toThrow(new TypeError(message));
  });
});

describe('fillPath', () => {
  test('names are filled and the rest is left', () => {
    expect(fillPath('/v1/{account}/orders/{id}', { id: 'a/b c', symbol: 'X', account: 7 })).toEqual({
      path: '/v1/7/orders/a%2Fb%20c',
      rest: { symbol: 'X' },
    });
  });

  test('a path without names leaves all', () => {
    expect(fillPath('/v1/orders', { id: '1' })).toEqual({ path: '/v1/orders', rest: { id: '1' } });
  });

  test('a missing value is refused', () => {
    expect(() => fillPath('/orders/{id}', {})).toThrow(new TypeError('parameter id is undefined: pass its text'));
  });

  test.each(['', '.', '..'])('%j is refused, since it would lead to another path', (id) => {
    expect(() => fillPath('/orders/{id}', { id })).toThrow(
      new TypeError(`parameter id of /orders/{id} cannot be '${id}'`),
    );
  });
});

describe('takeHeaders', () => {
  test('named members become text and the others are left', () => {
    expect(
      takeHeaders(['x-until', 'x-dry', 'x-none'], { 'x-until': 17, a: 1, 'x-dry': true, 'x-none': undefined }),
    ).toEqual({
      headers: { 'x-until': '17', 'x-dry': 'true' },
      rest: { a: 1 },
    });
  });

  test('what is no text is refused by name', () => {
    expect(() => takeHeaders(['x-until'], { 'x-until': decimal('1') })).toThrow('parameter x-until is object');
  });
});
