/** A queue that gives its smallest entry first. */
export type Heap<T> = {
  readonly push: (entry: T) => void;
  readonly pop: () => T | undefined;
  readonly peek: () => T | undefined;
  readonly size: () => number;
};

export function createHeap<T>(isBefore: (left: T, right: T) => boolean): Heap<T> {
  const entries: T[] = [];

  function swapIfBefore(child: number, parent: number): boolean {
    const [low, high] = [entries[parent], entries[child]];
    if (low === undefined || high === undefined || !isBefore(high, low)) return false;
    entries[parent] = high;
    entries[child] = low;
    return true;
  }
  function rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!swapIfBefore(at, parent)) return;
      at = parent;
    }
  }
  function sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [entries[2 * at + 1], entries[2 * at + 2]];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
      if (!swapIfBefore(child, at)) return;
      at = child;
    }
  }
  function pop(): T | undefined {
    const [first] = entries;
    const last = entries.pop();
    if (last !== undefined && entries.length > 0) {
      entries[0] = last;
      sink();
    }
    return first;
  }
  return {
    push: (entry) => {
      entries.push(entry);
      rise(entries.length - 1);
    },
    pop,
    peek: () => entries[0],
    size: () => entries.length,
  };
}
