import { createHmac } from 'node:crypto';

import { expect, test } from 'vitest';

import { defaultMarkets } from '../emulator/index.js';
import { alice, aliceAccount, bob, createBench, limitOrder, type Client, type Params } from './emulator-client.js';

const refusal = (status: number, code: number, msg: string) => ({ status, body: { code: String(code), msg } });

// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#signed-endpoint-examples-for-post-apiv3order
const documented = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  apiSecret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
  payload:
    'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559',
  signature: 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
};

function createDocumentedBench() {
  const { apiKey, apiSecret } = documented;
  const [market] = defaultMarkets.slice(2);
  if (market === undefined) throw new Error('no market to start from');
  return createBench({
    start: 1_499_827_319_559,
    accounts: [{ apiKey, apiSecret, balances: { BTC: '1' } }],
    markets: [{ ...market, symbol: 'LTCBTC', base: 'LTC' }],
  });
}

test.each([
  ['query', `${documented.payload}&signature=${documented.signature}`, ''],
  ['query, in upper case', `${documented.payload}&signature=${documented.signature.toUpperCase()}`, ''],
  ['body', '', `${documented.payload}&signature=${documented.signature}`],
])('the documented signature is accepted in the %s', async (_, query, body) => {
  const bench = createDocumentedBench();
  const { status } = await bench.send('POST', '/api/v3/order', query, { body, apiKey: documented.apiKey });
  expect(status).toBe(200);
});

test('a mix of query and body is signed as both joined without a separator', async () => {
  const bench = createDocumentedBench();
  const [query, rest] = ['symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC', 'quantity=1&price=0.1'];
  const body = `${rest}&recvWindow=5000&timestamp=1499827319559`;
  const signature = createHmac('sha256', documented.apiSecret)
    .update(query + body)
    .digest('hex');
  const sent = { body: `${body}&signature=${signature}`, apiKey: documented.apiKey };
  expect((await bench.send('POST', '/api/v3/order', query, sent)).status).toBe(200);
});

test('a parameter in both places counts as in the query', async () => {
  const bench = createBench();
  const query = `symbol=BTCUSDT&timestamp=${bench.clock.now()}`;
  const body = 'symbol=ETHUSDT';
  const signature = alice.signature(query + body);
  const sent = { body: `${body}&signature=${signature}`, apiKey: alice.apiKey };
  expect(await bench.send('DELETE', '/api/v3/openOrders', query, sent)).toMatchObject(
    refusal(400, -2011, 'Unknown order sent.'),
  );
});

test('an Ed25519 key signs in base64, and a changed letter case does not pass', async () => {
  const bench = createBench();
  expect((await bench.signed(bob, 'GET /api/v3/openOrders')).status).toBe(200);
  const wrong: Client = { ...bob, signature: (text) => bob.signature(text).toLowerCase() };
  expect(await bench.signed(wrong, 'GET /api/v3/openOrders')).toMatchObject(
    refusal(400, -1022, 'Signature for this request is not valid.'),
  );
});

const stranger: Client = { ...alice, apiKey: 'nobodyKey' };
const forger: Client = { ...alice, signature: () => 'c0ffee' };
const invalidKey = 'Invalid API-key, IP, or permissions for action.';
const outside = 'Timestamp for this request is outside of the recvWindow.';
const ahead = "Timestamp for this request was 1000ms ahead of the server's time.";
const now = createBench().clock.now();

test.each<[string, Client, Params, ReturnType<typeof refusal>]>([
  ['an unknown key', stranger, {}, refusal(401, -2015, invalidKey)],
  ['a key with odd letters', { ...alice, apiKey: 'a b' }, {}, refusal(401, -2014, 'API-key format invalid.')],
  ['a wrong signature', forger, {}, refusal(400, -1022, 'Signature for this request is not valid.')],
  ['a timestamp older than 5 s', alice, { timestamp: now - 5_001 }, refusal(400, -1021, outside)],
  ['a timestamp older than its window', alice, { timestamp: now - 3, recvWindow: '2.5' }, refusal(400, -1021, outside)],
  ['a timestamp a second ahead', alice, { timestamp: now + 1_000 }, refusal(400, -1021, ahead)],
  [
    'a window over a minute',
    alice,
    { recvWindow: 60_001 },
    refusal(400, -1102, "'recvWindow' contains unexpected value. Cannot be greater than 60000."),
  ],
  [
    'a timestamp that is no number',
    alice,
    { timestamp: 'now' },
    refusal(400, -1100, "Illegal characters found in parameter 'timestamp'; legal range is '^[0-9]{1,20}$'."),
  ],
])('refuses %s', async (_, client, params, expected) => {
  const bench = createBench();
  expect(await bench.signed(client, 'GET /api/v3/account', params)).toMatchObject(expected);
});

