export { poolLiquidity } from './liquidity.js';
export { checkWorth, toTicks, toTokenId } from './liquidity-v3.js';
export { slipped, sqrtPriceAt, toAmounts, toCost, toLiquidity, toPrice } from './ticks.js';
