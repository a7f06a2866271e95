import { printConformance, resultOf, spotCases, type ConformanceCase } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { inConnector, inPorts, inVenue, plant, type Defect, type Fixture } from './conformance/defect.js';
import { fixture } from './conformance/fixture.js';

test('each of the 39 standard cases has a row', () => {
  const ids = spotCases(fixture).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 39 }, (_, index) => String(index + 1))));
  expect(new Set(ids).size).toBe(ids.length);
});

test('no case waits for a part that is not built', () => {
  const waiting = spotCases(fixture).filter(({ status }) => status !== 'runs' && 'notYet' in status);
  expect(waiting).toEqual([]);
});

test('a case that means nothing for a venue keeps its row and names the absent member of the spec', async () => {
  const { fetchTickers: _tickers, fetchBook: _book, ...market } = fixture.spec.market;
  const { streams: _streams, ...feed } = fixture.spec.trading.feed;
  const lesser: Fixture = { ...fixture, spec: { ...fixture.spec, market, trading: { ...fixture.spec.trading, feed } } };
  const rows = spotCases(lesser).filter(({ status }) => status !== 'runs' && 'notApplicable' in status);
  const results = await Promise.all(rows.map(resultOf));
  expect(results.map(({ case: { id }, why }) => [id, why])).toEqual([
    ['6', 'the spec has no market.fetchTickers'],
    ...['28', '29', '30', '31', '33', '38', '39'].map((id) => [id, 'the spec has no trading.feed.streams']),
    ['gap-book-old-snapshot', 'the spec has no market.fetchBook'],
    ...[
      ...['gap-account-reconnect', 'gap-session-expiry', 'gap-account-silence', 'gap-account-audit'],
      ...['gap-account-duplicates', 'gap-account-reordered', 'gap-open-after-filled'],
      ...['input-account-half-frame', 'input-account-nan', 'gap-create-timeout'],
    ].map((id) => [id, 'the spec has no trading.feed.streams']),
    [
      'gap-sub-accounts',
      'the spec has no member for accounts below an account: a connector is one account, with credentials of its own',
    ],
  ]);
  expect(printConformance(results)).toContain(`${results.length} not applicable, 0 failed of ${results.length}`);
});

test('after every case, a venue that turned something away for a limit fails it', async () => {
  const over = inVenue((venue) => ({ ...venue, limitRefusals: () => 1 }));
  await expect(planted(over).run()).rejects.toThrow('turned 1 requests away');
});

test('after every case, a secret, a key or a signature in a log fails it', async () => {
  const { apiKey, apiSecret } = fixture.credentials;
  if (typeof apiSecret !== 'string') throw new TypeError('the fixture has no secret in plain text');
  for (const text of [apiSecret, Buffer.from(apiSecret).toString('base64'), apiKey]) {
    const leak = inPorts(({ log }) => ({
      log: (level, event, fields) => log(level, event, { ...fields, cause: new Error('x', { cause: { text } }) }),
    }));
    await expect(planted(leak).run()).rejects.toThrow('a secret, a key or a signature was told');
  }
});

test('after every case, a timer or a socket that is left fails it', async () => {
  const unstopped = inConnector(() => ({ stop: async () => ({ open: [], uncertain: [] }) }));
  await expect(planted(unstopped).run()).rejects.toThrow(/are open after stop|are left after stop/);
});

test('after every case, a promise that rejects unheard fails it', async () => {
  const unheard = inConnector(() => {
    void Promise.reject(new Error('unheard'));
    return {};
  });
  // The test runner listens too and would fail the run.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    await expect(planted(unheard).run()).rejects.toThrow('a promise rejected and nobody listened: Error: unheard');
  } finally {
    for (const listener of others) process.on('unhandledRejection', listener);
  }
});

/** A case that passes, with a defect planted that it does not look for. */
function planted(defect: Defect): ConformanceCase {
  const { fixture: changed, connect } = plant(fixture, defect);
  const one = spotCases(changed, { connect }).find(({ id }) => id === '3');
  if (one === undefined) throw new Error('there is no case 3');
  return one;
}
