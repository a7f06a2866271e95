export type { CountedLimit, RateLimit } from '@hb/binance-emulation';

export { createBinanceEmulator, type BinanceEmulator, type BinanceEmulatorOptions, type Usage } from './emulator.js';
export { defaultRateLimits } from './limits.js';
export { defaultMarkets, type MarketRules } from './markets.js';
