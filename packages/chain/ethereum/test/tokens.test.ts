import { describe, expect, test } from 'vitest';
import { encodeAbiParameters, encodeFunctionResult, parseAbi } from 'viem/utils';

import { ethereum } from '../src/index.js';
import { account } from './support.js';

const owner = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const spender = '0x00000000000000000000000000000000000000bb';
const usdc = { id: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48', symbol: 'USDC', decimals: 6 };
const usdt = { id: '0xdac17f958d2ee523a2206206994597c13d831ec7', symbol: 'USDT', decimals: 6 };

// https://github.com/mds1/multicall3
const abi = parseAbi([
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3((address, bool, bytes)[] calls) payable returns (Result[] returnData)',
]);

/** What Multicall3 gives; `undefined` is a call that was reverted. */
function results(...values: readonly (bigint | undefined)[]): string {
  return encodeFunctionResult({
    abi,
    functionName: 'aggregate3',
    result: values.map((value) => ({
      success: value !== undefined,
      returnData: value === undefined ? '0x' : encodeAbiParameters([{ type: 'uint256' }], [value]),
    })),
  });
}

describe('balances', () => {
  test('of the native coin and of tokens come in one request', async () => {
    const p = account({ eth_call: results(5n, 7n, undefined) });
    const native = ethereum.networks['mainnet']?.native;
    if (native === undefined) throw new Error('no native coin');
    const balances = await ethereum.fetchBalances(p, owner, [native, usdc, { ...usdc, id: spender }]);
    expect([...balances]).toEqual([
      ['native', 5n],
      [usdc.id, 7n],
    ]);
    expect(p.asked.map(({ method }) => method)).toEqual(['eth_call']);
  });
});

describe('a token', () => {
  test('tells its decimals', async () => {
    const id = usdc.id.toUpperCase().replace('X', 'x');
    expect(await ethereum.fetchToken(account({ eth_call: results(6n) }), id)).toEqual({
      ...{ id: usdc.id, symbol: usdc.id, decimals: 6 },
    });
  });

  test('that is none is refused', async () => {
    await expect(ethereum.fetchToken(account({ eth_call: results(undefined) }), usdc.id)).rejects.toThrow(
      'is no token on mainnet',
    );
    await expect(ethereum.fetchToken(account(), 'not-an-address-at-all')).rejects.toThrow('is no address');
  });
});

describe('approvals', () => {
  test.each([
    ['nothing when enough is allowed', usdc, 100n, 0n, []],
    ['exactly what is needed', usdc, 99n, 0n, ['approve 100 of USDC']],
    ['what is needed beside what is promised', usdc, 150n, 60n, ['approve 100 of USDC']],
    ['zero first where the token wants that', usdt, 1n, 0n, ['approve 0 of USDT', 'approve 100 of USDT']],
    ['at once where nothing is allowed yet', usdt, 0n, 0n, ['approve 100 of USDT']],
  ])('ask for %s', async (_, token, allowed, promised, names) => {
    const p = account({ eth_call: results(allowed) });
    const steps = await ethereum.fetchApprovals(p, owner, [{ token, spender, amount: 100n, promised }]);
    expect(steps.map(({ name }) => name)).toEqual(names.map((name) => `${name} for ${spender}`));
    expect(steps.every(({ op }) => op.to === token.id && op.data.startsWith('0x095ea7b3'))).toBe(true);
  });
});

describe('approvals through Permit2', () => {
  const now = 1_700_000_000;
  const through = '0x000000000022d473030f116ddee9f6b43ac78ba3';
  const permitted = (amount: bigint, until: number): string =>
    encodeFunctionResult({
      abi,
      functionName: 'aggregate3',
      result: [
        {
          success: true,
          returnData: encodeAbiParameters(
            [{ type: 'uint160' }, { type: 'uint48' }, { type: 'uint48' }],
            [amount, until, 0],
          ),
        },
      ],
    });

  test.each([
    ['nothing while enough is permitted', 100n, now + 7_200, []],
    ['exactly what is needed', 99n, now + 7_200, [`permit 100 of USDC for ${spender}`]],
    ['it anew before it ends', 100n, now + 3_599, [`permit 100 of USDC for ${spender}`]],
  ])('ask for %s', async (_, amount, until, names) => {
    const p = account({ eth_call: permitted(amount, until) });
    const steps = await ethereum.fetchApprovals(p, owner, [{ token: usdc, spender, through, amount: 100n }]);
    expect(steps.map(({ name }) => name)).toEqual(names);
    // approve(address,address,uint160,uint48)
    expect(steps.every(({ op }) => op.to === through && op.data.startsWith('0x87517c45'))).toBe(true);
  });
});

test('the native coin is wrapped and unwrapped by the token that stands for it', () => {
  const network = ethereum.networks['mainnet'];
  if (network === undefined) throw new Error('no mainnet');
  // deposit() and withdraw(uint256)
  expect(ethereum.wrap(network, 5n)).toEqual({ to: network.wrapped.id, data: '0xd0e30db0', value: 5n });
  expect(ethereum.unwrap(network, 5n)).toEqual({
    ...{ to: network.wrapped.id, data: `0x2e1a7d4d${'5'.padStart(64, '0')}` },
  });
});

describe('networks', () => {
  test('are nine, each of its own chain', () => {
    const chainIds = Object.entries(ethereum.networks).map(([name, { chainId }]) => [name, chainId]);
    // https://chainlist.org
    expect(Object.fromEntries(chainIds)).toEqual({
      ...{ mainnet: 1, arbitrum: 42_161, base: 8_453, optimism: 10, polygon: 137, bsc: 56, avalanche: 43_114 },
      ...{ celo: 42_220, sepolia: 11_155_111 },
    });
  });

  test('have nodes, and tokens whose symbols and addresses are each there once', () => {
    for (const [name, { tokens, wrapped, native }] of Object.entries(ethereum.networks)) {
      const all = [wrapped, ...tokens];
      expect(Object.keys(ethereum.environments[name] ?? {})).toEqual(['rpc', 'rpc2', 'rpc3']);
      expect(new Set(all.map(({ symbol }) => symbol)).size).toBe(all.length);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      expect(all.every(({ id }) => /^0x[0-9a-f]{40}$/.test(id))).toBe(true);
      expect(all.every(({ symbol }) => symbol !== native.symbol)).toBe(name !== 'celo');
    }
  });
});
