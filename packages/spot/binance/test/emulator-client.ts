import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

import { decodeJson, nodePorts } from '@hb/connector-core';
import { createVirtualClock, type VenueAnswer, type VenueConnection, type VirtualClock } from '@hb/connector-testkit';

import { createBinanceEmulator, type BinanceEmulator, type BinanceEmulatorOptions } from '../emulator/index.js';

export type Params = Readonly<Record<string, string | number | boolean>>;

/** An account of the emulator with a client of its own: `alice` signs with HMAC, `bob` with Ed25519. */
export type Client = {
  readonly apiKey: string;
  readonly signature: (text: string) => string;
};

const pair = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

export const alice: Client = {
  apiKey: 'aliceKey',
  signature: (text) => createHmac('sha256', 'aliceSecret').update(text).digest('hex'),
};

export const bob: Client = {
  apiKey: 'bobKey',
  signature: (text) => sign(null, Buffer.from(text), pair.privateKey).toString('base64'),
};

export const aliceAccount = {
  ...{ name: 'alice', apiKey: alice.apiKey, apiSecret: 'aliceSecret' },
  balances: { BTC: '1', USDT: '100000' },
} as const;

export const bobAccount = {
  ...{ name: 'bob', apiKey: bob.apiKey, privateKey: pair.privateKey },
  balances: { BTC: '10', USDT: '1000000' },
} as const;

export type Reply = { readonly status: number; readonly body: unknown; readonly headers: VenueAnswer['headers'] };

/** A connection as its client sees it. */
export type Wire = {
  readonly received: unknown[];
  readonly texts: string[];
  readonly closes: [code: number, reason: string][];
  readonly pings: () => number;
  readonly pongs: () => number;
  readonly send: (message: unknown) => void;
  readonly connection: VenueConnection;
};

/** A venue without a network, and what is needed to talk to it. */
export type Bench = {
  readonly venue: BinanceEmulator;
  readonly clock: VirtualClock;
  /** Sends as it is, unsigned. */
  readonly get: (path: string, query?: string, headers?: Params) => Promise<Reply>;
  readonly send: (method: string, path: string, query: string, options?: Sent) => Promise<Reply>;
  /** Signed, with all parameters in the query. */
  readonly signed: (client: Client, at: string, params?: Params) => Promise<Reply>;
  readonly open: (path: string, query?: string) => Wire;
  /** A request of the WebSocket API, signed: what is sent, without its id. */
  readonly rpc: (client: Client, method: string, params?: Params) => { method: string; params: Params };
};

export type Sent = { readonly body?: string; readonly apiKey?: string; readonly address?: string };

export type BenchOptions = Partial<Omit<BinanceEmulatorOptions, 'clock' | 'crypto'>> & { readonly start?: number };

export function createBench({ start, ...options }: BenchOptions = {}): Bench {
  const clock = createVirtualClock(start === undefined ? {} : { start });
  const accounts = [aliceAccount, bobAccount];
  const venue = createBinanceEmulator({ clock, crypto: nodePorts().crypto, accounts, ...options });
  const address = '127.0.0.1';

  const send: Bench['send'] = async (method, path, query, sent = {}) => {
    const headers = new Map(sent.apiKey === undefined ? [] : [['x-mbx-apikey', sent.apiKey]]);
    const request = { method, path, query, headers, body: sent.body ?? '', address: sent.address ?? address };
    const answer = await venue.http(request);
    if ('cut' in answer) throw new Error('the venue gave no answer');
    const text = typeof answer.body === 'string' ? answer.body : '';
    const isJson = answer.headers['content-type']?.startsWith('application/json') === true;
    return { status: answer.status, headers: answer.headers, body: isJson ? decodeJson(text) : text };
  };
  return {
    venue,
    clock,
    send,
    get: (path, query = '') => send('GET', path, query),
    signed: (client, at, params = {}) => {
      const [method = '', path = ''] = at.split(' ');
      const text = toQuery({ timestamp: clock.now(), ...params });
      const query = `${text}&signature=${encodeURIComponent(client.signature(text))}`;
      return send(method, path, query, { apiKey: client.apiKey });
    },
    open: (path, query = '') => open(venue, { path, query, headers: new Map(), address }),
    rpc: (client, method, params = {}) => {
      const all: Params = { apiKey: client.apiKey, timestamp: clock.now(), ...params };
      const text = Object.entries(all)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => `${name}=${value}`)
        .join('&');
      return { method, params: { ...all, signature: client.signature(text) } };
    },
  };
}

/** An order of alice: buys 0.001 BTC at 60000. */
export const limitOrder = {
  ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
  ...{ quantity: '0.001', price: '60000', newClientOrderId: 'mine' },
} as const;

function toQuery(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}

function open(venue: BinanceEmulator, upgrade: Parameters<BinanceEmulator['connect']>[0]): Wire {
  const received: unknown[] = [];
  const texts: string[] = [];
  const closes: [number, string][] = [];
  const counts = { pings: 0, pongs: 0 };
  const opened = venue.connect(upgrade, {
    send: (message) => {
      if (typeof message !== 'string') throw new Error('the venue sends text');
      texts.push(message);
      received.push(decodeJson(message));
    },
    ping: () => (counts.pings += 1),
    pong: () => (counts.pongs += 1),
    close: (code, reason) => {
      if (closes.push([code, reason]) === 1 && 'message' in opened) opened.closed(code);
    },
  });
  if (!('message' in opened)) throw new Error(`declined: ${JSON.stringify(opened)}`);
  const send = (message: unknown) =>
    opened.message(new TextEncoder().encode(typeof message === 'string' ? message : JSON.stringify(message)));
  return { received, texts, closes, pings: () => counts.pings, pongs: () => counts.pongs, send, connection: opened };
}