test.each<[string, Params]>([
  ['just inside the window', { timestamp: now - 5_000 }],
  ['just under a second ahead', { timestamp: now + 999 }],
  ['in microseconds', { timestamp: now * 1_000 }],
  ['inside a window of a minute', { timestamp: now - 60_000, recvWindow: 60_000 }],
])('accepts a timestamp %s', async (_, params) => {
  const bench = createBench();
  expect((await bench.signed(alice, 'GET /api/v3/account', params)).status).toBe(200);
});

test.each([
  ['a timestamp', 'signature=00', 'timestamp'],
  ['a signature', `timestamp=${now}`, 'signature'],
])('refuses a signed request without %s', async (_, query, name) => {
  const bench = createBench();
  const expected = refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  expect(await bench.send('GET', '/api/v3/account', query, { apiKey: alice.apiKey })).toMatchObject(expected);
});

test('refuses a signed request without a key', async () => {
  const bench = createBench();
  const answer = await bench.send('GET', '/api/v3/account', `timestamp=${now}&signature=00`);
  expect(answer).toMatchObject(refusal(401, -2014, 'API-key format invalid.'));
});

test('a key that may not trade reads and places nothing', async () => {
  const bench = createBench({ accounts: [{ ...aliceAccount, canTrade: false }] });
  expect((await bench.signed(alice, 'GET /api/v3/account')).status).toBe(200);
  expect(await bench.signed(alice, 'POST /api/v3/order', limitOrder)).toMatchObject(refusal(401, -2015, invalidKey));
  expect(bench.venue.engine.orders('alice')).toEqual([]);
});

test('tells what a key may do', async () => {
  const bench = createBench({ accounts: [{ ...aliceAccount, canWithdraw: true }] });
  const { body } = await bench.signed(alice, 'GET /sapi/v1/account/apiRestrictions');
  expect(body).toMatchObject({ enableReading: true, enableSpotAndMarginTrading: true, enableWithdrawals: true });
});

test.each([
  ['/api/v3/depth', '', -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
  ['/api/v3/depth', 'symbol=', -1105, "Parameter 'symbol' was empty."],
  ['/api/v3/depth', 'symbol=XYZ', -1121, 'Invalid symbol.'],
  [
    '/api/v3/depth',
    'symbol=btcusdt',
    -1100,
    "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
  ],
  ['/api/v3/depth', 'symbol=BTCUSDT&symbol=BTCUSDT', -1101, 'Duplicate values for a parameter detected.'],
  [
    '/api/v3/depth',
    'symbol=BTCUSDT&limit=ten',
    -1100,
    "Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'.",
  ],
  ['/api/v3/depth', 'symbol=BTCUSDT&limit=0', -1130, "Data sent for parameter 'limit' is not valid."],
  [
    '/api/v3/depth',
    'symbol=BTCUSDT&depth=5',
    -1104,
    "Not all sent parameters were read; read '1' parameter(s) but was sent '2'.",
  ],
  ['/api/v3/ping', 'a=1', -1101, "Too many parameters; expected '0' and received '1'."],
  ['/api/v3/klines', 'symbol=BTCUSDT&interval=7m', -1120, 'Invalid interval.'],
  ['/api/v3/ticker/24hr', 'symbol=BTCUSDT&type=HUGE', -1139, 'Invalid ticker type.'],
  ['/api/v3/ticker/price', 'symbols=["BTCUSDT","BTCUSDT"]', -1151, 'Symbol is present multiple times in the list.'],
  ['/api/v3/ticker/price', 'symbolStatus=SAD', -1122, 'Invalid symbolStatus.'],
  [
    '/api/v3/depth',
    'symbol=BTCUSDT&symbolStatus=HALT',
    -1220,
    "The symbol's status does not match the requested symbolStatus.",
  ],
  ['/api/v3/depth', 'symbol=%ZZ', -1100, 'Illegal characters found in a parameter.'],
])('GET %s?%s is refused as %i', async (path, query, code, message) => {
  const bench = createBench();
  expect(await bench.get(path, query)).toMatchObject(refusal(400, code, message));
});

test('a path that does not exist is answered in HTML', async () => {
  const bench = createBench();
  const { status, headers } = await bench.get('/api/v3/nothing');
  expect([status, headers['content-type']]).toEqual([404, 'text/html']);
});
