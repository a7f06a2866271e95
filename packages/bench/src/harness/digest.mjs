/** Compares `[price, amount]` by price. */
export const rising = ([one], [other]) => Number(one) - Number(other);
export const falling = (one, other) => rising(other, one);

/** A snapshot of Binance as ccxt's book takes it. */
export const toNumbers = ({ bids, asks, lastUpdateId }) => ({
  bids: floats(bids),
  asks: floats(asks),
  nonce: lastUpdateId,
});

/** Both sides as one text: how many levels, a sum that depends on the order, and the best ones. */
export function digest({ bids, asks }) {
  return [bids, asks]
    .map((levels) => {
      let sum = 0;
      const pairs = floats([...levels]);
      for (const [index, [price, amount]] of pairs.entries()) sum = (sum * 31 + price * 100 + amount + index) % 1e9;
      return `${pairs.length} levels, ${sum.toFixed(3)}, best ${JSON.stringify(pairs.slice(0, 3))}`;
    })
    .join(' | ');
}

/** The same of the best `depth` levels as a flow has them. */
export function digestOfFlow(levels, depth = Infinity) {
  const { bids, asks } = toFloats(levels);
  return digest({ bids: bids.slice(0, depth), asks: asks.slice(0, depth) });
}

/** The levels of a flow as prices and amounts. */
export function toFloats({ bids, asks }) {
  const scaled = (levels) => levels.map(([price, amount]) => [price / 1e2, amount / 1e5]);
  return { bids: scaled(bids), asks: scaled(asks) };
}

const floats = (levels) => levels.map(([price, amount]) => [Number(price), Number(amount)]);
