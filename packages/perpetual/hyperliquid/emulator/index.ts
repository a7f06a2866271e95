export {
  createHyperliquidPerpetualEmulator,
  type HyperliquidPerpetualEmulator,
  type HyperliquidPerpetualEmulatorOptions,
} from './emulator.js';
export type { EmulatedAccount } from './authority.js';
export { defaultMarkets, type MarketRules } from './markets.js';
