/** Counts and timings of one connector as plain data. Times in ms. */
export type Metrics = {
  /** How often each thing happened: `{ 'book.gap': 2 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** The last value of each gauge: `{ 'stream.queue': 0 }`. */
  readonly gauges: Readonly<Record<string, number>>;
  readonly timings: Readonly<Record<string, Timing>>;
  readonly limits: readonly LimitUse[];
};

/** Over all samples, the quantiles over the last 512. */
export type Timing = {
  readonly count: number;
  readonly last: number;
  readonly max: number;
  readonly p50: number;
  readonly p99: number;
};

/** How much of a rate limit is used: units of `limit` in the last `perMs`. */
export type LimitUse = {
  readonly pool: string;
  readonly used: number;
  readonly limit: number;
  /** Absent on a decaying counter. */
  readonly perMs?: number;
  readonly frozenForMs: number;
};

/** Where the parts of a connector report what happens. Names are dotted, `part.what`. */
export type Meter = {
  readonly count: (name: string, by?: number) => void;
  readonly gauge: (name: string, value: number) => void;
  readonly time: (name: string, elapsedMs: number) => void;
};
