import { once } from '@hb/connector-ethereum';
import { parseAbi } from 'viem/utils';

const [path, until] = ['address[] path', 'address to, uint256 deadline'] as const;

/** @see https://developer.pancakeswap.finance/contracts/v2/router-v2 */
export const v2 = once(() =>
  parseAbi([
    `function swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amount, uint256 least, ${path}, ${until})`,
    `function swapTokensForExactTokens(uint256 amountOut, uint256 most, ${path}, ${until}) returns (uint256[] amounts)`,
  ]),
);

const way = 'bytes path; address recipient; uint256 deadline;' as const;

/** @see https://github.com/pancakeswap/pancake-v3-contracts/blob/main/projects/v3-periphery/contracts/interfaces/ISwapRouter.sol */
export const v3 = once(() =>
  parseAbi([
    `struct ExactInput { ${way} uint256 amountIn; uint256 amountOutMinimum; }`,
    `struct ExactOutput { ${way} uint256 amountOut; uint256 amountInMaximum; }`,
    'function exactInput(ExactInput params) payable returns (uint256 amountOut)',
    'function exactOutput(ExactOutput params) payable returns (uint256 amountIn)',
  ]),
);
