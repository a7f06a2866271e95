import { Buffer } from 'node:buffer';

import { createFlow } from '../feeds/flow.mjs';
import { replay } from '../feeds/replay.mjs';
import { depthOf, renumber, toWire } from '../feeds/wire-forms.mjs';
import { digest, falling, rising, toNumbers } from '../harness/digest.mjs';
import { createMapBook } from '../peers/map-book.mjs';
import { openVenue } from '../venues/memory-venue.mjs';
import { measureReads } from './book-reads.mjs';

/** Each takes the same frames, from bytes to the best prices after each one. */
export const variants = {
  ours: async (parameters) => {
    const { symbol, play, sink, body, opening } = prepareFrames(parameters);
    const { connector, push } = await openVenue(parameters.id, { symbols: [symbol], fetchDepth: () => body, opening });
    const [pair] = connector.markets.keys();
    const book = connector.book(pair);
    const { floats } = book;
    return {
      ...play((frame) => {
        push(frame);
        sink.add(floats.bid + floats.ask);
      }),
      state: () => digest(book.depth(Infinity)),
      measure: () => {
        const fellBack = connector.metrics().counts['stream.unscanned'] ?? 0;
        // A book that comes whole is made anew each time.
        if (depthOf(parameters.id) < Infinity) return { fellBack };
        const player = play(push);
        // The first is for the engine to learn from, and of the others the lower counts: what disturbs them only adds.
        const [, ...bytes] = [1, 2, 3].map(() => allocated(player));
        return { fellBack, bytes: Math.min(...bytes), reads: measureReads(book) };
      },
    };
  },
  'JSON.parse': async (parameters) => {
    const { play, sink, ended } = prepareFrames(parameters);
    return {
      ...play((frame) => sink.add(+(JSON.parse(frame.latin1Slice(0, frame.length)) !== null))),
      // It keeps no book; what it has parsed leads to the same one.
      state: ended,
    };
  },
  ccxt: async (parameters) => {
    const { play, sink, body } = prepareFrames(parameters);
    const { default: ccxt } = await import('ccxt');
    const exchange = new ccxt.pro.binance();
    const book = exchange.orderBook({}, 100_000);
    book.reset(toNumbers(JSON.parse(body)));
    return {
      ...play((frame) => {
        exchange.handleOrderBookMessage(null, JSON.parse(frame.toString()), book);
        sink.add(book.bids[0][0] + book.asks[0][0]);
      }),
      state: () => digest(book),
    };
  },
  'tardis-dev': async (parameters) => {
    const { play, sink, body } = prepareFrames(parameters);
    const { OrderBook } = await import('tardis-dev');
    const book = new OrderBook();
    const toLevel = ([price, amount]) => ({ price: Number(price), amount: Number(amount) });
    const update = (isSnapshot, bids, asks) =>
      book.update({ isSnapshot, bids: bids.map(toLevel), asks: asks.map(toLevel) });
    const snapshot = JSON.parse(body);
    update(true, snapshot.bids, snapshot.asks);
    const toPairs = (levels) => [...levels].map(({ price, amount }) => [price, amount]);
    return {
      ...play((frame) => {
        const { b, a } = JSON.parse(frame.toString());
        update(false, b, a);
        sink.add(book.bestBid().price + book.bestAsk().price);
      }),
      state: () => digest({ bids: toPairs(book.bids()), asks: toPairs(book.asks()) }),
    };
  },
  Map: async (parameters) => {
    const { play, sink, body } = prepareFrames(parameters);
    const book = createMapBook();
    book.reset(JSON.parse(body));
    return {
      ...play((frame) => {
        book.apply(JSON.parse(frame.toString()));
        sink.add(book.best());
      }),
      state: () => digest({ bids: [...book.sides.bids].sort(falling), asks: [...book.sides.asks].sort(rising) }),
    };
  },
};

/** The frames of a flow, copied into chunks as a socket gives them; `play` runs all of them and can be repeated. */
function prepareFrames({ id, ...parameters }) {
  const flow = createFlow(parameters);
  const { frames, firstNumber, ...wire } = toWire(id, flow);
  const messages = intoChunks(frames);
  const wayBack = messages.pop();
  let last = firstNumber;
  let hasRun = false;
  let total = 0;
  const play = (take) => ({
    prepare: () => {
      if (hasRun) {
        last = renumber(id, [wayBack], last);
        take(wayBack);
      }
      hasRun = true;
      last = renumber(id, messages, last);
    },
    run: () => {
      for (const message of messages) take(message);
      return messages.length;
    },
  });
  const ended = () => digest(replay(id, flow.snapshot, messages));
  return { ...wire, play, ended, sink: { add: (value) => (total += value) } };
}

/** Bytes for each of 100,000 frames or so, without what a reader of the book makes. */
function allocated(player) {
  let bytes = 0;
  let frames = 0;
  let lost = 0;
  while (frames < 100_000) {
    player.prepare();
    // What is left of that; all of the heap would take machine code along.
    globalThis.gc({ type: 'minor' });
    const before = process.memoryUsage().heapUsed;
    const count = player.run();
    const grown = process.memoryUsage().heapUsed - before;
    // It shrinks when something was collected meanwhile, which what is left of `prepare` brings about now and then.
    if (grown < 0) {
      lost += count;
      if (lost > 100_000) throw new Error('updates of a book allocate more than can be measured');
    } else {
      frames += count;
      bytes += grown;
    }
  }
  return bytes / frames;
}

const chunk = 65_536;

function intoChunks(frames) {
  let room = Buffer.alloc(0);
  return frames.map((frame) => {
    if (frame.length > room.length) room = Buffer.allocUnsafeSlow(Math.max(chunk, frame.length));
    const message = room.subarray(0, frame.length);
    frame.copy(message);
    room = room.subarray(frame.length);
    return message;
  });
}
