import type { Clock } from '../ports/ports.js';

export type RunsOptions = {
  readonly clock: Clock;
  /** Runs within this time of each other are runs in a row. */
  readonly calmMs: number;
  /** Must not reject. Gets how many runs came right before. */
  readonly task: (runsBefore: number) => Promise<void>;
};

/**
 * Runs a task when asked, one run at a time. What asks during a run gets another one after it, since the run may have
 * passed by what the asker means; all who ask meanwhile share it. Resolves when nothing is asked for any more.
 */
export function createRuns({ clock, calmMs, task }: RunsOptions): () => Promise<void> {
  let isAsked = false;
  let running: Promise<void> | undefined;
  let inARow = 0;
  let endedAt = -Infinity;

  const takeAsked = (): boolean => {
    const wasAsked = isAsked;
    isAsked = false;
    return wasAsked;
  };
  const runWhileAsked = async (): Promise<void> => {
    while (takeAsked()) {
      if (clock.mono() - endedAt > calmMs) inARow = 0;
      await task(inARow);
      inARow += 1;
      endedAt = clock.mono();
    }
    running = undefined;
  };

  return () => {
    isAsked = true;
    running ??= runWhileAsked();
    return running;
  };
}
