import { crashFaults } from './faults/crashes.js';
import type { FaultKind } from './faults/kind.js';
import { messageFaults } from './faults/messages.js';
import { orderFaults } from './faults/orders.js';
import { transportFaults } from './faults/transport.js';

/** The faults that can be injected so far, by the ids of the design's catalogue. */
export const catalogue: readonly FaultKind[] = [...transportFaults, ...messageFaults, ...orderFaults, ...crashFaults];
