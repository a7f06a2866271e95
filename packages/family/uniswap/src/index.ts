export * from './liquidity.js';
export * from './pool.js';
export * from './quote.js';
export { toRate } from './rates.js';
export * from './routes.js';
export { checkWorth, toTicks, toTokenId } from './liquidity-v3.js';
export { slipped, sqrtPriceAt, toAmounts, toCost, toLiquidity, toPrice } from './ticks.js';
export { fetchSwaps, toHex, toSwapSource, type SwapSource } from './trades.js';
