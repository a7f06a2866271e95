import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';
import { repeat } from './repeat.js';

/** Blocks of the fastest chains with a height that orders need come about once a second. */
const everyMs = 1_000;

export type HeightOptions = {
  readonly clock: Clock;
  readonly fetchHeight: () => Promise<number>;
  readonly meter: Meter;
};

/** A chain's height as it was last told. */
export type Height = {
  /** `undefined` before `start` has resolved. */
  readonly latest: () => number | undefined;
  /** Asks for the height, and goes on asking. Rejects when the first answer cannot be had. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
};

export function createHeight({ clock, fetchHeight, meter }: HeightOptions): Height {
  const stops: (() => void)[] = [];
  let isStopped = false;
  let latest: number | undefined;

  const ask = async (): Promise<void> => {
    latest = await fetchHeight();
  };
  const tryAsk = async (): Promise<void> => {
    try {
      await ask();
    } catch {
      meter.count('height.unmeasured');
    }
  };

  return {
    latest: () => latest,
    start: async () => {
      await ask();
      if (!isStopped) stops.push(repeat(clock, everyMs, tryAsk));
    },
    stop: () => {
      isStopped = true;
      for (const stop of stops) stop();
    },
  };
}
