import type { Clock } from '../ports/ports.js';

/** Resolves after `forMs`; `cancel` ends the wait at once. */
export type Wait = {
  readonly over: Promise<void>;
  readonly cancel: () => void;
};

export function wait(clock: Clock, forMs: number): Wait {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const cancelTimer = clock.at(clock.mono() + forMs, end);
  return {
    over,
    cancel: () => {
      cancelTimer();
      end();
    },
  };
}

/** Resolves when `work` is over, however it ends, or after `forMs`. */
export async function atMost(clock: Clock, forMs: number, work: Promise<unknown>): Promise<void> {
  const limit = wait(clock, forMs);
  try {
    await Promise.race([work, limit.over]);
  } catch {
    // How it ended is for those to tell who wait for its result.
  } finally {
    limit.cancel();
  }
}
