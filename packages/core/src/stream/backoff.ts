/** How long to wait before connecting again. */
type Backoff = {
  /** Grows from attempt to attempt, by chance, so that many clients do not come back at once; at least `atLeastMs`. */
  readonly next: (atLeastMs?: number) => number;
  readonly reset: () => void;
};

const firstMs = 250;
const mostMs = 30_000;

/** Decorrelated jitter: each wait is drawn between 250 ms and three times the last one, and is 30 s at most. */
export function createBackoff(random: () => number): Backoff {
  let last = firstMs;
  return {
    next: (atLeastMs = 0) => {
      last = Math.min(mostMs, firstMs + random() * (3 * last - firstMs));
      return Math.max(last, atLeastMs);
    },
    reset: () => {
      last = firstMs;
    },
  };
}
