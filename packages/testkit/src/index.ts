export { createEngine } from './engine/engine.js';
export { fillOrder } from './engine/fill-order.js';
export { placeLadder, type LadderOptions } from './engine/ladder.js';
export * from './engine/noise.js';
export * from './engine/step.js';
export type * from './engine/types.js';
export { createPerpetualEngine, type PerpetualEngineOptions } from './engine/perpetual/engine.js';
export * from './engine/perpetual/types.js';

export * from './emulator/accounts.js';
export * from './emulator/alarms.js';
export * from './emulator/answer.js';
export * from './emulator/behaviours.js';
export * from './emulator/candles.js';
export * from './emulator/exchange.js';
export * from './emulator/history.js';
export * from './emulator/ids.js';
export * from './emulator/keep-alive.js';
export * from './emulator/market-feed.js';
export * from './emulator/message.js';
export * from './emulator/owners.js';
export * from './emulator/parameters.js';
export * from './emulator/perpetual-clock.js';
export * from './emulator/publisher.js';
export * from './emulator/refusal.js';
export * from './emulator/replica.js';
export * from './emulator/router.js';
export * from './emulator/sockets.js';
export * from './emulator/text.js';
export * from './emulator/timer.js';
export * from './emulator/trades.js';

export { disturb, type DisturbedVenue } from './faults/disturb.js';
export type * from './faults/fault.js';

export * from './fuzz/run.js';
export type { FuzzTally, FuzzViolation } from './fuzz/record.js';

export * from './payloads/hand-out.js';
export * from './payloads/node-fixtures.js';
export * from './payloads/plain.js';

export * from './limits.js';
export * from './random.js';
export type * from './venue.js';

export * from './virtual/clock.js';
export { startProxy, type FaultProxy, type ProxyOptions } from './sockets/proxy.js';
export * from './sockets/chaos.js';
export type { Trouble } from './sockets/pipe.js';
export { serveVenue, type ServedVenue, type ServeOptions } from './sockets/serve.js';

export {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type TraceLine,
} from './virtual/network.js';
export * from './virtual/medium.js';
export * from './virtual/memory-disk.js';
export * from './virtual/ports.js';

export type * from './conformance/case.js';
export type * from './conformance/fixture.js';
export * from './conformance/results.js';
export { perpetualCases, spotCases, type SuiteOptions } from './conformance/suite.js';
export { testPerpetualConnector, testSpotConnector, type TestFramework } from './conformance/test-suite.js';
export type { Connect } from './conformance/stage.js';
export { openExchange as openTradedMarket, type Exchange as TradedMarket } from './conformance/exchange.js';

export { catalogue } from './simulation/catalogue.js';
export * from './simulation/defects.js';
export type * from './simulation/fixture.js';
export { generate, marginScale, standardScale, type Scale } from './simulation/generate.js';
export { oracleIds, type OracleId, type Told, type Violation } from './simulation/history.js';
export { sizeOf, type Action, type Plan, type PlannedFault, type PlanSettings } from './simulation/plan.js';
export * from './simulation/prove.js';
export * from './simulation/regression.js';
export { runPlan, type RunCounts, type RunOptions, type RunResult } from './simulation/run.js';
export * from './simulation/seed.js';
export { shrink, type ShrinkOptions } from './simulation/shrink.js';
export { toTimeline } from './simulation/timeline.js';
