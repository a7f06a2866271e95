import { createHmac } from 'node:crypto';

import { decodeJson, nodePorts } from '@hb/connector-core';
import { createVirtualClock, type VirtualClock } from '@hb/connector-testkit';

import {
  createBinancePerpetualEmulator,
  type BinancePerpetualEmulator,
  type BinancePerpetualEmulatorOptions,
} from '../emulator/index.js';

export type Params = Readonly<Record<string, string | number | boolean>>;
export type Reply = { readonly status: number; readonly body: unknown };

/** A connection as its client sees it. */
export type Wire = {
  readonly received: unknown[];
  readonly closes: number[];
  readonly send: (message: unknown) => void;
};

/** A venue without a network, with the accounts `alice`, who asks, and `maker`, who rests orders. */
export type Bench = {
  readonly venue: BinancePerpetualEmulator;
  readonly clock: VirtualClock;
  /** Unsigned: `GET /fapi/v1/depth`. */
  readonly get: (path: string, params?: Params) => Promise<unknown>;
  /** Signed by alice. */
  readonly signed: (at: string, params?: Params) => Promise<Reply>;
  readonly send: (at: string, query: string, key?: string) => Promise<Reply>;
  readonly open: (path: string, query?: string) => Wire;
  /** The maker rests this at a price of BTCUSDT. */
  readonly make: (side: 'buy' | 'sell', price: string, amount: string) => void;
};

export type BenchOptions = Partial<Omit<BinancePerpetualEmulatorOptions, 'clock' | 'crypto' | 'accounts'>>;

const address = '127.0.0.1';

export function createBench(options: BenchOptions = {}): Bench {
  const clock = createVirtualClock();
  const venue = createBinancePerpetualEmulator({
    ...{ clock, crypto: nodePorts().crypto, ...options },
    accounts: [
      { name: 'alice', apiKey: 'aliceKey', apiSecret: 'aliceSecret', balances: { USDT: '100000' } },
      { name: 'maker', apiKey: 'makerKey', apiSecret: 'makerSecret', balances: { USDT: '9000000' } },
    ],
  });
  const send: Bench['send'] = async (at, query, key) => {
    const [method = '', path = ''] = at.split(' ');
    const headers = new Map(key === undefined ? [] : [['x-mbx-apikey', key]]);
    const answer = await venue.http({ method, path, query, headers, body: '', address });
    if ('cut' in answer || typeof answer.body !== 'string') throw new Error('the venue gave no answer');
    return { status: answer.status, body: answer.body.startsWith('<') ? answer.body : decodeJson(answer.body) };
  };
  return {
    ...{ venue, clock, send },
    get: async (path, params = {}) => (await send(`GET ${path}`, toQuery(params))).body,
    signed: async (at, params = {}) => {
      const text = toQuery({ timestamp: clock.now(), ...params });
      const signature = createHmac('sha256', 'aliceSecret').update(text).digest('hex');
      return send(at, `${text}&signature=${signature}`, 'aliceKey');
    },
    open: (path, query = '') => open(venue, path, query),
    make: (side, price, amount) => {
      const market = venue.engine.market('BTCUSDT');
      if (market === undefined) throw new Error('no market');
      const terms = { price: market.price.parse(price) ?? 0n, amount: market.amount.parse(amount) ?? 0n };
      venue.engine.place('maker', { market: 'BTCUSDT', side, type: 'limit', ...terms });
    },
  };
}

function toQuery(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}

function open(venue: BinancePerpetualEmulator, path: string, query: string): Wire {
  const received: unknown[] = [];
  const closes: number[] = [];
  const opened = venue.connect(
    { path, query, headers: new Map(), address },
    {
      send: (message) => received.push(decodeJson(String(message))),
      ping: () => {
        if ('message' in opened) opened.pong?.();
      },
      pong: () => undefined,
      close: (code) => {
        if (closes.push(code) === 1 && 'message' in opened) opened.closed(code);
      },
    },
  );
  if (!('message' in opened)) throw new Error(`declined: ${JSON.stringify(opened)}`);
  const encode = (message: unknown) => (typeof message === 'string' ? message : JSON.stringify(message));
  return { received, closes, send: (message) => opened.message(new TextEncoder().encode(encode(message))) };
}
