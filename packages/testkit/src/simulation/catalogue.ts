import { crashFaults } from './faults/crashes.js';
import type { FaultKind } from './faults/kind.js';
import { marginFaults } from './faults/margin.js';
import { messageFaults } from './faults/messages.js';
import { orderFaults } from './faults/orders.js';
import { transportFaults } from './faults/transport.js';

/** The faults that can be injected so far, by the ids of the design's catalogue. */
export const catalogue: readonly FaultKind[] = [...transportFaults, ...messageFaults, ...orderFaults, ...crashFaults];

/** What can be in a plan: on perpetuals margin is in it too. */
export const everyFault: readonly FaultKind[] = [...catalogue, ...marginFaults];
