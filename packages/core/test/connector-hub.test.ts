import { expect, test } from 'vitest';

import { createHub, type Hub } from '../src/connector/hub.js';
import { createListeners } from '../src/connector/listeners.js';
import { decimal } from '../src/model/decimal.js';
import type { Event, Happening } from '../src/model/event.js';
import { createCounts } from './support/counts.js';

type Desk = { readonly hub: Hub; readonly logged: unknown[]; readonly counts: Readonly<Record<string, number>> };

function open(): Desk {
  const { meter, counts } = createCounts();
  const logged: unknown[] = [];
  const log = (level: string, event: string, fields: object): void => {
    logged.push({ level, event, ...fields });
  };
  return { hub: createHub({ now: () => 5_000, log, meter }), logged, counts };
}

function balance(asset: string): Happening {
  return { type: 'balance', asset, total: decimal('1'), available: decimal('1') };
}

const warning: Happening = { type: 'warning', error: new Error('careful') };

test('a listener hears of its own type alone, in the order in which things happened', () => {
  const { hub } = open();
  const heard: string[] = [];
  hub.on('balance', ({ asset }) => heard.push(asset));
  hub.emit(balance('BTC'));
  hub.emit(warning);
  hub.emit(balance('USDT'));
  expect(heard).toEqual(['BTC', 'USDT']);
});

test('what is journaled carries the id, the sequence and the time of its record, and all else the last sequence', () => {
  const { hub } = open();
  const heard: Event[] = [];
  hub.on('balance', (event) => heard.push(event));
  hub.emit(balance('BTC'));
  hub.emit(balance('ETH'), { id: 'record', sequence: 7, at: 4_000 });
  hub.emit(balance('USDT'));
  expect(heard.map(({ id, sequence, at, seenAt }) => ({ id, sequence, at, seenAt }))).toEqual([
    { id: 'balance:1', sequence: 0, at: 5_000, seenAt: 5_000 },
    { id: 'record', sequence: 7, at: 4_000, seenAt: 5_000 },
    { id: 'balance:2', sequence: 7, at: 5_000, seenAt: 5_000 },
  ]);
});

test('a listener that throws is counted and logged, and keeps nothing from the others', () => {
  const { hub, logged, counts } = open();
  const heard: string[] = [];
  const error = new Error('oops');
  hub.on('balance', () => {
    throw error;
  });
  hub.on('balance', ({ asset }) => heard.push(asset));
  hub.emit(balance('BTC'));
  hub.emit(balance('ETH'));
  expect(heard).toEqual(['BTC', 'ETH']);
  expect(counts).toEqual({ 'listener.threw': 2 });
  expect(logged[0]).toEqual({ level: 'error', event: 'listener.threw', type: 'balance', id: 'balance:1', error });
});

test('what a listener causes is heard by all after what caused it', () => {
  const { hub } = open();
  const heard: string[] = [];
  hub.on('balance', ({ asset }) => {
    if (asset === 'BTC') hub.emit(balance('ETH'));
  });
  hub.on('balance', ({ asset }) => heard.push(asset));
  hub.emit(balance('BTC'));
  expect(heard).toEqual(['BTC', 'ETH']);
});

test('a listener that was taken off hears nothing more, not even of the event under delivery', () => {
  const { hub } = open();
  const heard: string[] = [];
  hub.on('balance', () => {
    off();
  });
  const off = hub.on('balance', ({ asset }) => heard.push(asset));
  hub.emit(balance('BTC'));
  hub.emit(balance('ETH'));
  expect(heard).toEqual([]);
});

test('one function may listen twice, and ends once each', () => {
  const { hub } = open();
  let heard = 0;
  const listener = (): void => {
    heard += 1;
  };
  const off = hub.on('warning', listener);
  hub.on('warning', listener);
  hub.emit(warning);
  off();
  hub.emit(warning);
  expect(heard).toBe(3);
});

test('listeners of a market do not hear of another, and one that throws keeps nothing from the others', () => {
  const thrown: unknown[] = [];
  const listeners = createListeners<string>((error) => thrown.push(error));
  const heard: string[] = [];
  const error = new Error('oops');
  listeners.on('BTC-USDT', () => {
    throw error;
  });
  listeners.on('BTC-USDT', (value) => heard.push(value));
  listeners.on('ETH-USDT', (value) => heard.push(`other ${value}`));
  listeners.tell('BTC-USDT', 'a');
  expect(heard).toEqual(['a']);
  expect(thrown).toEqual([error]);
});

test('a listener of a market that was taken off by one before it does not hear', () => {
  const listeners = createListeners<string>(() => undefined);
  const heard: string[] = [];
  listeners.on('BTC-USDT', () => {
    off();
  });
  const off = listeners.on('BTC-USDT', (value) => heard.push(value));
  listeners.tell('BTC-USDT', 'a');
  off();
  listeners.tell('BTC-USDT', 'b');
  expect(heard).toEqual([]);
});
