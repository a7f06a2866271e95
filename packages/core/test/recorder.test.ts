import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { decodeJson } from '../src/codec/json.js';
import { nodePorts } from '../src/ports/node.js';
import type { HttpAnswer, Ports, WsHandlers } from '../src/ports/ports.js';
import { recordFixtures } from '../src/ports/recorder.js';
import type { RecorderOptions } from '../src/ports/recorder.js';

type World = { ports: Ports; files: Map<string, string>; handlers: WsHandlers[]; logged: unknown[] };

const at = 1_795_341_600_000;
const ignore = { open: none, frame: none, pong: none, close: none };

function none(): void {
  // Nothing to do.
}

/** Recording ports over a network that answers `body`, and a disk in memory. */
function record(body: Uint8Array | string, options: Partial<RecorderOptions> = {}, sync = Promise.resolve()): World {
  const files = new Map<string, string>();
  const handlers: WsHandlers[] = [];
  const logged: unknown[] = [];
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const answer: HttpAnswer = { status: 200, headers: new Map([['set-cookie', 'canary']]), body: bytes };
  const inner: Ports = {
    ...nodePorts({ log: (...line) => logged.push(line) }),
    http: { send: async () => answer },
    ws: {
      open: (_, on) => {
        handlers.push(on);
        return { send: none, ping: none, close: none };
      },
    },
    disk: {
      ...nodePorts().disk,
      append: (file, chunk) => files.set(file, (files.get(file) ?? '') + Buffer.from(chunk).toString()),
      sync: () => sync,
    },
  };
  return { files, handlers, logged, ports: recordFixtures(inner, { folder: 'fixtures', now: () => at, ...options }) };
}

function send({ ports }: World, url: string, method = 'GET'): Promise<HttpAnswer> {
  const limits = { deadlineMs: 1, maxBytes: 1, pool: 'data' } as const;
  const headers = { 'x-mbx-apikey': 'canary', authorization: 'Bearer canary' };
  return ports.http.send({ method, url: new URL(url), body: 'secret=canary', headers }, limits);
}

async function payloadOf(body: string, options: Partial<RecorderOptions> = {}): Promise<unknown> {
  const world = record(body, options);
  await send(world, 'https://api.venue.com/x');
  const text = [...world.files.values()][0] ?? '';
  const { payload } = parse(text);
  return payload;
}

function parse(text: string): { source?: unknown; recorded?: unknown; payload?: unknown } {
  const fixture = decodeJson(text);
  return typeof fixture === 'object' ? { ...fixture } : {};
}

describe('a fixture', () => {
  test('of an answer has its source, the day and the payload as its text', async () => {
    const world = record('{"price":1.10,\n"id":9007199254740993}');
    const answer = await send(world, 'https://api.venue.com/api/v3/depth?symbol=BTCUSDT&limit=1000');
    expect(Buffer.from(answer.body).toString()).toBe('{"price":1.10,\n"id":9007199254740993}');
    expect([...world.files].map(([file, text]) => [file, parse(text)])).toEqual([
      [
        `fixtures/rest.get-api-v3-depth.${at}-1.json`,
        {
          source: 'GET https://api.venue.com/api/v3/depth?symbol=BTCUSDT&limit=1000',
          recorded: '2026-11-22',
          payload: '{"price":1.10,\n"id":9007199254740993}',
        },
      ],
    ]);
  });

  test('is written for each websocket message, which goes on to its reader', () => {
    const world = record('');
    const seen: string[] = [];
    const frame = (bytes: Uint8Array): number => seen.push(Buffer.from(bytes).toString());
    const limits = { maxBytes: 1 };
    world.ports.ws.open(new URL('wss://stream.venue.com:9443/stream?streams=btc'), { ...ignore, frame }, limits);
    for (const text of ['{"e":"trade"}', '{"e":"depth"}']) world.handlers[0]?.frame(new TextEncoder().encode(text));
    expect(seen).toEqual(['{"e":"trade"}', '{"e":"depth"}']);
    expect([...world.files].map(([file, text]) => [file, parse(text).source, parse(text).payload])).toEqual([
      [`fixtures/ws.stream-venue-com.${at}-1.json`, 'wss://stream.venue.com:9443/stream?streams=btc', '{"e":"trade"}'],
      [`fixtures/ws.stream-venue-com.${at}-2.json`, 'wss://stream.venue.com:9443/stream?streams=btc', '{"e":"depth"}'],
    ]);
  });

  test('of gzip holds the text inside', async () => {
    const world = record(gzipSync('{"a":1}'));
    await send(world, 'https://api.venue.com/x');
    expect([...world.files.values()].map((text) => parse(text).payload)).toEqual(['{"a":1}']);
  });

  test('is not written of bytes that nobody can scrub', async () => {
    const world = record(new Uint8Array([0x80, 0xff]));
    await send(world, 'https://api.venue.com/x?a=1');
    expect([...world.files]).toEqual([]);
    expect(world.logged).toEqual([
      ['warn', 'recorder.not-text', { source: 'GET https://api.venue.com/x?a=1', bytes: 2 }],
    ]);
  });

  test.each([
    ['1970-01-01', 0],
    ['2024-02-29', 1_709_251_199_999],
    ['2024-03-01', 1_709_251_200_000],
    ['2000-12-31', 978_220_800_000],
  ])('has the day %s', async (day, now) => {
    const world = record('{}', { now: () => now });
    await send(world, 'https://api.venue.com/x');
    expect([...world.files.values()].map((text) => parse(text).recorded)).toEqual([day]);
  });

  test('that cannot be written is reported, and the answer arrives', async () => {
    const world = record('{}', {}, Promise.reject(new Error('disk full')));
    expect((await send(world, 'https://api.venue.com/x')).status).toBe(200);
    await Promise.resolve();
    const file = `fixtures/rest.get-x.${at}-1.json`;
    expect(world.logged).toEqual([['error', 'recorder.failed', { file, reason: 'disk full' }]]);
  });

  test('is the last after ten thousand', async () => {
    const world = record('{}');
    for (let sent = 0; sent < 10_010; sent += 1) await send(world, 'https://api.venue.com/x');
    expect(world.files.size).toBe(10_000);
  });
});

