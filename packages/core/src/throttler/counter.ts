/** Less than any charge: what rounding leaves when fractions are added and taken away. */
export const tolerance = 1e-9;

/** What a venue has counted against one limit. Times are `mono()`, which never falls. */
export type Counter = {
  readonly used: (now: number) => number;
  readonly add: (now: number, units: number) => void;
  /** The first time, from `now` on, when `units` more stay within `ceiling`; `extra` units are taken as added now. */
  readonly fitsAt: (now: number, units: number, ceiling: number, extra?: number) => number;
};
