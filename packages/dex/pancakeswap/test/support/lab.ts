import { createDexConnector, type DexConnector, type DexOptions, type Token } from '@hb/connector-core';
import { ethereum, type Credentials } from '@hb/connector-ethereum';
import { startAnvil, type Anvil } from '@hb/lab/anvil';
import { readArtifact, readMulticall, type Artifact } from '@hb/lab/artifacts';
import { key } from '@hb/lab/uniswap';
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  erc20Abi,
  getAddress,
  http,
  parseEther,
  type Abi,
  type Hex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { toPancakeSwap, type Contracts } from '../../src/index.js';
import { readOwn, readPeriphery, readPool, readV2Router, toDeployer } from './contracts.js';

const until = BigInt(2 ** 40);
const plenty = 10n ** 30n;

type Deployed = { readonly address: Hex; readonly abi: Abi };

/** PancakeSwap on a chain of one's own, with one pair of V2 and a pool of V3 of 0.25 % for WBNB and USDT, and for CAKE and WBNB. */
export type Lab = {
  readonly anvil: Anvil;
  readonly wbnb: Token;
  readonly usdt: Token;
  readonly cake: Token;
  readonly balanceOf: (token: Token) => Promise<bigint>;
  /** The pool of V3 gives a part of its fees away, as it does on public networks. */
  readonly shareFees: () => Promise<void>;
  /** One more pool of V3 for WBNB and USDT, of that fee; where it is. */
  readonly openTier: (fee: number) => Promise<string>;
  readonly connect: (only?: Version, options?: DexOptions<Credentials>) => DexConnector;
  /** What swaps in the pool of WBNB and USDT are called through, and where it is, as its factory says. */
  readonly find: (version: Version) => Promise<{ readonly called: string; readonly pools: readonly string[] }>;
};

export type Version = 'v2' | 'v3';

export async function openLab(): Promise<Lab> {
  const bench = await openBench();
  const { anvil, owner, deploy, write } = bench;
  const wbnb = await deploy(readArtifact('@uniswap/v2-periphery/build/WETH9.json'));
  const preset = readArtifact('@openzeppelin/contracts/build/contracts/ERC20PresetMinterPauser.json');
  const usdt = await deploy(preset, ['Tether', 'USDT']);
  await write({ ...wbnb, value: parseEther('3000') }, 'deposit');
  await write(usdt, 'mint', owner, parseEther('10000000'));
  const cake = await deploy(preset, ['PancakeSwap Token', 'Cake']);
  await write(cake, 'mint', owner, parseEther('1000000'));
  const { v2, findPair, open: openPair } = await openV2(bench, wbnb);
  const { v3, shareFees, findPool, open: openPool } = await openV3(bench, wbnb);
  // 600 USDT for one WBNB: the square root of 600 times 2^96.
  const root = 1_940_685_714_182_491_852_533_977_682_922n;
  const usdtTerms = { token: usdt, amounts: [parseEther('500'), parseEther('300000')], root } as const;
  const cakeTerms = { token: cake, amounts: [parseEther('300'), parseEther('300')], root: 1n << 96n } as const;
  for (const terms of [usdtTerms, cakeTerms]) {
    await openPair(terms);
    await openPool(terms);
  }
  const contracts: Contracts = { v2, v3 };
  const toToken = ({ address }: Deployed, symbol: string): Token => ({
    ...{ id: address.toLowerCase(), symbol, decimals: 18 },
  });
  const [wbnbToken, usdtToken, cakeToken] = [toToken(wbnb, 'WBNB'), toToken(usdt, 'USDT'), toToken(cake, 'CAKE')];
  const { bsc } = ethereum.networks;
  if (bsc === undefined) throw new Error('there is no BSC');
  const local = {
    ...ethereum,
    networks: { bsc: { ...bsc, blockMs: 60, finalDepth: 3, wrapped: wbnbToken, tokens: [usdtToken, cakeToken] } },
    environments: { bsc: { rpc: 'https://lab.example', rpc2: 'https://lab.example' } },
  };
  return {
    ...{ anvil, wbnb: wbnbToken, usdt: usdtToken, cake: cakeToken, balanceOf: bench.balanceOf },
    shareFees: () => shareFees(usdt),
    openTier: async (fee) => {
      await openPool({ ...usdtTerms, amounts: [parseEther('50'), parseEther('30000')], fee });
      return (await findPool(usdt, fee)).toLowerCase();
    },
    connect: (only, options) =>
      createDexConnector(
        { dex: toPancakeSwap({ bsc: only === undefined ? contracts : alone(contracts, only) }), chain: local },
        { sandbox: true, credentials: { privateKey: key }, hosts: { rpc: anvil.url, rpc2: anvil.url }, ...options },
      ),
    find: async (version) =>
      version === 'v2'
        ? { called: v2.router, pools: [await findPair(usdt)] }
        : { called: v3.router, pools: [(await findPool(usdt)).toLowerCase()] },
  };
}

