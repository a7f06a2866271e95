import { once } from '@hb/connector-ethereum';
import { parseAbi } from 'viem/utils';

/** @see https://docs.uniswap.org/contracts/universal-router/technical-reference */
export const router = once(() =>
  parseAbi(['function execute(bytes commands, bytes[] inputs, uint256 deadline) payable']),
);

const key = 'address currency0; address currency1; uint24 fee; int24 tickSpacing; address hooks;' as const;
const told = 'uint256 amount, uint256 gasEstimate' as const;

/** @see https://docs.uniswap.org/contracts/v4/reference/periphery/lens/V4Quoter */
export const quoter = once(() =>
  parseAbi([
    `struct PoolKey { ${key} }`,
    'struct Exact { PoolKey poolKey; bool zeroForOne; uint128 exactAmount; bytes hookData; }',
    `function quoteExactInputSingle(Exact params) returns (${told})`,
    `function quoteExactOutputSingle(Exact params) returns (${told})`,
  ]),
);

const ticks = 'int24 tickLower, int24 tickUpper' as const;
const growth = 'uint256 feeGrowthInside0, uint256 feeGrowthInside1' as const;
const position = `uint128 liquidity, ${growth}` as const;

/** @see https://docs.uniswap.org/contracts/v4/reference/periphery/lens/StateView */
export const state = once(() =>
  parseAbi([
    'function getSlot0(bytes32 poolId) view returns (uint160 sqrtPriceX96, int24 tick, uint24 protocolFee, uint24 fee)',
    'function getLiquidity(bytes32 poolId) view returns (uint128 liquidity)',
    `function getPositionInfo(bytes32 poolId, address owner, ${ticks}, bytes32 salt) view returns (${position})`,
    `function getFeeGrowthInside(bytes32 poolId, ${ticks}) view returns (${growth})`,
  ]),
);

/** @see https://docs.uniswap.org/contracts/v4/reference/periphery/PositionManager */
export const positions = once(() =>
  parseAbi([
    `struct PoolKey { ${key} }`,
    'function modifyLiquidities(bytes unlockData, uint256 deadline) payable',
    'function getPoolAndPositionInfo(uint256 tokenId) view returns (PoolKey poolKey, uint256 info)',
    'function ownerOf(uint256 tokenId) view returns (address owner)',
  ]),
);

/** What the manager of all pools tells. @see https://docs.uniswap.org/contracts/v4/reference/core/interfaces/IPoolManager */
export const manager = once(() =>
  parseAbi([
    `event ModifyLiquidity(bytes32 indexed id, address indexed sender, ${ticks}, int256 liquidityDelta, bytes32 salt)`,
  ]),
);
