/** Waits that grow from `firstMs` to `mostMs`, each between half and all of its step. */
export type Backoff = { readonly firstMs: number; readonly mostMs: number };

/** How long to wait before attempt number `attempt`, counted from 0. */
export function waitMs({ firstMs, mostMs }: Backoff, attempt: number, random: () => number): number {
  const step = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30));
  return step * (0.5 + random() / 2);
}