describe('a canary secret is in no fixture', () => {
  const key = 'CanaryKey0123456789abcdefABCDEF/+=';

  test.each([
    `{"echo":"${key}"}`,
    `{"echo":"${encodeURIComponent(key)}"}`,
    `{"echo":"${key.replace('/', '\\/')}"}`.replace('\\/', '/'),
    `{"data":"{\\"note\\":\\"${key}\\"}"}`,
    `plain text with ${key} in it`,
  ])('given as a secret: %s', async (body) => {
    const payload = await payloadOf(body, { secrets: [key] });
    expect(payload).not.toContain('Canary');
    expect(payload).toContain('[scrubbed]');
  });

  test.each([
    [`{"apiKey":"${key}","n":1}`, '{"apiKey":"[scrubbed]","n":1}'],
    [`{ "listen_key" : "${key}" }`, '{ "listen_key" : "[scrubbed]" }'],
    ['{"uid":354937868,"makerCommission":15}', '{"uid":0,"makerCommission":15}'],
    ['{"ipList":["1.2.3.4","5.6.7.8"]}', '{"ipList":"[scrubbed]"}'],
    ['{"token":"a\\"b","x":"kept"}', '{"token":"[scrubbed]","x":"kept"}'],
    [
      '{"d":"{\\"listenKey\\":\\"abc\\",\\"uid\\":12,\\"p\\":\\"1.0\\"}"}',
      '{"d":"{\\"listenKey\\":\\"[scrubbed]\\",\\"uid\\":0,\\"p\\":\\"1.0\\"}"}',
    ],
    ['{"contact":"some.body+x@mail.example.com"}', '{"contact":"[scrubbed]"}'],
    ['{"stream":"btcusdt@depth@100ms","accountType":"SPOT"}', '{"stream":"btcusdt@depth@100ms","accountType":"SPOT"}'],
  ])('by the name of its member: %s', async (body, expected) => {
    expect(await payloadOf(body)).toBe(expected);
  });

  test('by a name that the user adds', async () => {
    expect(await payloadOf('{"vault":"0xabc","price":"1"}', { names: ['vault'] })).toBe(
      '{"vault":"[scrubbed]","price":"1"}',
    );
  });

  test('from the headers, the query, the path and the body of a request', async () => {
    const world = record('{}', { secrets: ['canary'] });
    const token = 'pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1';
    const signed = `symbol=BTCUSDT&timestamp=1&recvWindow=5000&apiKey=canary&signature=${'0a'.repeat(32)}&note=canary`;
    await send(world, `https://api.venue.com/api/v3/order?${signed}`, 'POST');
    await send(world, `https://api.venue.com/ws/${token}?q=${token}&text=a%20b&__=1`);
    world.ports.ws.open(new URL(`wss://stream.venue.com/ws/${token}?listenKey=${token}`), ignore, { maxBytes: 1 });
    world.handlers[0]?.frame(new TextEncoder().encode('{}'));
    expect([...world.files.values()].map((text) => parse(text).source)).toEqual([
      'POST https://api.venue.com/api/v3/order?symbol=BTCUSDT&note=[scrubbed]',
      'GET https://api.venue.com/ws/[scrubbed]',
      'wss://stream.venue.com/ws/[scrubbed]',
    ]);
    expect(inspect(world.files)).not.toMatch(/canary|pqia91/);
  });
});
