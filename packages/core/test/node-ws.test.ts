import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';

import { isConnectorError } from '../src/errors/connector-error.js';
import type { NodeNetOptions } from '../src/ports/node-http.js';
import { createNodeWs } from '../src/ports/node-ws.js';
import type { WsConnection, WsLimits } from '../src/ports/ports.js';
import { createCertificate } from './support/node-certificate.js';
import type { Certificate } from './support/node-certificate.js';
import { serveHttp, serveTcp, unusedPort } from './support/node-server.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(
  onSocket: (socket: WebSocket, request: IncomingMessage) => void,
  certificate?: Certificate,
): Promise<number> {
  const { server, port, close } = await serveHttp((_, response) => response.writeHead(429).end(), certificate);
  const sockets = new WebSocketServer({ server, perMessageDeflate: true });
  sockets.on('connection', onSocket);
  closers.push(close);
  return port;
}

/** A server that accepts the upgrade and then does what no websocket server does. */
async function serveRaw(afterUpgrade: (socket: Socket) => void): Promise<number> {
  const { port, close } = await serveTcp((socket) => {
    socket.once('data', (head) => {
      const key = /sec-websocket-key: (\S+)/i.exec(String(head))?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade';
      socket.write(`${upgrade}\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
      afterUpgrade(socket);
    });
  });
  closers.push(close);
  return port;
}

function rawText(data: RawData): string {
  return data instanceof Buffer ? data.toString('latin1') : 'not one buffer';
}

type Seen = {
  readonly connection: WsConnection;
  readonly events: string[];
  readonly until: (event: RegExp) => Promise<unknown>;
};

function open(url: string, limits: Partial<WsLimits> = {}, options: NodeNetOptions = {}): Seen {
  const events: string[] = [];
  const handlers = {
    open: () => events.push('open'),
    frame: (bytes: Uint8Array) => events.push(`frame ${Buffer.from(bytes).toString('latin1')}`),
    pong: () => events.push('pong'),
    close: (code: number, reason: string) => events.push(`close ${code} ${reason}`),
  };
  const connection = createNodeWs(options).open(new URL(url), handlers, { maxBytes: 1_000, ...limits });
  return { connection, events, until: (event) => expect.poll(() => events.join('\n')).toMatch(event) };
}

describe('a connection', () => {
  test('carries text and binary messages as bytes, both ways, without compression', async () => {
    const received: unknown[] = [];
    const port = await serve((socket, request) => {
      received.push(request.headers['x-key'], socket.extensions);
      socket.on('message', (data, isBinary) => {
        received.push([rawText(data), isBinary]);
        socket.send(data, { binary: isBinary });
      });
    });
    const seen = open(`ws://127.0.0.1:${port}/ws?a=1`, { headers: { 'x-key': 'k' } });
    await seen.until(/open/);
    seen.connection.send('{"a":1}');
    seen.connection.send(new Uint8Array([0x80, 0xff]));
    await seen.until(/\xff/);
    expect(received).toEqual(['k', '', ['{"a":1}', false], ['\x80\xff', true]]);
    expect(seen.events).toEqual(['open', 'frame {"a":1}', 'frame \x80\xff']);
  });

  test('answers pings, and tells of pongs', async () => {
    let answered = false;
    const port = await serve((socket) => {
      socket.ping();
      socket.on('pong', () => (answered = true));
    });
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/open/);
    seen.connection.ping();
    await seen.until(/pong/);
    await expect.poll(() => answered).toBe(true);
  });

  test('closes once when it is asked to', async () => {
    const port = await serve(() => undefined);
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/open/);
    seen.connection.close();
    seen.connection.close();
    await seen.until(/close/);
    expect(seen.events).toEqual(['open', 'close 1005 ']);
  });

  test('tells the code and the reason of a close by the venue', async () => {
    const port = await serve((socket) => socket.close(4001, 'maintenance'));
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/close/);
    expect(seen.events).toEqual(['open', 'close 4001 maintenance']);
  });

  test('is cut when the other side does not answer the close', async () => {
    const port = await serveRaw(() => undefined);
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/open/);
    seen.connection.close();
    await expect.poll(() => seen.events, { timeout: 4_000 }).toEqual(['open', 'close 1006 ']);
  });

  test('refuses to send before it is open and after it has ended, and says that nothing was sent', async () => {
    const port = await serve((socket) => socket.close());
    const seen = open(`ws://127.0.0.1:${port}/ws/listen-key`);
    const attempts: unknown[] = [];
    const attempt = (): void => {
      try {
        seen.connection.send('{}');
      } catch (error) {
        if (isConnectorError(error)) attempts.push([error.kind, error.outcome, error.message]);
      }
    };
    attempt();
    seen.connection.ping();
    await seen.until(/close/);
    attempt();
    const refusal = ['network', 'not-sent', `SEND ws://127.0.0.1:${port}: the connection is not open`];
    expect(attempts).toEqual([refusal, refusal]);
  });

  test('delivers text that is not UTF-8 and goes on', async () => {
    const port = await serveRaw((socket) => socket.write(Buffer.from([0x81, 2, 0xc3, 0x28, 0x81, 2, 0x7b, 0x7d])));
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/\{\}/);
    expect(seen.events).toEqual(['open', 'frame \xc3(', 'frame {}']);
  });
});

