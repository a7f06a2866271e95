import type { Clock } from '@hb/connector-core';

/** What happens at a venue after a while: orders that end by themselves, switches of a dead man, keys that expire. */
export type Alarms = {
  /** Runs later, unless it is taken back or the venue stops. Returns what takes it back. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** The same, in place of what was set under this key and has not run. */
  readonly set: (key: string, ms: number, run: () => void) => void;
  readonly clear: (key: string) => void;
  readonly stop: () => void;
};

export function createAlarms(clock: Pick<Clock, 'at' | 'mono'>): Alarms {
  const waiting = new Set<() => void>();
  const named = new Map<string, () => void>();

  function after(ms: number, run: () => void): () => void {
    const cancel = clock.at(clock.mono() + ms, () => {
      waiting.delete(cancel);
      run();
    });
    waiting.add(cancel);
    return () => {
      waiting.delete(cancel);
      cancel();
    };
  }
  function clear(key: string): void {
    named.get(key)?.();
    named.delete(key);
  }
  return {
    after,
    clear,
    set: (key, ms, run) => {
      clear(key);
      const end = after(ms, () => {
        named.delete(key);
        run();
      });
      named.set(key, end);
    },
    stop: () => {
      for (const cancel of waiting) cancel();
      waiting.clear();
      named.clear();
    },
  };
}
