import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeQuery } from '../src/codec/query.js';
import { toAddress, toHostAddress, toWireUrl, withQuery } from '../src/rest/wire-url.js';

const names = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'pathname', 'search'] as const;
const read = (text: string): Record<string, string> => {
  const url = new URL(text);
  return Object.fromEntries(names.map((name) => [name, url[name]]));
};

const hosts = fc.constantFrom(
  ...['https://api.venue.com', 'https://api.venue.com/', 'https://API.venue.com', 'http://127.0.0.1:8080/base'],
  ...['https://api.venue.com:443', 'https://user:word@api.venue.com', 'http://[::1]:1/a/../b', 'https://a.com/x/?y=1'],
);
const paths = fc.oneof(
  fc.constantFrom(
    '/api/v3/order',
    '/',
    '/info/',
    '/a/./b',
    '/a/../b',
    '/a/.hidden',
    '/%2e%2e/b',
    '/a.b',
    '//a',
    '/a b',
  ),
  fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
);
const encoded = fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })).map(encodeQuery);
const queries = fc.oneof(
  encoded,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '?', 'a=1&b=2', "a='", 'a=%7B"b"%7D', 'a#b', '\tb', 'é=ü', 'a=[1]|^`{}'),
);
const whole = (host: string, path: string, query: string): string =>
  `${host.replace(/\/$/, '')}${path}${query === '' ? '' : `?${query}`}`;

test('an address is what a URL makes of its text', () => {
  fc.assert(
    fc.property(hosts, paths, encoded, (host, path, query) => {
      expect(toWireUrl(toAddress(toHostAddress(host), path), query)).toEqual(read(whole(host, path, query)));
    }),
    { numRuns: 5_000 },
  );
});

test('and with another query it is what a URL makes of that', () => {
  fc.assert(
    fc.property(hosts, paths, encoded, queries, (host, path, query, other) => {
      const url = toWireUrl(toAddress(toHostAddress(host), path), query);
      const [address = ''] = url.href.split(/[?#]/);
      expect(withQuery(url, other)).toEqual(read(other === '' ? address : `${address}?${other}`));
    }),
    { numRuns: 5_000 },
  );
});

test('an address that is none is refused when something is to be sent there', () => {
  const address = toAddress(toHostAddress('nowhere'), '/a');
  expect(() => toWireUrl(address, '')).toThrow('Invalid URL');
});
