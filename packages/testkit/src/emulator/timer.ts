import type { Clock } from '@hb/connector-core';

/** A beat that can be started and stopped. */
export type Timer = {
  /** Runs at the next multiple of the period, once; again after another start. */
  readonly start: () => void;
  readonly stop: () => void;
};

/** What a venue does on the beat of its clock: `createTimer(clock, 100, flush)`. */
export function createTimer(clock: Clock, everyMs: number, run: () => void): Timer {
  let cancel: (() => void) | undefined;
  return {
    start: () => {
      cancel ??= clock.at((Math.floor(clock.mono() / everyMs) + 1) * everyMs, () => {
        cancel = undefined;
        run();
      });
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