/** What is no factory knows no pools. */
function alone({ v2, v3 }: Contracts, version: Version): Contracts {
  if (version === 'v3') return { v3 };
  return { ...(v2 && { v2 }), v3: { ...v3, factory: v3.quoter } };
}

type Bench = {
  readonly anvil: Anvil;
  readonly owner: Hex;
  readonly deploy: (artifact: Artifact, args?: readonly unknown[]) => Promise<Deployed>;
  readonly write: (
    contract: Deployed & { readonly value?: bigint },
    functionName: string,
    ...args: readonly unknown[]
  ) => Promise<void>;
  readonly read: (contract: Deployed, functionName: string, ...args: readonly unknown[]) => Promise<unknown>;
  readonly balanceOf: Lab['balanceOf'];
};

async function openBench(): Promise<Bench> {
  const anvil = await startAnvil('--chain-id', '56');
  const chain = defineChain({
    ...{ id: 56, name: 'lab', nativeCurrency: { name: 'BNB', symbol: 'BNB', decimals: 18 } },
    rpcUrls: { default: { http: [anvil.url] } },
  });
  const transport = http(anvil.url);
  const reader = createPublicClient({ chain, transport, pollingInterval: 20, cacheTime: 0 });
  const account = privateKeyToAccount(key);
  const wallet = createWalletClient({ chain, transport, account });
  const mined = async (hash: Hex): Promise<Hex | undefined> => {
    const receipt = await reader.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (receipt.status !== 'success') throw new Error(`${hash} was reverted`);
    return receipt.contractAddress ?? undefined;
  };
  const deploy: Bench['deploy'] = async ({ abi, bytecode }, args = []) => {
    const address = await mined(await wallet.deployContract({ abi, bytecode, args, gas: 12_000_000n }));
    if (address === undefined) throw new Error('nothing was deployed');
    return { address, abi };
  };
  const { address } = await deploy({ abi: [], bytecode: await readMulticall() });
  const code = await reader.getCode({ address });
  await anvil.rpc('anvil_setCode', '0xca11bde05977b3631167028862be2a173976ca11', code);
  return {
    ...{ anvil, deploy, owner: account.address },
    write: async ({ address: to, abi, value = 0n }, functionName, ...args) => {
      await mined(await wallet.writeContract({ address: to, abi, functionName, args, value, gas: 8_000_000n }));
    },
    read: ({ address: of, abi }, functionName, ...args) =>
      reader.readContract({ address: of, abi, functionName, args }),
    balanceOf: ({ id }) =>
      reader.readContract({
        address: getAddress(id),
        abi: erc20Abi,
        functionName: 'balanceOf',
        args: [account.address],
      }),
  };
}

/** A token against WBNB: how much of WBNB and of the token, and the square root of its price in WBNB times 2^96. */
type Opening = {
  readonly token: Deployed;
  readonly amounts: readonly [wbnb: bigint, other: bigint];
  readonly root: bigint;
  /** Of V3: in hundredths of a basis point, a quarter of a hundredth when left out. */
  readonly fee?: number;
};
type Open = (opening: Opening) => Promise<void>;

