import { isConnectorError, type Connector, type Pair, type Ports } from '@hb/connector-core';

import type { VirtualClock } from '../virtual/clock.js';
import type { History } from './history.js';
import type { Crash, Host } from './host.js';

export type ProcessesOptions = {
  readonly clock: VirtualClock;
  readonly host: Host;
  readonly history: History;
  readonly pairs: readonly Pair[];
  /** Makes the connector of a process, with all who listen to it. */
  readonly make: (process: {
    readonly number: number;
    readonly ports: Ports;
    readonly acceptDamage: boolean;
  }) => Connector;
};

/** One process with a connector after another, as a supervisor keeps it: what ends is begun again. */
export type Processes = {
  /** The one that runs or is starting; `undefined` while none does. */
  readonly connector: () => Connector | undefined;
  /** The first one. Resolves when it has started. */
  readonly start: () => Promise<void>;
  /** Ends the process that runs, and begins the next one `downMs` after. False when none runs. */
  readonly crash: (how: Crash, downMs: number) => boolean;
  readonly stop: (downMs: number) => boolean;
  /** How many were begun. */
  readonly count: () => number;
  /** Begins a second one beside the one that runs; `undefined` when none does. */
  readonly beginAnother: () => Promise<void> | undefined;
  /** Told whenever one begins. */
  readonly onBegin: (listener: () => void) => void;
};

const pauseMs = 1_000;

export function createProcesses({ clock, host, history, pairs, make }: ProcessesOptions): Processes {
  let running: Connector | undefined;
  let count = 0;
  let acceptDamage = false;
  const listeners = new Set<() => void>();

  const later = (ms: number, run: () => void): void => void clock.at(clock.mono() + ms, run);

  const create = (): Connector => {
    const connector = make({ number: count, ports: host.boot(), acceptDamage });
    count += 1;
    running = connector;
    for (const listener of listeners) listener();
    return connector;
  };

  const begin = (): void => {
    const connector = create();
    connector.start({ pairs }).catch((error: unknown) => {
      history.errors.push(error);
      // Whoever runs it reads what the refusal says, and decides to go on with what is left.
      if (isDamage(error)) {
        acceptDamage = true;
        history.isRecordLost = true;
      }
      if (running !== connector) return;
      running = undefined;
      later(pauseMs, begin);
    });
  };

  return {
    connector: () => running,
    count: () => count,
    // On the machine of the first: nothing of it must be left when it has been refused.
    beginAnother: () => running && make({ number: -1, ports: host.machine().ports, acceptDamage }).start(),
    onBegin: (listener) => {
      listeners.add(listener);
    },
    start: () => create().start({ pairs }),
    crash: (how, downMs) => {
      if (running === undefined) return false;
      running = undefined;
      history.crashes.add(count - 1);
      for (const placing of history.placings.values()) {
        if (placing.outcome === 'pending') placing.outcome = 'crashed';
      }
      host.crash(how);
      later(downMs, begin);
      return true;
    },
    stop: (downMs) => {
      const connector = running;
      if (connector === undefined) return false;
      running = undefined;
      connector.stop().then(
        () => later(downMs, begin),
        (error: unknown) => {
          history.violations.push({ oracle: 'NOX', what: `stop() rejected: ${String(error)}`, at: 0 });
        },
      );
      return true;
    },
  };
}

function isDamage(error: unknown): boolean {
  return isConnectorError(error, 'aborted') && error.message.includes('acceptDamage');
}
