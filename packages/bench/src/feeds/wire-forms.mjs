import { Buffer } from 'node:buffer';

import { createFlow } from './flow.mjs';

const startedAt = 1_767_225_600_000;
const firstNumber = 48_776_301;

/** A flow as each venue with a connector sends it: the bytes of one frame for each step. */
export function toFrames(id, settings) {
  const { snapshot, steps } = createFlow(settings);
  const write = writers[id](snapshot);
  return steps.map((step, index) => Buffer.from(JSON.stringify(write(step, index))));
}

const writers = {
  binance: () => (step, index) => ({
    ...{ e: 'depthUpdate', E: timeOf(index), s: 'BTCUSDT', U: numberOf(index), u: numberOf(index) },
    ...{ b: padded(step.bids), a: padded(step.asks) },
  }),
  binance_perpetual: () => (step, index) => ({
    ...{ e: 'depthUpdate', E: timeOf(index), T: timeOf(index) - 3, s: 'BTCUSDT' },
    ...{ U: numberOf(index), u: numberOf(index), pu: numberOf(index - 1), b: plain(step.bids), a: plain(step.asks) },
  }),
  gate_io: () => (step, index) => ({
    ...{ time: Math.floor(timeOf(index) / 1_000), time_ms: timeOf(index) + 5 },
    ...{ channel: 'spot.order_book_update', event: 'update' },
    result: {
      ...{ t: timeOf(index), e: 'depthUpdate', E: Math.floor(timeOf(index) / 1_000), s: 'BTC_USDT' },
      ...{ U: numberOf(index), u: numberOf(index), b: plain(step.bids), a: plain(step.asks) },
    },
  }),
  kucoin: () => (step, index) => {
    const numbered = (levels) => plain(levels).map((level) => [...level, String(numberOf(index))]);
    const changes = { asks: numbered(step.asks), bids: numbered(step.bids) };
    const about = { sequenceEnd: numberOf(index), sequenceStart: numberOf(index), symbol: 'BTC-USDT' };
    const data = { changes, ...about, time: timeOf(index) };
    return { topic: '/market/level2:BTC-USDT', type: 'message', subject: 'trade.l2update', data };
  },
  hyperliquid_perpetual: (snapshot) => {
    const [bids, asks] = [new Map(snapshot.bids), new Map(snapshot.asks)];
    return (step, index) => {
      put(bids, step.bids);
      put(asks, step.asks);
      const levels = [best(bids, -1), best(asks, 1)];
      return { channel: 'l2Book', data: { coin: 'BTC', time: timeOf(index), levels } };
    };
  },
};

const timeOf = (index) => startedAt + 100 * index;
const numberOf = (index) => firstNumber + index;
/** `6000001` is `60000.01000000`, an amount of `50000` is `0.50000000`. */
const padded = (levels) => levels.map(([price, amount]) => [toText(price, 2, 8), toText(amount, 5, 8)]);
/** `60000.01`, `0.5`. */
const plain = (levels) => levels.map(([price, amount]) => [toText(price, 2), toText(amount, 5)]);

function toText(steps, decimals, width = 0) {
  const digits = String(steps).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '').padEnd(width, '0');
  return fraction === '' ? digits.slice(0, -decimals) : `${digits.slice(0, -decimals)}.${fraction}`;
}

function put(side, levels) {
  for (const [price, amount] of levels) {
    if (amount === 0) side.delete(price);
    else side.set(price, amount);
  }
}

function best(side, direction) {
  const sorted = [...side].sort(([one], [other]) => direction * (one - other)).slice(0, 20);
  return plain(sorted).map(([px, sz], index) => ({ px, sz, n: 1 + (index % 5) }));
}
