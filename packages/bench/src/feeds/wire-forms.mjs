import { Buffer } from 'node:buffer';

const startedAt = 1_767_225_600_000;
// Numbers of updates have twelve digits, so that a frame can be numbered anew in place.
const firstNumber = 100_000_000_000;
const whole = 20;

/**
 * A flow as a venue sends it: the bytes of one frame for each step, and of the snapshot before them, which is `body` where
 * it is asked for and `opening` where it comes on the stream.
 */
export function toWire(id, { snapshot, steps }, symbol = forms[id].symbol) {
  const { frames, body, opening } = forms[id];
  const toFrame = frames(symbol, snapshot);
  return {
    ...{ symbol, firstNumber },
    frames: steps.map((step, index) => toBytes(toFrame(step, index))),
    ...(body && { body: toBytes(body(snapshot)) }),
    ...(opening && { opening: toBytes(opening(symbol, snapshot)) }),
  };
}

/** Gives frames the numbers that follow on `last`; returns the new last one. */
export function renumber(id, frames, last) {
  const { own = [], previous = [] } = forms[id];
  let number = last;
  for (const frame of frames) {
    for (const key of previous) put(frame, key, number);
    number += 1;
    for (const key of own) put(frame, key, number);
  }
  return number;
}

/** What a frame says as `{ bids, asks, isWhole }`, once JSON.parse has read it; `isWhole`: of all levels, not of those that changed. */
export function toChanges(id, frame) {
  return forms[id].read(JSON.parse(frame));
}

/** How many levels a side a venue sends at most. */
export function depthOf(id) {
  return forms[id].depth ?? Infinity;
}

/** Of each venue that there is a connector for, and of OKX. */
const forms = {
  // https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#diff-depth-stream
  binance: {
    ...{ symbol: 'BTCUSDT', own: ['"U":', '"u":'] },
    frames: (symbol) => (step, index) => ({
      ...{ e: 'depthUpdate', E: timeOf(index), s: symbol, U: numberOf(index), u: numberOf(index) },
      ...{ b: padded(step.bids), a: padded(step.asks) },
    }),
    body: ({ bids, asks }) => ({ lastUpdateId: firstNumber, bids: padded(bids), asks: padded(asks) }),
    read: ({ b, a }) => ({ bids: b, asks: a }),
  },
  // https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams
  binance_perpetual: {
    ...{ symbol: 'BTCUSDT', own: ['"U":', '"u":'], previous: ['"pu":'] },
    frames: (symbol) => (step, index) => ({
      ...{ e: 'depthUpdate', E: timeOf(index), T: timeOf(index) - 3, s: symbol },
      ...{ U: numberOf(index), u: numberOf(index), pu: numberOf(index - 1), b: plain(step.bids), a: plain(step.asks) },
    }),
    body: ({ bids, asks }) => ({
      ...{ lastUpdateId: firstNumber, E: startedAt, T: startedAt, bids: plain(bids), asks: plain(asks) },
    }),
    read: ({ b, a }) => ({ bids: b, asks: a }),
  },
  // https://www.gate.com/docs/developers/apiv4/ws/en/#changed-order-book-levels
  gate_io: {
    ...{ symbol: 'BTC_USDT', own: ['"U":', '"u":'] },
    frames: (symbol) => (step, index) => ({
      ...{ time: Math.floor(timeOf(index) / 1_000), time_ms: timeOf(index) + 5 },
      ...{ channel: 'spot.order_book_update', event: 'update' },
      result: {
        ...{ t: timeOf(index), e: 'depthUpdate', E: Math.floor(timeOf(index) / 1_000), s: symbol },
        ...{ U: numberOf(index), u: numberOf(index), b: plain(step.bids), a: plain(step.asks) },
      },
    }),
    body: ({ bids, asks }) => ({
      ...{ id: firstNumber, current: startedAt, update: startedAt, asks: plain(asks), bids: plain(bids) },
    }),
    read: ({ result: { b, a } }) => ({ bids: b, asks: a }),
  },
  // https://www.kucoin.com/docs-new/3470068w0
  kucoin: {
    ...{ symbol: 'BTC-USDT', own: ['"sequenceEnd":', '"sequenceStart":'] },
    frames: (symbol) => (step, index) => {
      const numbered = (levels) => plain(levels).map((level) => [...level, String(numberOf(index))]);
      const changes = { asks: numbered(step.asks), bids: numbered(step.bids) };
      const about = { sequenceEnd: numberOf(index), sequenceStart: numberOf(index), symbol };
      const data = { changes, ...about, time: timeOf(index) };
      return { topic: `/market/level2:${symbol}`, type: 'message', subject: 'trade.l2update', data };
    },
    body: ({ bids, asks }) => ({
      code: '200000',
      data: { time: startedAt, sequence: String(firstNumber), bids: plain(bids), asks: plain(asks) },
    }),
    read: ({ data: { changes } }) => changes,
  },
  // https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel; its checksum is zero since June 2026.
  okx: {
    ...{ symbol: 'BTC-USDT', own: ['"seqId":'], previous: ['"prevSeqId":'] },
    frames: (symbol) => (step, index) => toBooks(symbol, 'update', { ...step, index }),
    opening: (symbol, snapshot) => toBooks(symbol, 'snapshot', { ...snapshot, index: -1 }),
    read: ({ data: [{ bids, asks }] }) => ({ bids, asks }),
  },
  // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions: whole books of 20 levels a side.
  hyperliquid_perpetual: {
    ...{ symbol: 'BTC', depth: whole },
    frames: (symbol, snapshot) => {
      const [bids, asks] = [new Map(snapshot.bids), new Map(snapshot.asks)];
      return (step, index) => {
        apply(bids, step.bids);
        apply(asks, step.asks);
        return toL2Book(symbol, [bids, asks], timeOf(index));
      };
    },
    opening: (symbol, { bids, asks }) => toL2Book(symbol, [bids, asks], startedAt),
    read: ({ data }) => {
      const [bids, asks] = data.levels.map((side) => side.map(({ px, sz }) => [px, sz]));
      return { bids, asks, isWhole: true };
    },
  },
};