async function openV2(
  { owner, deploy, write, read }: Bench,
  wbnb: Deployed,
): Promise<{
  readonly v2: NonNullable<Contracts['v2']>;
  readonly findPair: (token: Deployed) => Promise<string>;
  readonly open: Open;
}> {
  const factory = await deploy(readOwn('@pancakeswap-libs/pancake-swap-core/build/PancakeFactory.json'), [owner]);
  const router = await deploy(readV2Router(), [factory.address, wbnb.address]);
  return {
    v2: { factory: factory.address.toLowerCase(), router: router.address.toLowerCase() },
    findPair: async ({ address }) => String(await read(factory, 'getPair', wbnb.address, address)).toLowerCase(),
    open: async ({ token, amounts }) => {
      for (const each of [wbnb, token]) await write(each, 'approve', router.address, plenty);
      await write(router, 'addLiquidity', wbnb.address, token.address, ...amounts, 0n, 0n, owner, until);
      for (const each of [wbnb, token]) await write(each, 'approve', router.address, 0n);
    },
  };
}

const usualFee = 2_500;
const deployerAddress = '0x00000000000000000000000000000000000de910';

async function openV3(
  { anvil, owner, deploy, write, read }: Bench,
  wbnb: Deployed,
): Promise<
  Pick<Contracts, 'v3'> & {
    readonly open: Open;
    readonly shareFees: (token: Deployed) => Promise<void>;
    readonly findPool: (token: Deployed, fee?: number) => Promise<Hex>;
  }
> {
  const pool = readPool();
  await anvil.rpc('anvil_setCode', deployerAddress, toDeployer(pool.bytecode));
  const core = '@pancakeswap/v3-core/artifacts/contracts';
  const factory = await deploy(readOwn(`${core}/PancakeV3Factory.sol/PancakeV3Factory.json`), [deployerAddress]);
  const descriptor = '0x0000000000000000000000000000000000000000';
  const positions = await deploy(readPeriphery('NonfungiblePositionManager.sol/NonfungiblePositionManager.json'), [
    ...[deployerAddress, wbnb.address, descriptor],
  ]);
  const router = await deploy(readPeriphery('SwapRouter.sol/SwapRouter.json'), [deployerAddress, wbnb.address]);
  const quoter = await deploy(readPeriphery('lens/QuoterV2.sol/QuoterV2.json'), [deployerAddress, wbnb.address]);
  const poolOf = async ({ address }: Deployed, fee = usualFee): Promise<Hex> =>
    getAddress(String(await read(factory, 'getPool', wbnb.address, address, fee)));
  return {
    v3: {
      factory: factory.address.toLowerCase(),
      router: router.address.toLowerCase(),
      quoter: quoter.address.toLowerCase(),
      positions: positions.address.toLowerCase(),
    },
    findPool: poolOf,
    shareFees: async (token) => write(factory, 'setFeeProtocol', await poolOf(token), 3_200, 3_200),
    open: async ({ token, amounts, root, fee = usualFee }) => {
      await write(factory, 'createPool', wbnb.address, token.address, fee);
      const address = await poolOf(token, fee);
      const isFirst = BigInt(wbnb.address) < BigInt(token.address);
      const [token0, token1] = isFirst ? [wbnb.address, token.address] : [token.address, wbnb.address];
      const [amount0, amount1] = isFirst ? amounts : amounts.toReversed();
      await write({ address, abi: pool.abi }, 'initialize', isFirst ? root : (1n << 192n) / root);
      // Uniswap's periphery cannot read a share of fees that takes more than its 8 bits: there is none while it is used.
      await write(factory, 'setFeeProtocol', address, 0, 0);
      for (const each of [wbnb, token]) await write(each, 'approve', positions.address, plenty);
      await write(positions, 'mint', {
        // On the grid of every fee.
        ...{ token0, token1, fee, tickLower: -887_000, tickUpper: 887_000, recipient: owner, deadline: until },
        ...{ amount0Desired: amount0, amount1Desired: amount1, amount0Min: 0n, amount1Min: 0n },
      });
      for (const each of [wbnb, token]) await write(each, 'approve', positions.address, 0n);
    },
  };
}
