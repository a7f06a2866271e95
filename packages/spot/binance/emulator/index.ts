export {
  createBinanceEmulator,
  type BinanceEmulator,
  type BinanceEmulatorOptions,
  type EmulatedAccount,
  type Usage,
} from './emulator.js';
export type { Behaviour } from './execute.js';
export { defaultRateLimits, type CountedLimit, type RateLimit } from './limits.js';
export { defaultMarkets, type MarketRules } from './markets.js';
