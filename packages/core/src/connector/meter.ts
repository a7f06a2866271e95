import type { LimitUse, Meter, Metrics, Timing } from '../model/metrics.js';

const keptSamples = 512;

type Samples = {
  count: number;
  last: number;
  max: number;
  readonly recent: number[];
};

/** Collects what the parts of a connector report. */
export type Collector = {
  readonly meter: Meter;
  readonly read: (limits: readonly LimitUse[]) => Metrics;
};

export function createCollector(): Collector {
  // Cells, so that counting is one look-up: it happens with every message.
  const counts = new Map<string, { count: number }>();
  const gauges = new Map<string, number>();
  const timings = new Map<string, Samples>();

  return {
    meter: {
      count: (name, by = 1) => {
        const cell = counts.get(name);
        if (cell === undefined) counts.set(name, { count: by });
        else cell.count += by;
      },
      gauge: (name, value) => gauges.set(name, value),
      time: (name, elapsedMs) => {
        const samples = timings.get(name) ?? {
          count: 0,
          last: 0,
          max: 0,
          recent: [],
        };
        samples.recent[samples.count % keptSamples] = elapsedMs;
        samples.count += 1;
        samples.last = elapsedMs;
        samples.max = Math.max(samples.max, elapsedMs);
        timings.set(name, samples);
      },
    },
    read: (limits) => ({
      counts: Object.fromEntries([...counts].map(([name, { count }]) => [name, count])),
      gauges: Object.fromEntries(gauges),
      timings: Object.fromEntries([...timings].map(([name, samples]) => [name, toTiming(samples)])),
      limits,
    }),
  };
}

function toTiming({ count, last, max, recent }: Samples): Timing {
  const sorted = recent.toSorted((first, second) => first - second);
  const quantile = (fraction: number): number => sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0;
  return { count, last, max, p50: quantile(0.5), p99: quantile(0.99) };
}
