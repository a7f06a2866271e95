import type { EngineEvent } from './types.js';

export type EventLog = {
  readonly log: readonly EngineEvent[];
  /** The sequence of the event to emit next. */
  readonly next: () => number;
  readonly emit: (event: EngineEvent) => void;
  readonly on: (listener: (event: EngineEvent) => void) => () => void;
  /** Runs a command. Listeners hear of its events once it is complete, so that they never see half of it. */
  readonly command: <T>(run: () => T) => T;
};

export function createEventLog(): EventLog {
  const log: EngineEvent[] = [];
  const listeners = new Set<(event: EngineEvent) => void>();
  let delivered = 0;
  let running = 0;
  let isDelivering = false;

  function deliver(): void {
    if (running > 0 || isDelivering) return;
    isDelivering = true;
    try {
      while (delivered < log.length) {
        const event = log[delivered];
        delivered += 1;
        if (event !== undefined) for (const listener of listeners) listener(event);
      }
    } finally {
      isDelivering = false;
    }
  }
  return {
    log,
    next: () => log.length + 1,
    emit: (event) => log.push(event),
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    command: (run) => {
      running += 1;
      let result;
      try {
        result = run();
      } finally {
        running -= 1;
      }
      deliver();
      return result;
    },
  };
}
