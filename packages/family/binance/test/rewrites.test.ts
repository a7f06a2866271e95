import { expect, test } from 'vitest';

import { joinRewrites, toFailure, toRewrites } from '../emulator/index.js';

test.each([
  ['P03', '{"e":"executionReport","X":"NEW"}', '{"e":"executionReport","X":"FROZEN"}'],
  ['P04', '{"e":"executionReport","z":"1.0","i":7}', '{"e":"executionReport","i":7}'],
  ['P05', '{"e":"executionReport","i":7}', '{"e":"executionReport","i":"7"}'],
  ['P05', '{"e":"depthUpdate","u":7}', '{"e":"depthUpdate","u":"7"}'],
  ['P08', '{"e":"executionReport","q":"1.5"}', '{"e":"executionReport","q":"1.50000"}'],
  ['P09', '{"e":"depthUpdate","b":[["1","2"]]}', '{"e":"depthUpdate","b":[["","2"]]}'],
])('%s turns %s into %s', (id, sent, arrives) => {
  const rewrites = toRewrites('executionReport')[id];
  const rewritten = rewrites?.filter(({ match }) => sent.includes(match)).map(({ from, to }) => sent.replace(from, to));
  expect(rewritten).toContain(arrives);
});

test('rewrites of a product stand behind the common ones', () => {
  const own = [{ match: 'a', from: /a/, to: 'b' }];
  const common = toRewrites('executionReport');
  expect(joinRewrites(common, { P04: own, P99: own })).toEqual({
    ...common,
    P04: [...(common['P04'] ?? []), ...own],
    P99: own,
  });
});

test('a failure says how long to wait where it is told', () => {
  expect(toFailure(429, -1003, 'Too many requests.', 3)).toEqual({
    ...{ status: 429, body: '{"code":-1003,"msg":"Too many requests."}', headers: { 'retry-after': '3' } },
  });
  expect(toFailure(400, -2013, 'Order does not exist.')).not.toHaveProperty('headers');
});
