import type { Token } from '@hb/connector-core';
import { ethereum } from '@hb/connector-ethereum';
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  erc20Abi,
  getAddress,
  http,
  isHex,
  parseEther,
  type Abi,
  type Hex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { startAnvil, type Anvil } from './anvil.js';
import { readArtifact, readMulticall, type Artifact } from './artifacts.js';
import { allowRouter, deployRouter, type V4Contracts } from './router.js';

/** Accounts that anvil funds: who owns what is deployed, who has WETH besides, and who has coin alone. https://getfoundry.sh/anvil/reference */
export const key = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
export const otherKey = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
export const newKey = '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a';

export function addressOf(privateKey: Hex): string {
  return privateKeyToAccount(privateKey).address.toLowerCase();
}

const zero = '0x0000000000000000000000000000000000000000';

export type Deployed = { readonly address: Hex; readonly abi: Abi };
export type Deploying = (artifact: Artifact, args?: readonly unknown[]) => Promise<Deployed>;
export type Writing = (
  contract: Deployed & { readonly value?: bigint },
  functionName: string,
  ...args: readonly unknown[]
) => Promise<void>;

/** Where the contracts are, in lower case. */
export type Contracts = {
  readonly router: string;
  readonly v2?: { readonly factory: string; readonly router: string };
  readonly v3: { readonly factory: string; readonly quoter: string; readonly positions: string };
  readonly v4: V4Contracts;
};

/** Real contracts on a chain of one's own: two tokens, a V2 pair and V3 pools with liquidity. */
export type Lab = {
  readonly anvil: Anvil;
  /** Ethereum as it is here: with these tokens, and blocks as fast as they come. */
  readonly chain: typeof ethereum;
  /** The same node under two names. */
  readonly hosts: Readonly<Record<'rpc' | 'rpc2', string>>;
  readonly contracts: Contracts;
  /** Those of V4 alone. */
  readonly v4: Contracts;
  readonly owner: string;
  /** Who has WETH besides. */
  readonly other: string;
  /** Of 18 and 6 decimals. */
  readonly weth: Token;
  readonly usdc: Token;
  /** Of the owner when `of` is left out. */
  readonly balanceOf: (token: Token, of?: string) => Promise<bigint>;
  /** The owner sends somebody tokens. */
  readonly give: (token: Token, to: string, amount: bigint) => Promise<void>;
  /** Lets the router take the tokens of the owner, or of the other account, without approvals on the way. */
  readonly trust: (whose: string) => Promise<void>;
  /** What the Universal Router has kept of coin and tokens: it gives everything on. */
  readonly leftover: () => Promise<bigint>;
  /** Another account sends a swap of so much WETH, with a tip that puts it first in its block. */
  readonly disturb: (amount: bigint) => Promise<void>;
  /** The owner sends something else in the place of this transaction, from another wallet. */
  readonly replace: (hash: string) => Promise<void>;
};

