/** From a start: the oldest; else the most recent. Oldest first in either case. */
export function cut<T>(items: readonly T[], limit: number, isForward: boolean): readonly T[] {
  return isForward ? items.slice(0, limit) : items.slice(-limit);
}

/** A numbered page of a list, from 1, with what such answers tell of the whole. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly page: number;
  readonly pageSize: number;
  readonly totalItems: number;
  readonly totalPages: number;
};

/** One page of a list; the first is 1. */
export function pageOf<T>(items: readonly T[], page: number, pageSize: number): Page<T> {
  const start = (page - 1) * pageSize;
  return {
    items: items.slice(start, start + pageSize),
    page,
    pageSize,
    totalItems: items.length,
    totalPages: Math.ceil(items.length / pageSize),
  };
}
