import type { Socket } from 'node:net';

// Its parts by their own paths: the index loads all of undici, which takes twice as long. The version is pinned.
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';

import { exchange, type Line } from './node-exchange.js';
import type { NodeNetOptions } from './node-http.js';
import { connectTimeoutMs, tlsOptions } from './node-tls.js';
import { openTunnel } from './node-tunnel.js';
import type { Http, HttpLimits } from './ports.js';

/** Connections that stay open, one set per host for orders and one for data. Idle ones do not keep the process alive. */
export function createPools(options: NodeNetOptions): Http {
  const lines = new Map<string, Line>();
  const connect = createConnect(options);
  const from = options.localAddress === undefined ? {} : { localAddress: options.localAddress };

  function lineOf(origin: string, kind: HttpLimits['pool']): Line {
    const name = `${kind} ${origin}`;
    const known = lines.get(name);
    if (known !== undefined) return known;
    const pool = new Pool(origin, { ...poolOptions, connections: connections[kind], ...from, connect });
    const line: Line = { pool, latest: undefined };
    lines.set(name, line);
    return line;
  }

  return { send: (request, limits) => exchange(lineOf(request.url.origin, limits.pool), request, limits) };
}

// A burst of orders, which one client would have to send one after the other, leaves at once.
const connections = { orders: 32, data: 8 } as const;

const poolOptions = {
  pipelining: 1,
  // Below the minute or so after which venues close idle connections; the server's own hint comes first.
  keepAliveTimeout: 45_000,
  keepAliveMaxTimeout: 60_000,
  // The deadline of a request covers these.
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
} as const;

function createConnect(options: NodeNetOptions): buildConnector.connector {
  const { proxy, localAddress } = options;
  const direct = buildConnector({ ...tlsOptions(options), allowH2: false, timeout: connectTimeoutMs });
  if (proxy === undefined) return direct;
  return (target, callback) => {
    const port = target.port === '' ? defaultPort(target.protocol) : target.port;
    const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
    openTunnel(proxy, `${host}:${port}`, { localAddress, timeoutMs: connectTimeoutMs }).then(
      (socket) => upgrade(direct, target, socket, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error('no tunnel'), null),
    );
  };
}

function upgrade(
  direct: buildConnector.connector,
  target: buildConnector.Options,
  socket: Socket,
  callback: buildConnector.Callback,
): void {
  if (target.protocol === 'https:') direct({ ...target, httpSocket: socket }, callback);
  else callback(null, socket);
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}
