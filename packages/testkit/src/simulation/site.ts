import type { Fault } from '../faults/fault.js';
import type { Rewrite, SimulatedRequest, SimulationVenue, SimulationWire } from './fixture.js';
import type { PlannedFault } from './plan.js';

/** Where one planned fault is brought about; whatever it does there is counted as a strike of that fault. */
export type Site = {
  readonly wire: SimulationWire;
  readonly venue: SimulationVenue;
  /** Puts a fault on the line, within the time of `when`. */
  readonly disturb: (when: PlannedFault, fault: Fault) => void;
  readonly rewrite: (when: PlannedFault, rewrite: Rewrite) => void;
  readonly rewriteHeader: (when: PlannedFault, header: readonly [name: string, value: string]) => void;
  /** The answer to a request is the one to an earlier request of its kind. */
  readonly mixUp: (when: PlannedFault, request: SimulatedRequest) => void;
  /** Queries of that kind lag by `when.ms` while it lasts. */
  readonly lag: (when: PlannedFault, request: SimulatedRequest) => void;
  /** Does something once; `false` says that there was nothing to do it to. */
  readonly at: (when: PlannedFault, run: () => unknown) => void;

  /** The symbol of the market that a fault is about. */
  readonly symbol: (on: string | undefined) => string;
  /** Nothing runs in the connector's process for that long. */
  readonly block: (ms: number) => void;
  /** Sets the machine's clock. */
  readonly jump: (ms: number) => void;
  readonly raiseMinimum: (on: string | undefined) => void;
  readonly expireOne: (when: PlannedFault) => boolean;
  readonly placeByHand: (when: PlannedFault) => boolean;
  readonly deposit: (when: PlannedFault) => void;
};