export async function openLab(): Promise<Lab> {
  const anvil = await startAnvil('--chain-id', '1');
  const chain = defineChain({
    id: 1,
    name: 'lab',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [anvil.url] } },
  });
  const transport = http(anvil.url);
  const reader = createPublicClient({ chain, transport, pollingInterval: 20, cacheTime: 0 });
  const account = privateKeyToAccount(key);
  const wallet = createWalletClient({ chain, transport, account });
  const other = createWalletClient({ chain, transport, account: privateKeyToAccount(otherKey) });

  const mined = async (hash: Hex): Promise<Hex | undefined> => {
    const receipt = await reader.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (receipt.status !== 'success') throw new Error(`${hash} was reverted`);
    return receipt.contractAddress ?? undefined;
  };
  const deployed: Deploying = async ({ abi, bytecode }, args = []) => {
    const address = await mined(await wallet.deployContract({ abi, bytecode, args, gas: 12_000_000n }));
    if (address === undefined) throw new Error('nothing was deployed');
    return { address, abi };
  };
  const deploy = (path: string, args: readonly unknown[] = []): Promise<Deployed> => deployed(readArtifact(path), args);
  const writeBy =
    (by: typeof wallet): Writing =>
    async ({ address, abi, value = 0n }, functionName, ...args) => {
      await mined(await by.writeContract({ address, abi, functionName, args, value, gas: 6_000_000n }));
    };
  const write = writeBy(wallet);
  const multicall = await mined(await wallet.deployContract({ abi: [], bytecode: await readMulticall() }));
  const code = await reader.getCode({ address: multicall ?? zero });
  await anvil.rpc('anvil_setCode', '0xca11bde05977b3631167028862be2a173976ca11', code);
  const weth = await deploy('@uniswap/v2-periphery/build/WETH9.json');
  const usdc = await deploy('@openzeppelin/contracts/build/contracts/ERC20PresetMinterPauser.json', [
    'USD Coin',
    'USDC',
  ]);
  const v2Factory = await deploy('@uniswap/v2-core/build/UniswapV2Factory.json', [account.address]);
  const v2Router = await deploy('@uniswap/v2-periphery/build/UniswapV2Router02.json', [
    v2Factory.address,
    weth.address,
  ]);
  const v3Factory = await deploy('@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json');
  const positions = await deploy(
    '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json',
    [v3Factory.address, weth.address, zero],
  );
  const routers = '@uniswap/swap-router-contracts/artifacts/contracts';
  const v3Router = await deploy(`${routers}/SwapRouter02.sol/SwapRouter02.json`, [
    ...[v2Factory.address, v3Factory.address, positions.address, weth.address],
  ]);
  const quoter = await deploy(`${routers}/lens/QuoterV2.sol/QuoterV2.json`, [v3Factory.address, weth.address]);

  await mined(
    await wallet.writeContract({
      address: weth.address,
      abi: weth.abi,
      functionName: 'deposit',
      value: parseEther('2000'),
    }),
  );
  await write(usdc, 'mint', account.address, 10n ** 15n);
  for (const spender of [v2Router, positions]) {
    await write(weth, 'approve', spender.address, 10n ** 30n);
    await write(usdc, 'approve', spender.address, 10n ** 30n);
  }
  const until = BigInt(2 ** 40);
  await write(
    v2Router,
    'addLiquidity',
    weth.address,
    usdc.address,
    parseEther('500'),
    1_000_000_000_000n,
    0n,
    0n,
    account.address,
    until,
  );
  await addV3Pool();
  for (const spender of [v2Router, positions]) {
    await write(weth, 'approve', spender.address, 0n);
    await write(usdc, 'approve', spender.address, 0n);
  }
  await mined(
    await wallet.writeContract({
      address: weth.address,
      abi: weth.abi,
      functionName: 'transfer',
      args: [other.account.address, parseEther('100')],
    }),
  );
  await mined(
    await other.writeContract({
      address: weth.address,
      abi: weth.abi,
      functionName: 'approve',
      args: [v3Router.address, 10n ** 30n],
    }),
  );

  /** 2,000 USDC for one WETH, wide, with a fee of 0.05 %. */
  async function addV3Pool(): Promise<void> {
    const fee = 500;
    const isWethFirst = weth.address.toLowerCase() < usdc.address.toLowerCase();
    const [token0, token1] = isWethFirst ? [weth.address, usdc.address] : [usdc.address, weth.address];
    const [amount0, amount1] = isWethFirst
      ? [parseEther('500'), 1_000_000_000_000n]
      : [1_000_000_000_000n, parseEther('500')];
    const price = rootOf((amount1 << 192n) / amount0);
    await write(positions, 'createAndInitializePoolIfNecessary', token0, token1, fee, price);
    await write(positions, 'mint', {
      ...{ token0, token1, fee, tickLower: -887_270, tickUpper: 887_270 },
      ...{ amount0Desired: amount0, amount1Desired: amount1, amount0Min: 0n, amount1Min: 0n },
      ...{ recipient: account.address, deadline: until },
    });
  }

  const { router, v4 } = await deployRouter(
    { anvil, owner: account.address, deployed, write, weth, usdc },
    { v2Factory: v2Factory.address, v3Factory: v3Factory.address, positions: positions.address },
  );
  const contracts: Contracts = {
    ...{ router, v4 },
    v2: { factory: v2Factory.address.toLowerCase(), router: v2Router.address.toLowerCase() },
    v3: {
      factory: v3Factory.address.toLowerCase(),
      quoter: quoter.address.toLowerCase(),
      positions: positions.address.toLowerCase(),
    },
  };
  const wethToken = { id: weth.address.toLowerCase(), symbol: 'WETH', decimals: 18 };
  const usdcToken = { id: usdc.address.toLowerCase(), symbol: 'USDC', decimals: 6 };
  const { mainnet } = ethereum.networks;
  if (mainnet === undefined) throw new Error('Ethereum has no mainnet');
  const network = { ...mainnet, blockMs: 60, finalDepth: 3 };
  const local = {
    ...ethereum,
    networks: { mainnet: { ...network, wrapped: wethToken, tokens: [usdcToken] } },
    environments: { mainnet: { rpc: 'https://lab.example', rpc2: 'https://lab.example' } },
  };

  return {
    anvil,
    chain: local,
    hosts: { rpc: anvil.url, rpc2: anvil.url },
    contracts,
    // What is no factory knows no pools.
    v4: { router, v4, v3: { ...contracts.v3, factory: router } },
    owner: account.address.toLowerCase(),
    other: other.account.address.toLowerCase(),
    weth: wethToken,
    usdc: usdcToken,
    balanceOf: ({ id }, of = account.address) =>
      id === network.native.id
        ? reader.getBalance({ address: getAddress(of) })
        : reader.readContract({
            ...{ address: getAddress(id), abi: erc20Abi, functionName: 'balanceOf', args: [getAddress(of)] },
          }),
    give: ({ id }, to, amount) => write({ address: getAddress(id), abi: erc20Abi }, 'transfer', getAddress(to), amount),
    trust: (whose) =>
      allowRouter(writeBy(getAddress(whose) === account.address ? wallet : other), [weth, usdc], getAddress(router)),
    leftover: async () => {
      const address = getAddress(router);
      const held = [weth, usdc].map((token) =>
        reader.readContract({ address: token.address, abi: erc20Abi, functionName: 'balanceOf', args: [address] }),
      );
      return (await Promise.all([reader.getBalance({ address }), ...held])).reduce((sum, each) => sum + each, 0n);
    },
    disturb: async (amount) => {
      const way = { tokenIn: weth.address, tokenOut: usdc.address, fee: 500, sqrtPriceLimitX96: 0n };
      await other.writeContract({
        address: v3Router.address,
        abi: v3Router.abi,
        functionName: 'exactInputSingle',
        args: [{ ...way, recipient: other.account.address, amountIn: amount, amountOutMinimum: 0n }],
        gas: 500_000n,
        maxFeePerGas: 10n ** 11n,
        maxPriorityFeePerGas: 10n ** 10n,
      });
    },
    replace: async (hash) => {
      if (!isHex(hash)) throw new TypeError(`${hash} is no hash`);
      const { nonce } = await reader.getTransaction({ hash });
      const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 11n };
      await wallet.sendTransaction({ to: account.address, nonce, gas: 21_000n, ...fees });
    },
  };
}

export function rootOf(value: bigint): bigint {
  let root = value;
  for (let next = (root + 1n) / 2n; next < root; next = (next + value / next) / 2n) root = next;
  return root;
}
