import type { Clock } from '../ports/ports.js';

/** Runs `task` every `everyMs` until stopped; a run that takes longer delays the next. `task` must not reject. */
export function repeat(clock: Clock, everyMs: number, task: () => Promise<void>): () => void {
  let stopped = false;
  let cancel = (): void => undefined;
  const arm = (): void => {
    cancel = clock.at(clock.mono() + everyMs, () => {
      void task().then(() => {
        if (!stopped) arm();
      });
    });
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
}
