import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';

import type { Certificate } from './node-certificate.js';

export type LocalServer = { readonly port: number; readonly close: () => Promise<void> };

/** An HTTP server on loopback that counts what reaches it. */
export async function serveHttp(
  listener: RequestListener,
  certificate?: Certificate,
): Promise<LocalServer & { readonly requests: string[]; readonly server: Server }> {
  const requests: string[] = [];
  const counted: RequestListener = (request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    listener(request, response);
  };
  const server = certificate === undefined ? createServer(counted) : createSecureServer({ ...certificate }, counted);
  return { ...(await listen(server)), requests, server };
}

/** A TCP server on loopback, for answers that no HTTP server gives. */
export async function serveTcp(onSocket: (socket: Socket) => void): Promise<LocalServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  return listen(server);
}

/** A port on which nothing listens. */
export async function unusedPort(): Promise<number> {
  const server = await serveTcp(() => undefined);
  await server.close();
  return server.port;
}

function listen(server: TcpServer): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server.address()), close }));
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}
