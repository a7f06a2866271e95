import { encodeAbiParameters, keccak256, parseAbi, parseAbiParameters, parseEther, type Hex } from 'viem';

import type { Anvil } from './anvil.js';
import { readArtifact, readFactory, readPermit2 } from './artifacts.js';
import { rootOf, type Deployed, type Deploying, type Writing } from './uniswap.js';

const zero = '0x0000000000000000000000000000000000000000';
const permit2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3';

const manager = parseAbi([
  'struct PoolKey { address currency0; address currency1; uint24 fee; int24 tickSpacing; address hooks; }',
  'constructor(address owner)',
  'function initialize(PoolKey key, uint160 sqrtPriceX96) returns (int24 tick)',
]);
const positionManager = parseAbi([
  'constructor(address poolManager, address permit2, uint256 unsubscribeGasLimit, address descriptor, address weth9)',
  'function modifyLiquidities(bytes unlockData, uint256 deadline) payable',
]);
const permit = parseAbi(['function approve(address token, address spender, uint160 amount, uint48 expiration)']);

export type V4Contracts = Readonly<Record<'manager' | 'positions' | 'quoter' | 'state', string>>;

type Bench = {
  readonly anvil: Anvil;
  readonly owner: Hex;
  readonly deployed: Deploying;
  readonly write: Writing;
  readonly weth: Deployed;
  readonly usdc: Deployed;
};

type Older = { readonly v2Factory: Hex; readonly v3Factory: Hex; readonly positions: Hex };

/** Permit2 at its address, V4 with a pool of 0.3 % and a thin one of the coin of 0.05 %, and the Universal Router over all versions. */
export async function deployRouter(
  bench: Bench,
  older: Older,
): Promise<{ readonly router: string; readonly v4: V4Contracts }> {
  const { anvil, deployed, weth } = bench;
  await anvil.rpc('anvil_setCode', permit2, readPermit2());
  const pools = await deployed({ abi: manager, bytecode: readFactory('PoolManager') }, [bench.owner]);
  const positions = await deployed({ abi: positionManager, bytecode: readFactory('PositionManager') }, [
    ...[pools.address, permit2, 100_000n, zero, weth.address],
  ]);
  const lens = '@uniswap/v4-periphery/foundry-out';
  const quoter = await deployed(readArtifact(`${lens}/V4Quoter.sol/V4Quoter.json`), [pools.address]);
  const state = await deployed(readArtifact(`${lens}/StateView.sol/StateView.json`), [pools.address]);
  const router = await deployed(
    readArtifact('@uniswap/universal-router/artifacts/contracts/UniversalRouter.sol/UniversalRouter.json'),
    [toParameters(bench, older, { pools: pools.address, positions: positions.address })],
  );
  await openPool(
    bench,
    { pools, positions },
    { fee: 3_000, tickSpacing: 60, ether: parseEther('50'), isNative: false },
  );
  await openPool(bench, { pools, positions }, { fee: 500, tickSpacing: 10, ether: parseEther('5'), isNative: true });
  const v4: V4Contracts = {
    manager: pools.address.toLowerCase(),
    positions: positions.address.toLowerCase(),
    quoter: quoter.address.toLowerCase(),
    state: state.address.toLowerCase(),
  };
  return { router: router.address.toLowerCase(), v4 };
}

function toParameters(
  { weth }: Bench,
  { v2Factory, v3Factory, positions }: Older,
  v4: { readonly pools: Hex; readonly positions: Hex },
): unknown {
  const pair = readArtifact('@uniswap/v2-core/build/UniswapV2Pair.json');
  const pool = readArtifact('@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json');
  return {
    ...{ permit2, weth9: weth.address, v2Factory, v3Factory },
    ...{ pairInitCodeHash: keccak256(pair.bytecode), poolInitCodeHash: keccak256(pool.bytecode) },
    ...{ v4PoolManager: v4.pools, v3NFTPositionManager: positions, v4PositionManager: v4.positions, spokePool: zero },
  };
}

type Opening = {
  readonly fee: number;
  readonly tickSpacing: number;
  readonly ether: bigint;
  readonly isNative: boolean;
};

/** 2,000 USDC for one WETH, or for one coin, at all prices. */
async function openPool(
  { owner, write, weth, usdc }: Bench,
  { pools, positions }: { readonly pools: Deployed; readonly positions: Deployed },
  { fee, tickSpacing, ether, isNative }: Opening,
): Promise<void> {
  const ofEther = isNative ? zero : weth.address;
  const isEtherFirst = BigInt(ofEther) < BigInt(usdc.address);
  const [currency0, currency1] = isEtherFirst ? [ofEther, usdc.address] : [usdc.address, ofEther];
  const key = { currency0, currency1, fee, tickSpacing, hooks: zero } as const;
  const dollars = (ether * 2_000n) / 10n ** 12n;
  const [amount0, amount1] = isEtherFirst ? [ether, dollars] : [dollars, ether];
  await write(pools, 'initialize', key, rootOf((amount1 << 192n) / amount0));
  for (const { address, abi } of [weth, usdc]) {
    await write({ address, abi }, 'approve', permit2, 10n ** 30n);
    await write({ address: permit2, abi: permit }, 'approve', address, positions.address, 10n ** 30n, 2 ** 40);
  }
  const last = Math.floor(887_272 / tickSpacing) * tickSpacing;
  const mint = encodeAbiParameters(
    parseAbiParameters([
      'PoolKey key, int24 lower, int24 upper, uint256 liquidity, uint128 most0, uint128 most1, address owner, bytes hooks',
      'struct PoolKey { address currency0; address currency1; uint24 fee; int24 tickSpacing; address hooks; }',
    ]),
    [key, -last, last, rootOf(amount0 * amount1), 10n ** 30n, 10n ** 30n, owner, '0x'],
  );
  const settle = encodeAbiParameters(parseAbiParameters('address, address'), [currency0, currency1]);
  const sweep = encodeAbiParameters(parseAbiParameters('address, address'), [zero, owner]);
  // https://github.com/Uniswap/v4-periphery/blob/main/src/libraries/Actions.sol
  const data = encodeAbiParameters(parseAbiParameters('bytes, bytes[]'), ['0x020d14', [mint, settle, sweep]]);
  await write({ ...positions, value: isNative ? 2n * ether : 0n }, 'modifyLiquidities', data, BigInt(2 ** 40));
  for (const { address, abi } of [weth, usdc]) {
    await write({ address: permit2, abi: permit }, 'approve', address, positions.address, 0n, 0);
    await write({ address, abi }, 'approve', permit2, 0n);
  }
}

/** Lets the router take tokens without end, so that no swap has to wait for an approval. */
export async function allowRouter(write: Writing, tokens: readonly Deployed[], router: Hex): Promise<void> {
  for (const { address, abi } of tokens) {
    await write({ address, abi }, 'approve', permit2, 2n ** 200n);
    await write({ address: permit2, abi: permit }, 'approve', address, router, 2n ** 150n, 2 ** 40);
  }
}
