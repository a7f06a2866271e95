import type { WebSocket } from 'ws';

import { ConnectorError } from '../errors/connector-error.js';
import type { NodeNetOptions } from './node-http.js';
import type { Ws, WsConnection, WsHandlers, WsLimits } from './ports.js';

/**
 * Websockets without compression. Pings of the venue are answered; nothing else happens unasked.
 * A connection that does not close when asked is cut after two seconds. What speaks them is loaded with the first one.
 */
export function createNodeWs(options: NodeNetOptions): Ws {
  return { open: (url, on, limits) => open(options, url, on, limits) };
}

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
  async function start(): Promise<void> {
    const { createSocket, openWay } = await import('./node-socket.js');
    const through = await openWay(options, url);
    if (closing) {
      through?.destroy();
      throw new Error('closed before it was open');
    }
    socket = createSocket(options, { url, limits, through });
    listen(socket, on, end);
  }
  start().catch((error: unknown) => end(abnormal, describe(error)));

  return {
    send: (data) => {
      if (socket === undefined || socket.readyState !== socket.OPEN) throw unsent(url, 'the connection is not open');
      if (socket.bufferedAmount > longestQueue) throw unsent(url, `${socket.bufferedAmount} bytes wait to be sent`);
      socket.send(data, { binary: typeof data !== 'string' });
    },
    ping: () => {
      if (socket !== undefined && socket.readyState === socket.OPEN) socket.ping();
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

function unsent(url: URL, problem: string): ConnectorError {
  const operation = `SEND ${url.protocol}//${url.host}`;
  return new ConnectorError(problem, { kind: 'network', outcome: 'not-sent', operation });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message === '' ? code : error.message;
}
