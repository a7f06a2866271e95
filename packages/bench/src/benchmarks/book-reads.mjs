const count = 100_000;

/** What a strategy reads into its own arrays: 20 levels a side, and what base, quote and a price get from either; bytes and ns for all of it. */
export function measureReads({ floats }) {
  // Where the engine has not learnt enough yet, it puts numbers into objects for calls; the objects of the code itself are in each of them.
  const measured = [1, 2, 3].map(() => measure(createRead(floats)));
  return { ns: measured.at(-1).ns, bytes: Math.min(...measured.map(({ bytes }) => bytes)) };
}

function createRead(floats) {
  const [bids, asks, into] = [40, 40, 4].map((length) => new Float64Array(length));
  // Whole numbers, for which the engine makes no objects when it passes them.
  const price = { buy: Math.ceil(floats.ask) + 1, sell: Math.floor(floats.bid) - 1 };
  return () => {
    floats.top(bids, asks);
    for (const side of ['buy', 'sell']) {
      floats.walk(side, 'base', 5, into);
      floats.walk(side, 'quote', 300_000, into);
      floats.walk(side, 'price', price[side], into);
    }
  };
}

function measure(read) {
  for (let index = 0; index < count; index += 1) read();
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  for (let index = 0; index < count; index += 1) read();
  const ns = (1e6 * (performance.now() - start)) / count;
  return { ns, bytes: (process.memoryUsage().heapUsed - before) / count };
}
