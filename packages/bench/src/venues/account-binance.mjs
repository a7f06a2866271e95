import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers';
import { URLSearchParams } from 'node:url';

import { createConnector, nodePorts } from '@hb/connector-core';

import { createPorts, unlimited } from './memory-venue.mjs';
import { toAccepted, toCancelled } from './order-messages.mjs';

export const credentials = { apiKey: 'benchKey', apiSecret: 'benchSecret' };

/**
 * Our connector for Binance with an account, all but its orders in memory. Orders go to `rest` over real sockets, or
 * are accepted at once where there is none. `onTimer` hears of each timer that the connector arms; `tell` is a message on the account's stream;
 * `cancelOpen` has it tell that all open orders were cancelled, and waits until they are over.
 */
export async function openAccount({ rest, onTimer = () => undefined, given = {} } = {}) {
  const symbols = ['BTCUSDT'];
  const { ports, socket } = createPorts('binance', { symbols, fetchDepth: () => Buffer.from(depth) });
  const { http } = nodePorts();
  let orders = 0;
  const send = async (request, limits) => {
    if (request.method !== 'POST') return ports.http.send(request, limits);
    if (rest !== undefined) return http.send(request, limits);
    orders += 1;
    const body = Buffer.from(toAccepted(new URLSearchParams(request.url.search), orders));
    return { status: 200, headers: new Map(), body };
  };
  const at = (mono, run) => {
    onTimer();
    return ports.clock.at(mono, run);
  };
  const connector = createConnector(unlimited('binance'), {
    credentials,
    // A sandbox keeps its order records in memory.
    sandbox: true,
    // The orders here are known to nobody else, so there is nothing to compare them with.
    auditEveryMs: 3_600_000,
    ...given,
    hosts: { rest: rest ?? nowhere, public: nowhere.replace('http', 'ws'), account: nowhere.replace('http', 'ws') },
    ports: { ...ports, clock: { ...ports.clock, at }, http: { send } },
  });
  await connector.start();
  const tell = (message) => socket().frame(Buffer.from(message));
  const cancelOpen = async () => {
    for (const order of connector.orders({ open: true })) tell(toCancelled(order));
    while (connector.orders({ open: true }).length > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return { connector, tell, cancelOpen };
}

const nowhere = 'http://127.0.0.1:1';

const depth = '{"lastUpdateId":1,"bids":[["50000.00000000","1.00000000"]],"asks":[["50001.00000000","1.00000000"]]}';
