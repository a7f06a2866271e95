import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type WebSocket } from 'ws';

import type { EmulatedVenue, VenueAnswer, VenueConnection, VenueSocket, VenueUpgrade } from '../venue.js';
import { listen } from './listen.js';
import { reset } from './reset.js';

/** Where a venue listens. */
export type ServeOptions = {
  /** 127.0.0.1 when left out. */
  readonly host?: string;
  /** A free one when left out. */
  readonly port?: number;
};

/** A venue on sockets. */
export type ServedVenue = {
  /** `http://127.0.0.1:40123`, without a slash at the end; `wsUrl` is the same with `ws:`. */
  readonly url: string;
  readonly wsUrl: string;
  /** `127.0.0.1:40123`. */
  readonly host: string;
  /** Open WebSockets. */
  readonly connections: () => number;
  /** Ends every WebSocket with a closing code, or breaks them without one. */
  readonly dropAll: (code?: number) => void;
  /** Ends all connections and frees the port. The venue itself goes on: stop it too. */
  readonly close: () => Promise<void>;
};

const abnormal = 1006;
const largestBody = 1_048_576;

/** Answers for the venue over HTTP/1.1 and WebSocket, in plain text, on this machine. What the venue throws is not caught: it is a mistake in the venue. */
export async function serveVenue(venue: EmulatedVenue, options: ServeOptions = {}): Promise<ServedVenue> {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: largestBody,
    autoPong: false,
  });
  const server = createServer((request, response) => void answer(venue, request, response));
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => upgrade({ venue, sockets, request, socket, head }));
  const { host, port } = await listen(server, options);
  return {
    host: `${host}:${port}`,
    url: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    connections: () => sockets.clients.size,
    dropAll: (code = abnormal) => {
      for (const client of sockets.clients) end(client, code, '');
    },
    close: () => close(server, sockets, connections),
  };
}

async function answer(venue: EmulatedVenue, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { socket } = request;
  const body = await readBody(request);
  if (body === undefined) {
    reset(socket);
    return;
  }
  const result = await venue.http({ ...toUpgrade(request), method: request.method ?? 'GET', body });
  if (!('cut' in result)) write(response, result);
  else if (result.cut !== 'silence') reset(socket);
}

/** The body as text; `undefined` when it breaks off or is larger than any venue takes. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestBody) resolve(undefined);
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', () => resolve(undefined));
  });
}

function write(response: ServerResponse, { status, headers, body }: VenueAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}

type Upgrade = {
  readonly venue: EmulatedVenue;
  readonly sockets: WebSocketServer;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
};

/** Asks the venue first, so that it may decline; what it sends meanwhile waits for the handshake. */
function upgrade({ venue, sockets, request, socket, head }: Upgrade): void {
  socket.on('error', () => socket.destroy());
  const queue: ((client: WebSocket) => void)[] = [];
  let client: WebSocket | undefined;
  const run = (action: (on: WebSocket) => void): void => {
    if (client === undefined) queue.push(action);
    else if (client.readyState === client.OPEN) action(client);
  };
  const opened = venue.connect(toUpgrade(request), toVenueSocket(run));
  if ('refused' in opened)
    socket.end(`HTTP/1.1 ${opened.refused} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  else if ('message' in opened)
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      client = accepted;
      attach(accepted, opened);
      for (const action of queue) action(accepted);
    });
  else if (opened.cut !== 'silence') socket.destroy();
}

function toVenueSocket(run: (action: (on: WebSocket) => void) => void): VenueSocket {
  return {
    send: (message) => run((client) => client.send(message)),
    ping: () => run((client) => client.ping()),
    pong: () => run((client) => client.pong()),
    close: (code, reason) => run((client) => end(client, code, reason)),
  };
}

function attach(client: WebSocket, connection: VenueConnection): void {
  client.on('message', (data) => {
    if (data instanceof Uint8Array) connection.message(data);
  });
  client.on('pong', () => connection.pong?.());
  client.on('ping', (data) => {
    if (connection.ping === undefined) client.pong(data);
    else connection.ping();
  });
  client.on('close', (code) => connection.closed(code));
  // `close` follows.
  client.on('error', () => undefined);
}

function end(client: WebSocket, code: number, reason: string): void {
  if (code === abnormal) client.terminate();
  else client.close(code, reason);
}

function toUpgrade(request: IncomingMessage): VenueUpgrade {
  const [path, query] = split(request.url ?? '/');
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return { path, query, headers, address: addressOf(request.socket) };
}

function split(target: string): readonly [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** Without the prefix that IPv4 addresses have on IPv6 sockets. */
function addressOf({ remoteAddress = '' }: Socket): string {
  return remoteAddress.replace(/^::ffff:/, '');
}

/** Upgraded connections, declined ones too, are no longer the server's own. */
async function close(server: Server, sockets: WebSocketServer, connections: ReadonlySet<Socket>): Promise<void> {
  for (const client of sockets.clients) client.terminate();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of connections) socket.destroy();
  await closed;
}
