export * from './pool.js';
export * from './quote.js';
export * from './routes.js';
export { toRate } from './rates.js';
export { fetchSwaps, toHex, toSwapSource, type SwapSource } from './trades.js';
