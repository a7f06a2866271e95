import { Buffer } from 'node:buffer';

// Numbers of updates have twelve digits, so that a frame can be numbered anew in place.
const firstNumber = 100_000_000_000;
const startedAt = 1_767_225_600_000;

/** A flow as Binance sends it: the REST snapshot and one frame for each step, with eight decimals. */
export function toBinance({ snapshot, steps }, symbol = 'BTCUSDT') {
  const frames = steps.map((step, index) => {
    const head = `{"e":"depthUpdate","E":${startedAt + 100 * index},"s":"${symbol}","U":${firstNumber},"u":${firstNumber}`;
    return Buffer.from(`${head},"b":${levels(step.bids)},"a":${levels(step.asks)}}`);
  });
  const rest = { bids: levels(snapshot.bids), asks: levels(snapshot.asks) };
  const body = Buffer.from(`{"lastUpdateId":${firstNumber},"bids":${rest.bids},"asks":${rest.asks}}`);
  return { symbol, frames, body, firstNumber };
}

/** Gives frames the numbers that follow on `last`; returns the new last one. */
export function renumber(frames, last) {
  let number = last;
  for (const frame of frames) {
    number += 1;
    const text = String(number);
    const place = placeOf(frame);
    frame.write(text, place, 'latin1');
    frame.write(text, place + text.length + ',"u":'.length, 'latin1');
  }
  return number;
}

const placeOf = (frame) => frame.indexOf('"U":', 40, 'latin1') + 4;

/** `6000001` is `60000.01000000`, an amount of `50000` is `0.50000000`. */
const levels = (all) => JSON.stringify(all.map(([price, amount]) => [toText(price, 2), toText(amount, 5)]));

function toText(steps, decimals) {
  const digits = String(steps).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals).padEnd(8, '0')}`;
}
