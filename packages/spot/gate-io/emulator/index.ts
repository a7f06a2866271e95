export { createGateIoEmulator, type GateIoEmulator, type GateIoEmulatorOptions } from './emulator.js';
export { defaultMarkets, type MarketRules } from './markets.js';
