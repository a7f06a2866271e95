export { createKucoinEmulator, type KucoinEmulator, type KucoinEmulatorOptions } from './emulator.js';
export { defaultMarkets, type MarketRules } from './markets.js';