const toBytes = (json) => Buffer.from(JSON.stringify(json));
const timeOf = (index) => startedAt + 100 * index;
const numberOf = (index) => firstNumber + 1 + index;
/** `6000001` is `60000.01000000`, an amount of `50000` is `0.50000000`. */
const padded = (levels) => levels.map(([price, amount]) => [toText(price, 2, 8), toText(amount, 5, 8)]);
/** `60000.01`, `0.5`. */
const plain = (levels) => levels.map(([price, amount]) => [toText(price, 2), toText(amount, 5)]);

function toText(steps, decimals, width = 0) {
  const digits = String(steps).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '').padEnd(width, '0');
  return fraction === '' ? digits.slice(0, -decimals) : `${digits.slice(0, -decimals)}.${fraction}`;
}

/** A level is price, amount, a zero that has no meaning any more, and how many orders. */
function toBooks(instId, action, { bids, asks, index }) {
  const counted = (levels) =>
    plain(levels).map((level, at) => [...level, '0', level[1] === '0' ? '0' : `${1 + (at % 9)}`]);
  const numbers = { checksum: 0, prevSeqId: action === 'snapshot' ? -1 : numberOf(index - 1), seqId: numberOf(index) };
  const data = [{ asks: counted(asks), bids: counted(bids), ts: String(timeOf(index)), ...numbers }];
  return { arg: { channel: 'books', instId }, action, data };
}

function toL2Book(coin, [bids, asks], time) {
  return { channel: 'l2Book', data: { coin, time, levels: [best(bids, -1), best(asks, 1)] } };
}

function best(side, direction) {
  const sorted = [...side].sort(([one], [other]) => direction * (one - other)).slice(0, whole);
  return plain(sorted).map(([px, sz], index) => ({ px, sz, n: 1 + (index % 5) }));
}

function apply(side, levels) {
  for (const [price, amount] of levels) {
    if (amount === 0) side.delete(price);
    else side.set(price, amount);
  }
}

function put(frame, key, number) {
  frame.write(String(number), frame.indexOf(key, 0, 'latin1') + key.length, 'latin1');
}
