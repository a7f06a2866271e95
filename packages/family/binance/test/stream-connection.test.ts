import { createPublisher, createVirtualClock, silence } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { createStreamConnection } from '../emulator/index.js';

type Rules = { readonly path?: string; readonly query?: string; readonly carries?: (name: string) => boolean };

/** Topics publish on command; those of this product end in `@trade`. */
function open({ path = '/ws', query = '', ...rules }: Rules = {}) {
  const told: string[] = [];
  const refusals: string[] = [];
  const sources = new Map<string, (payload: unknown) => void>();
  const publisher = createPublisher((name, publish) => {
    sources.set(name, publish);
    return silence;
  });
  const socket = {
    send: (message: string | Uint8Array) => told.push(String(message)),
    ping: () => undefined,
    pong: () => told.push('pong'),
    close: (code: number, reason: string) => told.push(`${code} ${reason}`),
  };
  const parts = {
    ...{ clock: createVirtualClock(), publisher, noteRefusal: () => refusals.push('refused') },
    ...{ messagesPerSecond: 3, isStream: (name: string) => name.endsWith('@trade'), ...rules },
  };
  const connection = createStreamConnection(parts, { path, query }, socket);
  const say = (text: string) => connection.message(new TextEncoder().encode(text));
  return { told, refusals, connection, say, publish: (name: string) => sources.get(name)?.({ e: name }) };
}

test('a path and a query subscribe to the streams that the product has', () => {
  const plain = open({ path: '/ws/a@trade/b@other' });
  plain.publish('a@trade');
  expect(plain.told).toEqual(['{"e":"a@trade"}']);
  const combined = open({ path: '/stream', query: 'streams=a@trade' });
  combined.publish('a@trade');
  expect(combined.told).toEqual(['{"stream":"a@trade","data":{"e":"a@trade"}}']);
});

test('streams that a connection does not carry stay silent', () => {
  const { publish, told } = open({ path: '/ws/a@trade/b@trade', carries: (name) => name !== 'a@trade' });
  publish('a@trade');
  publish('b@trade');
  expect(told).toEqual(['{"e":"b@trade"}']);
});

test('subscriptions come, are listed and go', () => {
  const { say, told, publish } = open();
  say('{"method":"SUBSCRIBE","params":["a@trade"],"id":1}');
  say('{"method":"LIST_SUBSCRIPTIONS","id":9007199254740993}');
  say('{"method":"UNSUBSCRIBE","params":["a@trade"],"id":3}');
  publish('a@trade');
  expect(told).toEqual([
    '{"result":null,"id":1}',
    '{"result":["a@trade"],"id":9007199254740993}',
    '{"result":null,"id":3}',
  ]);
});

test('messages are combined on demand', () => {
  const { say, told, publish } = open({ path: '/ws/a@trade' });
  say('{"method":"SET_PROPERTY","params":["combined",true],"id":1}');
  say('{"method":"GET_PROPERTY","params":["combined"],"id":2}');
  publish('a@trade');
  expect(told.slice(1)).toEqual(['{"result":true,"id":2}', '{"stream":"a@trade","data":{"e":"a@trade"}}']);
});

test.each([
  [3, '{"method"'],
  [2, '{"id":1}'],
  [2, '{"method":"SUBSCRIBE","params":["a@trade"]}'],
  [2, '{"method":"SUBSCRIBE","params":["a@other"],"id":1}'],
  [2, '{"method":"SUBSCRIBE","params":"a@trade","id":1}'],
  [2, '{"method":"SHOUT","id":1}'],
  [0, '{"method":"GET_PROPERTY","params":["colour"],"id":1}'],
  [1, '{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}'],
])('code %i for %s', (code, text) => {
  const { say, told } = open();
  say(text);
  expect(told).toEqual([expect.stringContaining(`{"error":{"code":${code},`)]);
});

test('pings and pongs count too, and too many messages of a second end the connection', () => {
  const { connection, say, told, refusals } = open();
  connection.ping?.();
  connection.pong?.();
  say('{"method":"LIST_SUBSCRIPTIONS","id":1}');
  say('{"method":"LIST_SUBSCRIPTIONS","id":2}');
  expect(told).toEqual(['pong', '{"result":[],"id":1}', '1008 Too many requests']);
  expect(refusals).toEqual(['refused']);
});
