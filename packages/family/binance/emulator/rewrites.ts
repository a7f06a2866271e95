import type { SimulationWire } from '@hb/connector-testkit';

/** What makes a message or an answer hard to read, by the id of the fault. */
type Rewrites = SimulationWire['rewrites'];

const book = '"depthUpdate"';
const answer = '"executedQty"';

/** Of orders and books, whatever the product. `event` is what its stream calls an order: `executionReport`. */
export function toRewrites(event: string): Rewrites {
  const match = `"${event}"`;
  const odd = `"__proto__":{"s":"X"},"constructor":1,"e":"${event}"`;
  return {
    P03: [
      { match, from: /"X":"[A-Z_]+"/, to: '"X":"FROZEN"' },
      { match: '"status":', from: /"status":"[A-Z_]+"/, to: '"status":"FROZEN"' },
    ],
    P04: [
      { match, from: /"z":"[^"]*",/, to: '' },
      { match: answer, from: /"executedQty":"[^"]*",/, to: '' },
    ],
    P05: [
      { match, from: /"i":(\d+)/, to: '"i":"$1"' },
      { match: book, from: /"u":(\d+)/, to: '"u":"$1"' },
      { match: answer, from: /"executedQty":"([^"]*)"/, to: '"executedQty":$1' },
    ],
    P06: [
      { match, from: new RegExp(`"e":"${event}"`), to: odd },
      { match: book, from: /"e":"depthUpdate"/, to: '"e":"depthUpdate","__proto__":[],"toString":0' },
    ],
    P08: [
      { match, from: /"q":"(\d+)\.?(\d*)"/, to: '"q":"$1.$20000"' },
      { match: book, from: /"(\d+\.\d+)"\]/, to: '"$1000"]' },
    ],
    P09: [
      { match, from: /"l":"[^"]*"/, to: '"l":"NaN"' },
      { match, from: /"z":"[^"]*"/, to: '"z":"1e309"' },
      { match: book, from: /\["[^"]*",/, to: '["",' },
    ],
  };
}

/** All of each fault, in the order of the lists. */
export function joinRewrites(...lists: readonly Rewrites[]): Rewrites {
  const ids = new Set(lists.flatMap((list) => Object.keys(list)));
  return Object.fromEntries([...ids].map((id) => [id, lists.flatMap((list) => list[id] ?? [])]));
}
