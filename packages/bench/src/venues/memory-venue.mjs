import { Buffer } from 'node:buffer';
import { URLSearchParams } from 'node:url';

import { binance } from '@hb/connector-binance';
import { createConnector, nodePorts } from '@hb/connector-core';

const filters = [
  { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
  { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
];

const open = { windows: [{ limit: 1e9, perMs: 1_000 }] };

/** The connector under limits that nothing here reaches: what the venue allows is not what is measured. */
export const unlimited = {
  ...binance,
  limits: (options) =>
    Object.fromEntries(Object.entries(binance.limits(options)).map(([name, { scope }]) => [name, { scope, ...open }])),
};

/** Takes as many levels as there are, where the connector itself would ask for 1,000. */
const deep = {
  ...unlimited,
  market: {
    ...binance.market,
    // The same object: it remembers that it was read from bytes.
    fetchBook: async (api, market) => Object.assign(await binance.market.fetchBook(api, market), { depth: undefined }),
  },
};

/**
 * Our connector for Binance without sockets, watching the books of `symbols`; `fetchDepth` gives the bytes of a snapshot.
 * `push` hands it a frame as a socket does, and then lets it do what it does at the end of a socket read.
 */
export async function openBinance(market) {
  const { connector, socket, readsApart } = await startBinance(market);
  const due = readsApart();
  const { frame } = socket();
  const push = (bytes) => {
    frame(bytes);
    for (let run = due.pop(); run !== undefined; run = due.pop()) run();
  };
  return { connector, push };
}

/** The same, as it is when nobody pushes. `given` goes to the connector. */
export async function startBinance({ symbols, fetchDepth, given = {} }) {
  const { ports, ...venue } = createPorts({ symbols, fetchDepth });
  const connector = createConnector(deep, { ...given, ports: { ...ports, ...given.ports } });
  await connector.start({ pairs: symbols.map(toPair) });
  return { connector, ...venue };
}

/** `BTCUSDT` is BTC-USDT. */
export const toPair = (symbol) => symbol.replace(/USDT$/, '-USDT');

/** The ports of a process, but for its sockets: requests and messages are answered here. */
export function createPorts({ symbols, fetchDepth }) {
  const ports = nodePorts();
  let on;
  let due;
  const answers = {
    '/api/v3/exchangeInfo': () => Buffer.from(JSON.stringify({ symbols: symbols.map(toListing) })),
    '/api/v3/time': () => Buffer.from(`{"serverTime":${Date.now()}}`),
    '/api/v3/account': () => Buffer.from(account),
    '/api/v3/openOrders': () => Buffer.from('[]'),
    '/api/v3/allOrders': () => Buffer.from('[]'),
    '/api/v3/myTrades': () => Buffer.from('[]'),
    '/sapi/v1/account/apiRestrictions': () => Buffer.from(rights),
    '/api/v3/depth': (url) => fetchDepth(new URLSearchParams(url.search).get('symbol')),
  };
  return {
    ports: {
      ...ports,
      clock: { ...ports.clock, soon: (run) => (due === undefined ? soon(run) : due.push(run)) },
      http: { send: async ({ url }) => ({ status: 200, headers: new Map(), body: answers[url.pathname](url) }) },
      ws: {
        open: (_url, handlers) => {
          on = handlers;
          return connect(handlers);
        },
      },
    },
    socket: () => on,
    /** From now on what is due after a socket read waits in the list that this returns. */
    readsApart: () => (due ??= []),
  };
}

const account = `{"canTrade":true,"updateTime":1,"balances":[${['BTC', 'USDT']
  .map((asset) => `{"asset":"${asset}","free":"1000000.00000000","locked":"0.00000000"}`)
  .join()}]}`;
const rights = '{"ipRestrict":true,"enableWithdrawals":false,"enableSpotAndMarginTrading":true}';

function connect(on) {
  soon(on.open);
  return {
    send: (text) => {
      const { id, method } = JSON.parse(text);
      const answer = method.startsWith('userDataStream') ? { id, status: 200, result: {} } : { result: null, id };
      soon(() => on.frame(Buffer.from(JSON.stringify(answer))));
    },
    ping: () => soon(on.pong),
    close: () => on.close(1000, ''),
  };
}

const soon = (run) => void Promise.resolve().then(run);

function toListing(symbol) {
  const base = symbol.replace(/USDT$/, '');
  return { symbol, status: 'TRADING', baseAsset: base, quoteAsset: 'USDT', filters };
}
