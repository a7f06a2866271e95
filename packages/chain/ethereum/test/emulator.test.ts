import {
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
  erc20Abi,
  parseEther,
  parseGwei,
  type Hex,
  type PublicClient,
  type WalletClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { beforeEach, describe, expect, test } from 'vitest';

import { createChain, createNode, multicallAddress, routerAddress, type Chain } from '../emulator/index.js';

// The first account of https://getfoundry.sh/anvil/reference, which anybody may use.
const account = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const owner = account.address.toLowerCase();
const token = '0x00000000000000000000000000000000000000a1';

let chain: Chain;
let reader: PublicClient;
let wallet: WalletClient;

/** viem as the outside client: it must find here what it finds at a node. */
beforeEach(() => {
  chain = createChain({
    state: {
      native: new Map([[owner, parseEther('10')]]),
      tokens: new Map([[`${token} ${owner}`, 1_000n]]),
      ...{ allowances: new Map(), nonces: new Map() },
    },
    ...{ now: () => 1_700_000_000_000, baseFee: parseGwei('10') },
  });
  const node = createNode({ chainId: 7, chain, head: chain.head, onTransaction: chain.take });
  const transport = custom(
    {
      request: async ({ method, params }) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
        const place = { method: 'POST', path: '/', query: '', headers: new Map(), address: '127.0.0.1' };
        const answer: unknown = JSON.parse(String((await node.http({ ...place, body })).body));
        const error: unknown = Reflect.get(Object(answer), 'error');
        if (error !== undefined) throw Object.assign(new Error(), error);
        const result: unknown = Reflect.get(Object(answer), 'result');
        return result;
      },
    },
    { retryCount: 0 },
  );
  const own = defineChain({
    ...{ id: 7, name: 'emulated', nativeCurrency: { name: 'Coin', symbol: 'COIN', decimals: 18 } },
    ...{ rpcUrls: { default: { http: [] } }, contracts: { multicall3: { address: multicallAddress } } },
  });
  reader = createPublicClient({ chain: own, transport, cacheTime: 0 });
  wallet = createWalletClient({ chain: own, transport, account });
});

const approve = (amount: bigint, fees: { readonly nonce?: number; readonly gwei?: string } = {}): Promise<Hex> =>
  wallet.writeContract({
    ...{ account, chain: null, address: token, abi: erc20Abi, functionName: 'approve', args: [routerAddress, amount] },
    ...{ maxFeePerGas: parseGwei(fees.gwei ?? '30'), maxPriorityFeePerGas: parseGwei(fees.gwei ?? '30') },
    ...(fees.nonce !== undefined && { nonce: fees.nonce }),
  });

describe('viem', () => {
  test('reads balances, alone and together', async () => {
    const [first, second] = await reader.multicall({
      contracts: [
        { address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account.address] },
        { address: token, abi: erc20Abi, functionName: 'decimals' },
      ],
    });
    expect([first.result, second.result]).toEqual([1_000n, 18]);
    expect(await reader.getBalance({ address: account.address })).toBe(parseEther('10'));
  });

  test('sends a transaction and finds what it did and cost', async () => {
    const hash = await approve(5n);
    expect(await reader.getTransactionCount({ address: account.address, blockTag: 'pending' })).toBe(1);
    await expect(reader.getTransactionReceipt({ hash })).rejects.toThrow('could not be found');
    chain.mine();
    const receipt = await reader.getTransactionReceipt({ hash });
    expect(receipt).toMatchObject({ status: 'success', gasUsed: 46_000n, effectiveGasPrice: parseGwei('30') });
    expect(await reader.getBalance({ address: account.address })).toBe(
      parseEther('10') - receipt.gasUsed * receipt.effectiveGasPrice,
    );
    const allowance = { address: token, abi: erc20Abi, functionName: 'allowance' } as const;
    expect(await reader.readContract({ ...allowance, args: [account.address, routerAddress] })).toBe(5n);
  });

  test('replaces a transaction for higher fees alone', async () => {
    await approve(5n, { nonce: 0 });
    await expect(approve(6n, { nonce: 0 })).rejects.toThrow('replacement transaction underpriced');
    const hash = await approve(6n, { nonce: 0, gwei: '33' });
    chain.mine();
    expect((await reader.getTransactionReceipt({ hash })).status).toBe('success');
    await expect(approve(7n, { nonce: 0, gwei: '50' })).rejects.toThrow('nonce too low');
  });

  test('loses a receipt with the block that is taken back', async () => {
    const hash = await approve(5n);
    chain.mine();
    chain.reorganise(1, () => false);
    await expect(reader.getTransactionReceipt({ hash })).rejects.toThrow('could not be found');
    chain.mine();
    expect((await reader.getTransactionReceipt({ hash })).status).toBe('success');
  });

  test('is told why a call would be reverted', async () => {
    const sending = reader.estimateGas({ account: account.address, to: routerAddress, value: parseEther('11') });
    await expect(sending).rejects.toThrow('insufficient balance for transfer');
  });
});
