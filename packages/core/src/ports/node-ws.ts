import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { WebSocket } from 'ws';

import { ConnectorError } from '../errors/connector-error.js';
import { connectTimeoutMs, tlsOptions } from './node-http.js';
import type { NodeNetOptions } from './node-http.js';
import { openTunnel } from './node-tunnel.js';
import type { Ws, WsConnection, WsHandlers, WsLimits } from './ports.js';

/**
 * Websockets without compression. Pings of the venue are answered; nothing else happens unasked.
 * A connection that does not close when asked is cut after two seconds.
 */
export function createNodeWs(options: NodeNetOptions): Ws {
  return { open: (url, on, limits) => open(options, url, on, limits) };
}

const plain = {
  closeTimeout: 2_000,
  handshakeTimeout: connectTimeoutMs,
  perMessageDeflate: false,
  followRedirects: false,
  // Frames reach a decoder that refuses what is not UTF-8, and one such frame must not end a connection.
  skipUTF8Validation: true,
} as const;

// More than this waiting for the network means that nothing arrives: what is added would be stale when it does.
const longestQueue = 16 * 1_048_576;

const abnormal = 1006;

function open(options: NodeNetOptions, url: URL, on: WsHandlers, limits: WsLimits): WsConnection {
  let socket: WebSocket | undefined;
  let ended = false;
  let closing = false;

  function end(code: number, reason: string): void {
    if (ended) return;
    ended = true;
    on.close(code, reason);
  }
  /** Never during `open`: the caller does not hold the connection yet. */
  function endSoon(reason: string): void {
    queueMicrotask(() => end(abnormal, reason));
  }
  function attach(through?: Socket): void {
    if (closing) {
      through?.destroy();
      end(abnormal, 'closed before it was open');
      return;
    }
    try {
      socket = new WebSocket(url, socketOptions(options, url, limits, through));
    } catch (error) {
      through?.destroy();
      endSoon(describe(error));
      return;
    }
    listen(socket, on, end);
  }

  if (options.proxy === undefined) attach();
  else {
    const { localAddress } = options;
    const tunnel = openTunnel(options.proxy, targetOf(url), { localAddress, timeoutMs: connectTimeoutMs });
    tunnel.then(attach, (error: unknown) => end(abnormal, describe(error)));
  }

  return {
    send: (data) => {
      if (socket?.readyState !== WebSocket.OPEN) throw unsent(url, 'the connection is not open');
      if (socket.bufferedAmount > longestQueue) throw unsent(url, `${socket.bufferedAmount} bytes wait to be sent`);
      socket.send(data, { binary: typeof data !== 'string' });
    },
    ping: () => {
      if (socket?.readyState === WebSocket.OPEN) socket.ping();
    },
    close: () => {
      closing = true;
      socket?.close();
    },
  };
}

function listen(socket: WebSocket, on: WsHandlers, end: (code: number, reason: string) => void): void {
  let failure: string | undefined;
  socket.on('open', on.open);
  socket.on('message', (data) => {
    // One buffer a message, which is what this kind of socket gives; the others are never asked for.
    if (data instanceof Uint8Array) on.frame(data);
  });
  socket.on('pong', on.pong);
  socket.on('ping', () => on.ping?.());
  // `close` follows.
  socket.on('error', (error) => {
    failure = describe(error);
  });
  socket.on('close', (code, reason) => end(code, failure ?? reason.toString()));
}

function socketOptions(
  options: NodeNetOptions,
  url: URL,
  limits: WsLimits,
  through: Socket | undefined,
): WebSocket.ClientOptions {
  const { localAddress } = options;
  return {
    ...plain,
    ...tlsOptions(options),
    ...(localAddress !== undefined && { localAddress }),
    ...(through !== undefined && { createConnection: () => secured(options, url, through) }),
    headers: { 'user-agent': 'hb-connector', ...limits.headers },
    maxPayload: limits.maxBytes,
  };
}

function secured(options: NodeNetOptions, url: URL, socket: Socket): Socket {
  if (url.protocol !== 'wss:') return socket;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return connectTls({ ...tlsOptions(options), socket, host, servername: isIP(host) === 0 ? host : '' });
}

function targetOf(url: URL): string {
  if (url.port !== '') return url.host;
  return `${url.hostname}:${url.protocol === 'wss:' ? 443 : 80}`;
}

function unsent(url: URL, problem: string): ConnectorError {
  const operation = `SEND ${url.protocol}//${url.host}`;
  return new ConnectorError(problem, { kind: 'network', outcome: 'not-sent', operation });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message === '' ? code : error.message;
}
