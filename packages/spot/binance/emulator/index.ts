export { createBinanceEmulator, type BinanceEmulator, type BinanceEmulatorOptions, type Usage } from './emulator.js';
export { defaultRateLimits, type CountedLimit, type RateLimit } from './limits.js';
export { defaultMarkets, type MarketRules } from './markets.js';