describe('a connection ends, once', () => {
  test('when nobody listens', async () => {
    const port = await unusedPort();
    const seen = open(`ws://127.0.0.1:${port}`);
    expect(seen.events).toEqual([]);
    await seen.until(/close/);
    expect(seen.events).toEqual([`close 1006 connect ECONNREFUSED 127.0.0.1:${port}`]);
  });

  test('when the venue refuses the upgrade', async () => {
    const port = await serveHttp((_, response) => response.writeHead(429).end()).then((server) => {
      closers.push(server.close);
      return server.port;
    });
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/close/);
    expect(seen.events).toEqual(['close 1006 Unexpected server response: 429']);
  });

  test('when the address is none for a websocket, after open has returned', async () => {
    const seen = open('ftp://127.0.0.1/');
    expect(seen.events).toEqual([]);
    await seen.until(/close/);
    expect(seen.events.length).toBe(1);
  });

  test('when the certificate is not trusted', async () => {
    const port = await serve(() => undefined, createCertificate('localhost'));
    const seen = open(`wss://localhost:${port}`);
    await seen.until(/close/);
    // Later versions of node add advice to it.
    expect(seen.events).toEqual([expect.stringMatching(/^close 1006 self-signed certificate/)]);
  });

  test('when a message is larger than the limit', async () => {
    const port = await serve((socket) => socket.send('x'.repeat(1_001)));
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/close/);
    expect(seen.events).toEqual(['open', 'close 1006 Max payload size exceeded']);
  });

  test('when it breaks in the middle of a frame, which is not delivered', async () => {
    const port = await serveRaw((socket) => socket.end(Buffer.from([0x81, 5, 0x7b])));
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/close/);
    expect(seen.events).toEqual(['open', 'close 1006 ']);
  });

  test('when it is closed before it was open', async () => {
    const port = await serve(() => undefined);
    const seen = open(`ws://127.0.0.1:${port}`);
    seen.connection.close();
    await seen.until(/close/);
    expect(seen.events).toEqual(['close 1006 closed before it was open']);
  });

  test('when a frame says that it is compressed', async () => {
    const port = await serveRaw((socket) => socket.write(Buffer.from([0xc1, 2, 0x7b, 0x7d])));
    const seen = open(`ws://127.0.0.1:${port}`);
    await seen.until(/close/);
    expect(seen.events).toEqual(['open', 'close 1006 Invalid WebSocket frame: RSV1 must be clear']);
  });
});

test('a trusted certificate is accepted, from the local address that was asked for', async () => {
  const certificate = createCertificate('localhost');
  const from: unknown[] = [];
  const port = await serve((_, request) => from.push(request.socket.remoteAddress), certificate);
  const seen = open(`wss://localhost:${port}`, {}, { ca: certificate.cert, localAddress: '127.0.0.9' });
  await seen.until(/open/);
  expect(from).toEqual(['127.0.0.9']);
});

test('messages that cannot leave are refused beyond 16 MiB', async () => {
  const port = await serveRaw((socket) => socket.pause());
  const seen = open(`ws://127.0.0.1:${port}`);
  await seen.until(/open/);
  const chunk = new Uint8Array(4 * 1_048_576);
  const fill = (): void => {
    for (let sent = 0; sent < 20; sent += 1) seen.connection.send(chunk);
  };
  expect(fill).toThrow(/bytes wait to be sent/);
});
