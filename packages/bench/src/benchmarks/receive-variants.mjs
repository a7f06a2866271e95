import { WebSocket } from 'ws';

import { nodePorts } from '@hb/connector-core';

import { createFlow } from '../feeds/flow.mjs';
import { toWire } from '../feeds/wire-forms.mjs';
import { digest, toNumbers } from '../harness/digest.mjs';
import { startVenue, toPair } from '../venues/memory-venue.mjs';

/** Each gets the same frames over TLS; what counts is the processor time of its process. */
export const variants = {
  ours: async (parameters) => {
    const { symbol, body, play } = await prepare('ours', parameters);
    let [total, count] = [0, 0];
    const { connector } = await startVenue('binance', {
      symbols: [symbol],
      fetchDepth: () => body,
      given: {
        ...{ sandbox: true, hosts: { rest: 'http://127.0.0.1:1', public: `${parameters.url}/ours` } },
        ports: { ws: counting(nodePorts().ws, () => (count += 1)) },
      },
    });
    const book = connector.book(toPair(symbol));
    connector.onBook(toPair(symbol), () => (total += book.floats.bid + book.floats.ask));
    return {
      ...play(() => count),
      state: () => digest(book.depth(Infinity)),
      measure: () => ({ fellBack: connector.metrics().counts['stream.unscanned'] ?? 0 }),
    };
  },
  'ws and JSON.parse': async (parameters) => {
    const { play } = await prepare('parse', parameters);
    let [total, count] = [0, 0];
    await listen(`${parameters.url}/parse`, (data) => {
      total += JSON.parse(data.latin1Slice(0, data.length)).u;
      count += 1;
    });
    return { ...play(() => count), measure: () => ({ total }) };
  },
  'ws and ccxt': async (parameters) => {
    const { body, play } = await prepare('ccxt', parameters);
    const { default: ccxt } = await import('ccxt');
    const exchange = new ccxt.pro.binance();
    const book = exchange.orderBook({}, 100_000);
    book.reset(toNumbers(JSON.parse(body)));
    let [total, count] = [0, 0];
    await listen(`${parameters.url}/ccxt`, (data) => {
      exchange.handleOrderBookMessage(null, JSON.parse(data.toString()), book);
      total += book.bids[0][0] + book.asks[0][0];
      count += 1;
    });
    return { ...play(() => count), state: () => digest(book), measure: () => ({ total }) };
  },
};

/** Sockets whose messages are counted once they were taken: what all metrics cost each time is nothing that a reader pays. */
function counting(ws, count) {
  const after = (take) => (bytes) => {
    take(bytes);
    count();
  };
  return { open: (url, on, limits) => ws.open(url, { ...on, frame: after(on.frame) }, limits) };
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));
/** So many frames, and how long it takes at most to send them one by one. */
const [kept, keptMs] = [100, 5];

/** `play` has the venue send the steps of a flow, after the way back when it has sent them before, and waits until all have been heard. */
async function prepare(name, { url, isBurst, ...flow }) {
  const { symbol, body } = toWire('binance', createFlow({ ...flow, updates: 0 }));
  const control = await listen(`${url}/control`, () => undefined);
  let hasRun = false;
  const send = async (part, count, heard) => {
    const before = heard();
    const step = isBurst ? count : Math.min(count, kept);
    for (let from = 0; from < count; from += step) {
      const to = Math.min(from + step, count);
      control.send(`${part} ${name} ${from} ${to}`);
      // Kept from reading until they are there: otherwise whoever is slower finds several in a read, and pays less for each.
      if (!isBurst) Atomics.wait(sleeper, 0, 0, keptMs);
      while (heard() < before + to) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const play = (heard) => ({
    prepare: async () => {
      if (hasRun) await send('back', 1, heard);
      hasRun = true;
    },
    run: async () => {
      const cpu = process.cpuUsage();
      await send('steps', flow.updates, heard);
      const { user, system } = process.cpuUsage(cpu);
      return { operations: flow.updates, ns: (1e3 * (user + system)) / flow.updates };
    },
  });
  return { symbol, body, play };
}

function listen(url, take) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', take);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}
