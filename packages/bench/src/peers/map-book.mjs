/** The book that a user writes first: a map for each side, looked through for its best price. */
export function createMapBook() {
  const sides = { bids: new Map(), asks: new Map() };
  const put = (side, levels) => {
    for (const [price, amount] of levels) {
      if (Number(amount) === 0) side.delete(price);
      else side.set(price, amount);
    }
  };
  return {
    sides,
    reset: ({ bids, asks }) => {
      sides.bids = new Map(bids);
      sides.asks = new Map(asks);
    },
    apply: ({ b, a }) => {
      put(sides.bids, b);
      put(sides.asks, a);
    },
    best: () => {
      let [bid, ask] = [-Infinity, Infinity];
      for (const price of sides.bids.keys()) bid = Math.max(bid, Number(price));
      for (const price of sides.asks.keys()) ask = Math.min(ask, Number(price));
      return bid + ask;
    },
  };
}
