import { createRandom } from './random.mjs';

const bidAt = 5_999_999;
const askAt = 6_000_001;

/**
 * How an order book changes, the same for the same seed: a snapshot, as many steps as `updates` says, the `end` to which
 * they lead, and one more that leads back to the snapshot, so that they can be played again and again.
 * Prices in steps of 0.01, amounts in steps of 0.00001, both as whole numbers.
 * `near`: nine changes of ten are at the best levels; `uniform`: anywhere. Half change an amount; the others come and go.
 */
export function createFlow({ levels, updates, changes, where, seed }) {
  const random = createRandom(seed);
  const sides = [createSide(levels, bidAt, -1, random), createSide(levels, askAt, 1, random)];
  const snapshot = sides.map((side) => side.levels());
  const steps = Array.from({ length: updates }, () => step(sides, { changes, where, random }));
  const end = sides.map((side) => side.levels());
  steps.push(wayBack(sides, snapshot));
  return { snapshot: { bids: snapshot[0], asks: snapshot[1] }, steps, end: { bids: end[0], asks: end[1] } };
}

/** Ranks are counted from the touch; `direction` is that of worse prices. */
function createSide(count, touch, direction, random) {
  const prices = [];
  const amounts = new Map();
  for (let price = touch, index = 0; index < count; index += 1) {
    prices.push(price);
    amounts.set(price, amountOf(random));
    price += direction * (1 + geometric(random, index < 50 ? 1.2 : 3));
  }
  return {
    prices,
    amounts,
    touch,
    direction,
    target: count,
    levels: () => prices.map((price) => [price, amounts.get(price)]),
  };
}

function step(sides, { changes, where, random }) {
  const count = Math.max(1, Math.round(changes * (0.3 + 1.4 * random())));
  const changed = [new Map(), new Map()];
  for (let index = 0; index < count; index += 1) {
    const at = random() < 0.5 ? 0 : 1;
    const [price, amount] = change(sides[at], where, random);
    changed[at].set(price, amount);
  }
  return { bids: [...changed[0]], asks: [...changed[1]] };
}

/** One change to a side; returns the level as it is now, amount zero when it is gone. */
function change(side, where, random) {
  const { prices, amounts, target } = side;
  const isNear = where === 'near' && random() < 0.9;
  const rank = isNear ? Math.min(prices.length - 1, geometric(random, 7)) : Math.floor(random() * prices.length);
  const excess = (prices.length - target) / target;
  const chance = random();
  const comes = excess > 0.01 ? 0.15 : 0.25 + (excess < -0.01 ? 0.1 : 0);
  if (chance < comes) return insert(side, rank, random);
  if (chance < 0.5 && prices.length > target / 2) return remove(side, rank);
  amounts.set(prices[rank], amountOf(random));
  return [prices[rank], amounts.get(prices[rank])];
}

function insert({ prices, amounts, touch, direction }, rank, random) {
  let at = rank;
  // The first free price behind the rank; never beyond where the side began, so that the sides cannot cross.
  if (at === 0 && prices[0] !== touch) at = -1;
  let price = at === -1 ? prices[0] - direction : prices[at] + direction;
  while (at + 1 < prices.length && prices[at + 1] === price) {
    at += 1;
    price += direction;
  }
  prices.splice(at + 1, 0, price);
  amounts.set(price, amountOf(random));
  return [price, amounts.get(price)];
}

function remove({ prices, amounts }, rank) {
  const [price] = prices.splice(rank, 1);
  amounts.delete(price);
  return [price, 0];
}

/** The one big step from where the sides are to the snapshot. */
function wayBack(sides, snapshot) {
  const [bids, asks] = sides.map(({ amounts }, at) => {
    const wanted = new Map(snapshot[at]);
    const gone = [...amounts.keys()].filter((price) => !wanted.has(price)).map((price) => [price, 0]);
    return [...gone, ...[...wanted].filter(([price, amount]) => amounts.get(price) !== amount)];
  });
  return { bids, asks };
}

const geometric = (random, mean) => Math.floor(-Math.log(1 - random()) * mean);
const amountOf = (random) => 1 + Math.floor(random() * (random() < 0.7 ? 200_000 : 5_000_000));
