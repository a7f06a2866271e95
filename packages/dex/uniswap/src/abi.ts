import { parseAbi } from 'viem/utils';

const [path, until] = ['address[] path', 'address to, uint256 deadline'] as const;

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/router-02 */
export const v2 = parseAbi([
  `function swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amountIn, uint256 least, ${path}, ${until})`,
  `function swapTokensForExactTokens(uint256 amountOut, uint256 most, ${path}, ${until}) returns (uint256[] amounts)`,
]);

const [way, limit] = ['address tokenIn; address tokenOut;', 'uint160 sqrtPriceLimitX96;'] as const;
const paid = 'uint24 fee; address recipient;' as const;

/** @see https://github.com/Uniswap/swap-router-contracts/blob/main/contracts/interfaces/IV3SwapRouter.sol, https://github.com/Uniswap/swap-router-contracts/blob/main/contracts/interfaces/IMulticallExtended.sol */
export const v3Router = parseAbi([
  `struct ExactInput { ${way} ${paid} uint256 amountIn; uint256 amountOutMinimum; ${limit} }`,
  `struct ExactOutput { ${way} ${paid} uint256 amountOut; uint256 amountInMaximum; ${limit} }`,
  'function exactInputSingle(ExactInput params) payable returns (uint256 amountOut)',
  'function exactOutputSingle(ExactOutput params) payable returns (uint256 amountIn)',
  'function multicall(uint256 deadline, bytes[] data) payable returns (bytes[] results)',
]);
