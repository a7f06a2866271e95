import { once } from 'node:events';

import ccxt from 'ccxt';
import { WebSocketServer } from 'ws';

import { credentials } from '../venues/account-binance.mjs';

/** A client of ccxt for Binance with the one market, without its throttler. */
export function createClient(Exchange) {
  const { apiKey, apiSecret: secret } = credentials;
  const client = new Exchange({ apiKey, secret, enableRateLimit: false });
  client.setMarkets([toMarket(client)]);
  return client;
}

/** Sends messages of an account to ccxt in one burst; how many changes of orders its caller hears of, in the loop that its manual shows. */
export async function countHeard(messages) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const subscribed = new Promise((resolve) => {
    server.on('connection', (socket) => socket.on('message', (text) => resolve({ socket, ...JSON.parse(text) })));
  });
  await once(server, 'listening');
  const client = createClient(ccxt.pro.binance);
  client.urls.api.ws['ws-api'].spot = `ws://127.0.0.1:${server.address().port}`;
  try {
    await client.loadHttpProxyAgent();
    const heard = countUntilQuiet(() => client.watchOrders());
    const { socket, id } = await subscribed;
    socket.send(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));
    for (const message of messages) socket.send(message);
    return await heard;
  } finally {
    await client.close();
    server.close();
  }
}

const quietMs = 1_000;

async function countUntilQuiet(next) {
  let count = 0;
  for (;;) {
    const quiet = new Promise((resolve) => setTimeout(resolve, quietMs));
    const orders = await Promise.race([next(), quiet]);
    if (orders === undefined) return count;
    count += orders.length;
  }
}

function toMarket(client) {
  const kinds = { spot: true, margin: false, swap: false, future: false, option: false, contract: false };
  return client.safeMarketStructure({
    ...{ id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT' },
    ...{ type: 'spot', ...kinds, active: true },
    precision: { amount: 0.00001, price: 0.01 },
    limits: { amount: { min: 0.00001 }, price: {}, cost: { min: 5 } },
    info: { orderTypes: ['LIMIT', 'MARKET'] },
  });
}
