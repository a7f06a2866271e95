import { parseAbi } from 'viem/utils';

const [path, until] = ['address[] path', 'address to, uint256 deadline'] as const;

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/factory, https://docs.uniswap.org/contracts/v2/reference/smart-contracts/router-02 */
export const v2 = parseAbi([
  'function getPair(address tokenA, address tokenB) view returns (address pair)',
  `function getAmountsOut(uint256 amountIn, ${path}) view returns (uint256[] amounts)`,
  `function getAmountsIn(uint256 amountOut, ${path}) view returns (uint256[] amounts)`,
  `function swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amountIn, uint256 least, ${path}, ${until})`,
  `function swapTokensForExactTokens(uint256 amountOut, uint256 most, ${path}, ${until}) returns (uint256[] amounts)`,
]);

/** @see https://docs.uniswap.org/contracts/v3/reference/core/UniswapV3Factory */
export const v3Factory = parseAbi([
  'function getPool(address tokenA, address tokenB, uint24 fee) view returns (address pool)',
]);

const [way, limit] = ['address tokenIn; address tokenOut;', 'uint160 sqrtPriceLimitX96;'] as const;
const told = 'uint256 amount, uint160 sqrtPriceX96After, uint32 initializedTicksCrossed, uint256 gasEstimate' as const;

/** @see https://docs.uniswap.org/contracts/v3/reference/periphery/lens/QuoterV2 */
export const quoter = parseAbi([
  `struct ExactInput { ${way} uint256 amountIn; uint24 fee; ${limit} }`,
  `struct ExactOutput { ${way} uint256 amount; uint24 fee; ${limit} }`,
  `function quoteExactInputSingle(ExactInput params) returns (${told})`,
  `function quoteExactOutputSingle(ExactOutput params) returns (${told})`,
]);

const paid = 'uint24 fee; address recipient;' as const;

/** @see https://github.com/Uniswap/swap-router-contracts/blob/main/contracts/interfaces/IV3SwapRouter.sol, https://github.com/Uniswap/swap-router-contracts/blob/main/contracts/interfaces/IMulticallExtended.sol */
export const v3Router = parseAbi([
  `struct ExactInput { ${way} ${paid} uint256 amountIn; uint256 amountOutMinimum; ${limit} }`,
  `struct ExactOutput { ${way} ${paid} uint256 amountOut; uint256 amountInMaximum; ${limit} }`,
  'function exactInputSingle(ExactInput params) payable returns (uint256 amountOut)',
  'function exactOutputSingle(ExactOutput params) payable returns (uint256 amountIn)',
  'function multicall(uint256 deadline, bytes[] data) payable returns (bytes[] results)',
]);
