export {
  createBinancePerpetualEmulator,
  type BinancePerpetualEmulator,
  type BinancePerpetualEmulatorOptions,
  type Usage,
} from './emulator.js';
export { defaultRateLimits, type CountedLimit, type RateLimit } from './limits.js';
export { defaultMarkets, type MarketRules } from './markets.js';
