import { parseAbi } from 'viem/utils';

/** @see https://docs.uniswap.org/contracts/universal-router/technical-reference */
export const router = parseAbi(['function execute(bytes commands, bytes[] inputs, uint256 deadline) payable']);

const key = 'address currency0; address currency1; uint24 fee; int24 tickSpacing; address hooks;' as const;
const told = 'uint256 amount, uint256 gasEstimate' as const;

/** @see https://docs.uniswap.org/contracts/v4/reference/periphery/lens/V4Quoter */
export const quoter = parseAbi([
  `struct PoolKey { ${key} }`,
  'struct Exact { PoolKey poolKey; bool zeroForOne; uint128 exactAmount; bytes hookData; }',
  `function quoteExactInputSingle(Exact params) returns (${told})`,
  `function quoteExactOutputSingle(Exact params) returns (${told})`,
]);

/** @see https://docs.uniswap.org/contracts/v4/reference/periphery/lens/StateView */
export const state = parseAbi([
  'function getSlot0(bytes32 poolId) view returns (uint160 sqrtPriceX96, int24 tick, uint24 protocolFee, uint24 lpFee)',
  'function getLiquidity(bytes32 poolId) view returns (uint128 liquidity)',
]);
