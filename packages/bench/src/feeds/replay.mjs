import { falling, rising, toFloats } from '../harness/digest.mjs';
import { toChanges } from './wire-forms.mjs';

/** Where frames lead from the snapshot of a flow, as somebody sees it who reads JSON and keeps maps. */
export function replay(id, snapshot, frames) {
  const start = toFloats(snapshot);
  let [bids, asks] = [new Map(start.bids), new Map(start.asks)];
  for (const frame of frames) {
    const changes = toChanges(id, frame);
    if (changes.isWhole) [bids, asks] = [new Map(), new Map()];
    put(bids, changes.bids);
    put(asks, changes.asks);
  }
  return { bids: [...bids].sort(falling), asks: [...asks].sort(rising) };
}

function put(side, levels) {
  for (const [price, amount] of levels) {
    if (Number(amount) === 0) side.delete(Number(price));
    else side.set(Number(price), Number(amount));
  }
}
