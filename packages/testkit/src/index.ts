export { createEngine } from './engine/engine.js';
export { fillOrder } from './engine/fill-order.js';
export { placeLadder, type LadderOptions } from './engine/ladder.js';
export * from './engine/noise.js';
export * from './engine/step.js';
export type * from './engine/types.js';

export { disturb, type DisturbedVenue } from './faults/disturb.js';
export type * from './faults/fault.js';

export * from './limits.js';
export * from './random.js';
export type * from './venue.js';

export * from './virtual/clock.js';
export { startProxy, type FaultProxy, type ProxyOptions } from './sockets/proxy.js';
export type { Trouble } from './sockets/pipe.js';
export { serveVenue, type ServedVenue, type ServeOptions } from './sockets/serve.js';

export {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type TraceLine,
} from './virtual/network.js';
export * from './virtual/memory-disk.js';
export * from './virtual/ports.js';

export type * from './conformance/case.js';
export type * from './conformance/fixture.js';
export * from './conformance/results.js';
export { spotCases, type SuiteOptions } from './conformance/suite.js';
export { testSpotConnector, type TestFramework } from './conformance/test-suite.js';
export type { Connect } from './conformance/stage.js';

export { catalogue } from './simulation/catalogue.js';
export * from './simulation/defects.js';
export type * from './simulation/fixture.js';
export { generate, standardScale, type Scale } from './simulation/generate.js';
export { oracleIds, type OracleId, type Told, type Violation } from './simulation/history.js';
export { sizeOf, type Action, type Plan, type PlannedFault, type PlanSettings } from './simulation/plan.js';
export * from './simulation/regression.js';
export { runPlan, type RunCounts, type RunOptions, type RunResult } from './simulation/run.js';
export { shrink, type ShrinkOptions } from './simulation/shrink.js';
export { toTimeline } from './simulation/timeline.js';
