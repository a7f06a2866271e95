import { readArtifact } from '@hb/lab/artifacts';
import { key, newKey as strangerKey } from '@hb/lab/uniswap';
import { createWalletClient, createPublicClient, defineChain, http, isHex, parseAbi, parseEther, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import type { Lab } from './lab.js';

const erc20 = parseAbi([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function balanceOf(address owner) view returns (uint256)',
  'function deposit() payable',
]);
const router = parseAbi([
  'function addLiquidity(address, address, uint256, uint256, uint256, uint256, address, uint256)',
  'function swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256, uint256, address[], address, uint256)',
]);
const gas = 5_000_000n;
const until = 2n ** 40n;

const positions = parseAbi([
  'struct Mint { address token0; address token1; uint24 fee; int24 tickLower; int24 tickUpper; uint256 most0; uint256 most1; uint256 least0; uint256 least1; address recipient; uint256 deadline; }',
  'function createAndInitializePoolIfNecessary(address, address, uint24, uint160) payable',
  'function mint(Mint) payable',
]);

/** Tokens that are unlike most, with pools against WETH alone: of V2 and ten of them for one where nothing else is said. */
export type OddTokens = {
  /** A hundredth of what is sent is burned on its way. */
  readonly taxed: Hex;
  /** Of 6 decimals, as it says itself. */
  readonly short: Hex;
  /** One for one WETH in a pool of V3 of 1 %. */
  readonly rare: Hex;
  /** There is a pool of V2 in which USDC buys less of it than elsewhere: a fifth. */
  readonly openDear: (token: Hex, amount: bigint) => Promise<void>;
  readonly balanceOf: (token: string, block?: bigint) => Promise<bigint>;
  /** Somebody else sells so much WETH for a token, before all others of the block. */
  readonly disturb: (token: Hex, amount: bigint) => Promise<void>;
};

export async function deployOddTokens({ anvil, contracts, weth, usdc }: Lab): Promise<OddTokens> {
  const chain = defineChain({
    ...{ id: 1, name: 'lab', nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 } },
    rpcUrls: { default: { http: [anvil.url] } },
  });
  const transport = http(anvil.url);
  const reader = createPublicClient({ chain, transport, pollingInterval: 20, cacheTime: 0 });
  const wallet = createWalletClient({ chain, transport, account: privateKeyToAccount(key) });
  const stranger = createWalletClient({ chain, transport, account: privateKeyToAccount(strangerKey) });
  const [v2, wethAddress] = [toHex(contracts.v2?.router), toHex(weth.id)];

  const mined = async (hash: Hex): Promise<Hex> => {
    const { status, contractAddress } = await reader.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (status !== 'success') throw new Error(`${hash} was reverted`);
    return contractAddress ?? hash;
  };
  const deploy = async (path: string, args: readonly unknown[] = []): Promise<Hex> => {
    return mined(await wallet.deployContract({ ...readArtifact(path), args, gas }));
  };
  const approve = async (token: Hex, by: typeof wallet, spender = v2): Promise<void> => {
    const request = { address: token, abi: erc20, functionName: 'approve', args: [spender, 2n ** 200n], gas } as const;
    await mined(await by.writeContract(request));
  };
  const pool = async (
    token: Hex,
    amount: bigint,
    [other, ofOther] = [wethAddress, parseEther('100')],
  ): Promise<void> => {
    await approve(token, wallet);
    const args = [token, other, amount, ofOther, 0n, 0n, wallet.account.address, until] as const;
    await mined(await wallet.writeContract({ address: v2, abi: router, functionName: 'addLiquidity', args, gas }));
    const none = { address: token, abi: erc20, functionName: 'approve', args: [v2, 0n], gas } as const;
    await mined(await wallet.writeContract(none));
  };

  const taxed = await deploy('@uniswap/v2-periphery/build/DeflatingERC20.json', [parseEther('100000')]);
  // It keeps how many decimals it has, third among what it keeps.
  const short = await deploy('@uniswap/v2-periphery/build/WETH9.json');
  await anvil.rpc('anvil_setStorageAt', short, '0x2', `0x${'6'.padStart(64, '0')}`);
  for (const [address, value] of [
    [short, parseEther('5')],
    [wethAddress, parseEther('500')],
  ] as const)
    await mined(await wallet.writeContract({ address, abi: erc20, functionName: 'deposit', value, gas }));
  await approve(wethAddress, wallet);
  await pool(taxed, parseEther('1000'));
  await pool(short, 1_000_000_000n);
  await mined(
    await wallet.writeContract({ address: wethAddress, abi: erc20, functionName: 'approve', args: [v2, 0n], gas }),
  );
  const rare = await openV3();
  const deposit = { address: wethAddress, abi: erc20, functionName: 'deposit', value: parseEther('50'), gas } as const;
  await mined(await stranger.writeContract(deposit));
  await approve(wethAddress, stranger);

  async function openV3(): Promise<Hex> {
    const token = await deploy('@uniswap/v2-periphery/build/WETH9.json');
    const manager = toHex(contracts.v3.positions);
    const value = parseEther('300');
    await mined(await wallet.writeContract({ address: token, abi: erc20, functionName: 'deposit', value, gas }));
    for (const each of [token, wethAddress]) await approve(each, wallet, manager);
    const [token0, token1] = BigInt(token) < BigInt(wethAddress) ? [token, wethAddress] : [wethAddress, token];
    const to = { address: manager, abi: positions, gas } as const;
    const args = [token0, token1, 10_000, 2n ** 96n] as const;
    await mined(await wallet.writeContract({ ...to, functionName: 'createAndInitializePoolIfNecessary', args }));
    const most = { most0: parseEther('100'), most1: parseEther('100'), least0: 0n, least1: 0n };
    const range = { token0, token1, fee: 10_000, tickLower: -887_200, tickUpper: 887_200, ...most };
    const mint = { ...range, recipient: wallet.account.address, deadline: until };
    await mined(await wallet.writeContract({ ...to, functionName: 'mint', args: [mint] }));
    for (const each of [token, wethAddress])
      await mined(
        await wallet.writeContract({ address: each, abi: erc20, functionName: 'approve', args: [manager, 0n], gas }),
      );
    return token;
  }

  return {
    ...{ taxed, short, rare },
    openDear: async (token, amount) => {
      const other = toHex(usdc.id);
      await approve(other, wallet);
      await pool(token, amount, [other, 10_000_000_000n]);
      await mined(
        await wallet.writeContract({ address: other, abi: erc20, functionName: 'approve', args: [v2, 0n], gas }),
      );
    },
    balanceOf: (token, blockNumber) =>
      reader.readContract({
        ...{ address: toHex(token), abi: erc20, functionName: 'balanceOf', args: [wallet.account.address] },
        ...(blockNumber !== undefined && { blockNumber }),
      }),
    disturb: async (token, amount) => {
      await stranger.writeContract({
        ...{ address: v2, abi: router, functionName: 'swapExactTokensForTokensSupportingFeeOnTransferTokens' },
        args: [amount, 0n, [wethAddress, token], stranger.account.address, until],
        ...{ gas, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 10n },
      });
    },
  };
}

function toHex(text: string | undefined): Hex {
  if (!isHex(text)) throw new TypeError(`${text ?? 'nothing'} is not hexadecimal`);
  return text;
}
