import type { Meter } from '../../src/model/metrics.js';

export type Counts = {
  readonly meter: Meter;
  readonly counts: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly timings: Readonly<Record<string, readonly number[]>>;
};

/** A meter that keeps what it is told. */
export function createCounts(): Counts {
  const counts: Record<string, number> = {};
  const gauges: Record<string, number> = {};
  const timings: Record<string, number[]> = {};
  const meter: Meter = {
    count: (name, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
    gauge: (name, value) => {
      gauges[name] = value;
    },
    time: (name, elapsedMs) => {
      timings[name] = [...(timings[name] ?? []), elapsedMs];
    },
  };
  return { meter, counts, gauges, timings };
}
