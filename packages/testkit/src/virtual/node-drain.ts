/**
 * How many waits share a turn of the event loop, which costs as much as ten of them. What a promise leads to settles
 * between two immediates of a turn as it does between two turns.
 */
const waitsPerTurn = 32;

const waiting: (() => void)[] = [];
let queued = 0;

/** Resolves once every promise that can settle has settled, however deep its chain. */
export function drain(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (queued >= waiting.length) return;
    for (let count = 0; count < waitsPerTurn; count += 1) setImmediate(serve);
    queued += waitsPerTurn;
  });
}

function serve(): void {
  queued -= 1;
  waiting.shift()?.();
}
