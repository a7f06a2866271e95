import { once } from '@hb/connector-ethereum';
import { parseAbi } from 'viem/utils';

const path = 'address[] path' as const;

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/factory, https://docs.uniswap.org/contracts/v2/reference/smart-contracts/router-02 */
export const v2 = once(() =>
  parseAbi([
    'function getPair(address tokenA, address tokenB) view returns (address pair)',
    `function getAmountsOut(uint256 amountIn, ${path}) view returns (uint256[] amounts)`,
    `function getAmountsIn(uint256 amountOut, ${path}) view returns (uint256[] amounts)`,
  ]),
);

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/pair */
export const pair = once(() =>
  parseAbi(['function getReserves() view returns (uint112 reserve0, uint112 reserve1, uint32 blockTimestampLast)']),
);

/** @see https://docs.uniswap.org/contracts/v3/reference/core/UniswapV3Factory */
export const v3Factory = once(() =>
  parseAbi(['function getPool(address tokenA, address tokenB, uint24 fee) view returns (address pool)']),
);

/** Of `slot0`, the part that forks have too. @see https://docs.uniswap.org/contracts/v3/reference/core/interfaces/pool/IUniswapV3PoolState */
export const v3Pool = once(() => parseAbi(['function slot0() view returns (uint160 sqrtPriceX96, int24 tick)']));

const told = 'uint256 amount, uint160[] sqrtPricesX96After, uint32[] ticksCrossed, uint256 gasEstimate' as const;

/** @see https://docs.uniswap.org/contracts/v3/reference/periphery/lens/QuoterV2 */
export const quoter = once(() =>
  parseAbi([
    `function quoteExactInput(bytes path, uint256 amountIn) returns (${told})`,
    `function quoteExactOutput(bytes path, uint256 amountOut) returns (${told})`,
  ]),
);
