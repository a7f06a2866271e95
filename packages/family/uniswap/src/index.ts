export * from './liquidity.js';
export * from './pool.js';
export * from './quote.js';
