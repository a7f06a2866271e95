import { Buffer } from 'node:buffer';

import { createConnector, nodePorts } from '@hb/connector-core';

import { venues } from './memory-answers.mjs';

const open = { windows: [{ limit: 1e9, perMs: 1_000 }] };

/** A connector's spec under limits that nothing here reaches: what the venue allows is not what is measured. */
export function unlimited(id) {
  const { spec } = venues[id];
  const limits = (options) =>
    Object.fromEntries(Object.entries(spec.limits(options)).map(([name, { scope }]) => [name, { scope, ...open }]));
  return { ...spec, limits };
}

/** Takes as many levels as there are, where the connector itself would ask for so many and rely on no more. */
function deep(id) {
  const spec = unlimited(id);
  const { fetchBook } = spec.market;
  if (fetchBook === undefined) return spec;
  // The same object: it remembers that it was read from bytes.
  const fetchAll = async (api, market) => Object.assign(await fetchBook(api, market), { depth: undefined });
  return { ...spec, market: { ...spec.market, fetchBook: fetchAll } };
}

/**
 * Our connector for a venue without sockets, watching the books of `symbols`; `fetchDepth` gives the bytes of a snapshot, `opening` is
 * one that comes on the stream. `push` hands it a frame as a socket does, and then lets it do what it does at the end of a socket read.
 */
export async function openVenue(id, market) {
  const { connector, socket, readsApart } = await startVenue(id, market);
  const due = readsApart();
  const { frame } = socket();
  const push = (bytes) => {
    frame(bytes);
    for (let run = due.pop(); run !== undefined; run = due.pop()) run();
  };
  return { connector, push };
}

/** The same, as it is when nobody pushes. `given` goes to the connector. */
export async function startVenue(id, { given = {}, ...market }) {
  const { ports, ...venue } = createPorts(id, market);
  const connector = createConnector(deep(id), { ...given, ports: { ...ports, ...given.ports } });
  await connector.start();
  await Promise.all([...connector.markets.keys()].map((pair) => connector.watch(pair, ['book'])));
  return { connector, ...venue };
}

/** `BTCUSDT` is BTC-USDT. */
export const toPair = (symbol) => symbol.replace(/USDT$/, '-USDT');

/** The ports of a process, but for its sockets: requests and messages are answered here. */
export function createPorts(id, market) {
  const ports = nodePorts();
  const answers = venues[id].rest(market);
  let on;
  let due;
  return {
    ports: {
      ...ports,
      clock: { ...ports.clock, soon: (run) => (due === undefined ? soon(run) : due.push(run)) },
      http: {
        send: async (request) => ({ status: 200, headers: new Map(), body: answers[request.url.pathname](request) }),
      },
      ws: {
        open: (_url, handlers) => {
          on = handlers;
          return connect(id, market, handlers);
        },
      },
    },
    socket: () => on,
    /** From now on what is due after a socket read waits in the list that this returns. */
    readsApart: () => (due ??= []),
  };
}

function connect(id, { opening }, on) {
  const tell = (message) =>
    soon(() => on.frame(Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message))));
  soon(on.open);
  if (id === 'kucoin') tell({ id: 'bench', type: 'welcome' });
  return {
    send: (text) => {
      for (const message of venues[id].hear(JSON.parse(text), opening)) tell(message);
    },
    ping: () => soon(on.pong),
    close: () => on.close(1000, ''),
  };
}

const soon = (run) => void Promise.resolve().then(run);
