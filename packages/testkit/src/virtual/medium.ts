import { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './clock.js';
import { virtualPorts, type VirtualPorts, type VirtualPortsOptions } from './ports.js';

/** What carries a simulated connector's time and traffic: memory, or real sockets. */
export type Medium = {
  readonly createClock: (options: VirtualClockOptions) => VirtualClock;
  readonly openPorts: (options: VirtualPortsOptions) => VirtualPorts;
};

/** No time passes but when it is said to, and nothing leaves the process. */
export const inMemory: Medium = { createClock: createVirtualClock, openPorts: virtualPorts };
