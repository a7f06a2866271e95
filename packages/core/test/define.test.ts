import { describe, expect, test } from 'vitest';

import { defineChain, defineDex, definePerpetualConnector, defineSpotConnector } from '../src/index.js';
import { tiny } from './support/connector-venue.js';

const { environments } = tiny;
const never = (): never => {
  throw new Error('not called');
};
const positions = { modes: ['one-way'] as const, fetch: never, fetchFunding: never, fetchPayments: never };

const scanned: typeof tiny = {
  ...tiny,
  market: {
    ...tiny.market,
    checksum: { levels: 1, of: never },
    feed: { streams: { public: { url: never, frame: never, parse: never, silentMs: 1, scan: never } } },
  },
};

describe('a spot venue', () => {
  test('that keeps the contract comes back unchanged', () => {
    expect(defineSpotConnector(tiny)).toBe(tiny);
  });

  test.each([
    ['an id in capitals', { ...tiny, id: 'Tiny' }, 'Tiny: an id has lower-case letters'],
    ['no environment', { ...tiny, environments: {} }, 'tiny: no environment'],
    [
      'an address in plain text',
      { ...tiny, environments: { live: { rest: 'http://tiny.example' } } },
      'tiny: live.rest is not https or wss: http://tiny.example',
    ],
    [
      'environments with different hosts',
      { ...tiny, environments: { live: { rest: 'https://a.example' }, test: { other: 'https://b.example' } } },
      'tiny: test has other hosts than live',
    ],
    [
      'client ids too short to be unique',
      { ...tiny, orders: { ...tiny.orders, clientId: { ...text, max: 8 } } },
      'tiny: 8 characters hold no unique id',
    ],
    [
      'batches of orders that are prepared',
      { ...tiny, trading: { ...tiny.trading, prepare: never, placeMany: { max: 5, run: never } } },
      'tiny: orders that are prepared go one by one, without placeMany',
    ],
    ['checksums that the fast way does not see', scanned, 'tiny: checksums are not seen by scan'],
  ])('with %s is refused', (_, spec, message) => {
    expect(() => defineSpotConnector(spec)).toThrow(message);
  });
});

const text = { form: 'text', alphabet: /[a-z]/, unique: 'among-open', echoed: true } as const;

describe('a perpetual venue', () => {
  const perpetual = { ...tiny, specVersion: 'perpetual/1', id: 'tiny_perpetual', positions } as const;

  test('that keeps the contract comes back unchanged', () => {
    expect(definePerpetualConnector(perpetual)).toBe(perpetual);
  });

  test('whose id does not say so is refused', () => {
    expect(() => definePerpetualConnector({ ...perpetual, id: 'tiny' })).toThrow('ends in _perpetual');
  });
});

describe('a chain and a DEX', () => {
  const native = { id: '0x0', symbol: 'ETH', decimals: 18 };
  const network = { chainId: 1, native, wrapped: native, blockMs: 12_000, finalDepth: 2, tokens: [] };
  const chain = {
    specVersion: 'chain/1',
    id: 'chain',
    docs: 'https://chain.example',
    environments,
    credentials: {},
    options: () => ({}),
    limits: () => ({}),
    judge: () => undefined,
    networks: Object.fromEntries(Object.keys(environments).map((name) => [name, network])),
    fetchHeight: never,
    fetchBlockTime: never,
    toOwner: never,
    fetchToken: never,
    fetchBalances: never,
    fetchNonce: never,
    fetchApprovals: never,
    fetchFee: never,
    plan: never,
    mergePlans: never,
    signTransaction: never,
    broadcast: never,
    ...{ fetchState: never, isStuck: never, wrap: never, unwrap: never, planFaster: never, planCancel: never },
  } as const;
  const dex = {
    specVersion: 'dex/1',
    id: 'dex',
    docs: 'https://dex.example',
    chain: 'chain',
    networks: ['live'],
    fetchMarket: never,
    quote: never,
    build: never,
  } as const;

  test('that keep the contract come back unchanged', () => {
    expect([defineChain(chain), defineDex(dex)]).toEqual([chain, dex]);
  });

  test('with an id that is no id are refused', () => {
    expect(() => defineChain({ ...chain, id: '1chain' })).toThrow('1chain: an id has');
    expect(() => defineDex({ ...dex, id: '' })).toThrow(': an id has');
  });

  test('without a network for each environment are refused', () => {
    expect(() => defineChain({ ...chain, networks: {} })).toThrow('chain: there is no network');
  });
});
