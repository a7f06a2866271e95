import { createHmac, createSecretKey } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers';

import { credentials, openAccount } from '../venues/account-binance.mjs';

const terms = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.001', price: '50000' };

/** Each places orders one after the other; the time counts from the call to the write on the socket. */
export const variants = {
  ours: async ({ rest, count }) => {
    const timers = { armed: 0 };
    const { connector, cancelOpen } = await openAccount({ rest, onTimer: () => (timers.armed += 1) });
    return {
      ...timed(rest, count, () => connector.place(terms)),
      // A bot has a few orders open, not all that it ever placed.
      prepare: cancelOpen,
      measure: () => burst(connector, timers),
    };
  },
  'undici and HMAC': async ({ rest, count }) => {
    const { Pool } = await import('undici');
    const pool = new Pool(rest, { connections: 8, pipelining: 1 });
    const key = createSecretKey(credentials.apiSecret, 'utf8');
    let orders = 0;
    return timed(rest, count, async () => {
      orders += 1;
      const query = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000&newClientOrderId=x${orders}&newOrderRespType=RESULT&recvWindow=5000&timestamp=${Date.now()}`;
      const signature = createHmac('sha256', key).update(query).digest('hex');
      const path = `/api/v3/order?${query}&signature=${signature}`;
      const { body } = await pool.request({ path, method: 'POST', headers: { 'X-MBX-APIKEY': credentials.apiKey } });
      return body.json();
    });
  },
  '@binance/spot': async ({ rest, count }) => {
    const { Spot } = await import('@binance/spot');
    const { restAPI } = new Spot({ configurationRestAPI: { ...credentials, basePath: rest, retries: 0 } });
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.001, price: 50_000 };
    return timed(rest, count, async () => (await restAPI.newOrder(order)).data());
  },
  'ccxt without throttler': async ({ rest, count }) => {
    const { default: ccxt } = await import('ccxt');
    const { createClient } = await import('../peers/ccxt-account.mjs');
    const client = createClient(ccxt.binance);
    client.urls.api.private = `${rest}/api/v3`;
    await client.loadHttpProxyAgent?.();
    return timed(rest, count, () => client.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 50_000));
  },
};

/** Counts the time from each call to the first write on any socket. The end state is what the venue has received. */
function timed(rest, count, place) {
  const { write } = Socket.prototype;
  let wroteAt;
  Socket.prototype.write = function (...parameters) {
    wroteAt ??= performance.now();
    return write.apply(this, parameters);
  };
  return {
    state: async () => (await globalThis.fetch(rest)).text(),
    run: async () => {
      let total = 0;
      for (let index = 0; index < count; index += 1) {
        wroteAt = undefined;
        const start = performance.now();
        const answer = place();
        await answer;
        total += wroteAt - start;
      }
      return { operations: count, ns: (1e6 * total) / count };
    },
  };
}

/**
 * Ten orders at once, over connections that are open: how many are handed to the socket's client before anything else
 * can happen, how many it has written a turn of the event loop later, and how many timers were armed for them.
 */
async function burst(connector, timers) {
  const ten = () => Array.from({ length: 10 }, () => connector.place(terms));
  await Promise.all(ten());
  const { write } = Socket.prototype;
  let written = 0;
  let handed = 0;
  subscribe('undici:request:create', () => (handed += 1));
  Socket.prototype.write = function (...parameters) {
    written += 1;
    return write.apply(this, parameters);
  };
  const armed = timers.armed;
  const orders = ten();
  // All microtasks, and nothing else.
  await new Promise((resolve) => process.nextTick(resolve));
  const inTurn = { handed, timers: timers.armed - armed };
  // The client looks once whether an idle connection was closed, and then writes.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const soon = { written };
  await Promise.all(orders);
  Socket.prototype.write = write;
  return { ...inTurn, ...soon };
}
