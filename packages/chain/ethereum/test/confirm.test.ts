import { describe, expect, test } from 'vitest';

import { ethereum } from '../src/index.js';
import { account } from './support.js';

const owner = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const weth = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
const pad = (hex: string): string => `0x${hex.replace(/^0x/, '').padStart(64, '0')}`;
const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const deposit = '0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c';
const withdrawal = '0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65';
const other = '0x00000000000000000000000000000000000000bb';

// The shape of https://ethereum.org/en/developers/docs/apis/json-rpc#eth_gettransactionreceipt
const receipt = {
  ...{ status: '0x1', blockHash: '0xb10c', blockNumber: '0x10', gasUsed: '0x5208', effectiveGasPrice: '0x3b9aca00' },
  logs: [
    { address: usdc, topics: [transfer, pad(owner), pad(other)], data: pad('0x3e8') },
    { address: usdc, topics: [transfer, pad(other), pad(owner)], data: pad('0x8') },
    { address: usdc, topics: [transfer, pad(other), pad(other)], data: pad('0x7') },
    { address: weth, topics: [deposit, pad(owner)], data: pad('0x5') },
    { address: weth, topics: [withdrawal, pad(owner)], data: pad('0x2') },
    { address: other, topics: [transfer, pad(other), pad(owner), pad('0x1')], data: '0x' },
    { address: other, topics: [], data: '0x' },
  ],
};
const transaction = { hash: '0x1', raw: '0x2', nonce: 7 };
const answers = {
  eth_blockNumber: '0x12',
  eth_getTransactionReceipt: receipt,
  eth_getBlockByHash: { timestamp: '0x65' },
};

describe('a transaction', () => {
  test('that is included tells what came and what went, and what it cost', async () => {
    const told = await ethereum.fetchState(account(answers), owner, transaction);
    expect(told).toMatchObject({
      state: 'included',
      receipt: { block: '0xb10c', height: 16, at: 101_000, hash: '0x1' },
      depth: 3,
    });
    if (told.state !== 'included') throw new Error(told.state);
    expect([...told.receipt.changes]).toEqual([
      [usdc.toLowerCase(), -992n],
      [weth.toLowerCase(), 3n],
    ]);
    expect(told.receipt.logs[3]).toEqual({
      emitter: weth.toLowerCase(),
      topics: [deposit, pad(owner)],
      data: pad('0x5'),
    });
    expect([told.receipt.fee.asset, told.receipt.fee.amount.toFixed()]).toEqual(['ETH', '0.000021']);
  });

  test('of what wraps coin tells what became of the coin', async () => {
    const logs = receipt.logs.filter(({ address }) => address === weth);
    const eth_getTransactionReceipt = { ...receipt, to: weth, logs };
    const told = await ethereum.fetchState(account({ ...answers, eth_getTransactionReceipt }), owner, transaction);
    expect('receipt' in told && [...told.receipt.changes]).toEqual([
      [weth.toLowerCase(), 3n],
      ['native', -3n],
    ]);
  });

  test('on a network on top of Ethereum also costs its data', async () => {
    const eth_getTransactionReceipt = { ...receipt, l1Fee: '0x1' };
    const told = await ethereum.fetchState(account({ ...answers, eth_getTransactionReceipt }), owner, transaction);
    expect(told).toMatchObject({ receipt: { fee: { asset: 'ETH' } } });
    expect('receipt' in told && told.receipt.fee.amount.toFixed()).toBe('0.000021000000000001');
  });

  test('with status 0 was reverted', async () => {
    const eth_getTransactionReceipt = { ...receipt, status: '0x0', logs: [] };
    const told = await ethereum.fetchState(account({ ...answers, eth_getTransactionReceipt }), owner, transaction);
    expect(told).toMatchObject({ state: 'reverted' });
  });

  test.each([
    ['is known, waits', '0x7', {}, 'pending'],
    ['is not known, may still come', '0x7', null, 'unseen'],
    ['is not known, whose nonce is used for good, was replaced', '0x8', null, 'replaced'],
  ])('without a receipt that %s', async (_, count, known, state) => {
    const p = account({
      ...{ eth_getTransactionReceipt: null, eth_blockNumber: '0x64', eth_getTransactionByHash: known },
      eth_getTransactionCount: count,
    });
    expect(await ethereum.fetchState(p, owner, transaction)).toEqual({ state });
    expect(p.asked.find(({ method }) => method === 'eth_getTransactionCount')?.params).toEqual([owner, '0x58']);
  });

  test.each([
    ['mainnet', 12],
    ['arbitrum', 240],
    ['avalanche', 5],
  ] as const)('of %s is replaced for good once another one is %i blocks deep', async (environment, depth) => {
    const nothing = { eth_getTransactionReceipt: null, eth_blockNumber: '0x3e8', eth_getTransactionCount: '0x8' };
    const p = account(nothing, { environment });
    await ethereum.fetchState(p, owner, transaction);
    expect(p.asked.at(-1)?.params).toEqual([owner, `0x${(1_000 - depth).toString(16)}`]);
    expect(ethereum.networks[environment]?.finalDepth).toBe(depth);
  });
});
