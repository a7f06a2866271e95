import type { Fault } from '../faults/fault.js';
import type { Moment } from '../virtual/machine.js';
import type { MarginRequest, Rewrite, SimulatedRequest, SimulationVenue, SimulationWire } from './fixture.js';
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
  readonly mixUp: (when: PlannedFault, request: SimulatedRequest | MarginRequest) => void;
  /** Queries of that kind lag by `when.ms` while it lasts. */
  readonly lag: (when: PlannedFault, request: SimulatedRequest | MarginRequest) => void;
  /** Does something once; `false` says that there was nothing to do it to. */
  readonly at: (when: PlannedFault, run: () => unknown) => void;

  /** The process, or on an even `variant` its machine, ends at the next such moment; the next begins `ms` after. */
  readonly crashAt: (when: PlannedFault, moment: Moment, what: string) => void;
  /** The same right after an event of an order was told. */
  readonly crashWhenTold: (when: PlannedFault) => void;
  /** The next processes end `ms` after they began. */
  readonly crashInStart: (when: PlannedFault) => void;
  /** A second process is begun on the same disk; it must be refused. */
  readonly secondProcess: (when: PlannedFault) => void;
  readonly throwInListeners: (when: PlannedFault) => void;
  /** The process ends, and the next one finds the files as they were `ms` before. */
  readonly restoreOldJournal: (when: PlannedFault) => void;
  /** The process ends, and the next one finds bytes in the middle of the journal changed. */
  readonly damageJournal: (when: PlannedFault) => void;
  /** The disk takes no more; the process is begun anew when that is over. */
  readonly failDisk: (when: PlannedFault, problem: string) => void;
  readonly slowDisk: (when: PlannedFault) => void;
  /** No process can take its journal; one is stopped so that another wants to. */
  readonly lockDisk: (when: PlannedFault) => void;

  /** The symbol of the market that a fault is about. */
  readonly symbol: (on: string | undefined) => string;
  /** Nothing runs in the connector's process for that long. */
  readonly block: (ms: number) => void;
  /** Sets the machine's clock. */
  readonly jump: (ms: number) => void;
  readonly raiseMinimum: (on: string | undefined) => void;
  readonly expireOne: (when: PlannedFault) => boolean;
  readonly placeByHand: (when: PlannedFault) => boolean;
  /** Or a withdrawal; `false` where there is not so much. */
  readonly deposit: (when: PlannedFault) => boolean;
  /** Between longs and shorts of a market, at a rate that is drawn; `false` where there is no funding. */
  readonly payFunding: (when: PlannedFault) => boolean;
  /** Brings a position of the account to where the venue closes it; `false` where there is none that can be. */
  readonly liquidate: (when: PlannedFault) => boolean;
};
