import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';

import { isConnectorError } from '../src/errors/connector-error.js';
import { createNodeHttp } from '../src/ports/node-http.js';
import { readProxy } from '../src/ports/node-proxy.js';
import type { Proxy } from '../src/ports/node-proxy.js';
import { openTunnel } from '../src/ports/node-tunnel.js';
import { createNodeWs } from '../src/ports/node-ws.js';
import { createCertificate } from './support/node-certificate.js';
import type { Certificate } from './support/node-certificate.js';
import { serveHttp, serveTcp, unusedPort } from './support/node-server.js';

const limits = { deadlineMs: 3_000, maxBytes: 1_000, pool: 'data' } as const;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A proxy that tunnels to loopback, whatever the name, and writes down what it was asked. */
async function serveProxy(): Promise<{ proxy: Proxy; asked: string[] }> {
  const asked: string[] = [];
  const server = await serveTcp((socket) => {
    socket.once('data', (data) => {
      const head = String(data);
      asked.push(head);
      const port = Number(/^CONNECT \S+:(\d+) /.exec(head)?.[1]);
      const target = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
      target.on('error', () => socket.destroy()).pipe(socket);
      socket.pipe(target);
    });
  });
  closers.push(server.close);
  return { asked, proxy: readProxy(`http://user:p%40ss@127.0.0.1:${server.port}`) };
}

async function serveTarget(certificate?: Certificate): Promise<{ port: number; requests: readonly string[] }> {
  const target = await serveHttp((_, response) => response.end('{}'), certificate);
  const sockets = new WebSocketServer({ server: target.server });
  sockets.on('connection', (socket) => socket.send('hello'));
  closers.push(target.close);
  return target;
}

function firstEvent(url: string, proxy: Proxy, ca?: string): Promise<string> {
  return new Promise((resolve) => {
    const connection = createNodeWs({ proxy, ca }).open(
      new URL(url),
      {
        open: () => undefined,
        frame: (bytes) => {
          resolve(`frame ${Buffer.from(bytes).toString()}`);
          connection.close();
        },
        pong: () => undefined,
        close: (code, reason) => resolve(`close ${code} ${reason}`),
      },
      { maxBytes: 1_000 },
    );
  });
}

describe('through a proxy', () => {
  test('requests reach the host by name, in plain text and by TLS that ends at the host', async () => {
    const { proxy, asked } = await serveProxy();
    const certificate = createCertificate('venue.test');
    const plain = await serveTarget();
    const secure = await serveTarget(certificate);
    const http = createNodeHttp({ proxy, ca: certificate.cert });
    for (const url of [`http://venue.test:${plain.port}/a`, `https://venue.test:${secure.port}/b`]) {
      const answer = await http.send({ method: 'GET', url: new URL(url), body: '', headers: {} }, limits);
      expect(answer.status).toBe(200);
    }
    expect([...plain.requests, ...secure.requests]).toEqual(['GET /a', 'GET /b']);
    expect(asked).toEqual(
      [plain, secure].map(
        ({ port }) =>
          `CONNECT venue.test:${port} HTTP/1.1\r\nhost: venue.test:${port}\r\nproxy-authorization: Basic dXNlcjpwQHNz\r\n\r\n`,
      ),
    );
  });

  test('websockets reach the host by name, in plain text and by TLS that ends at the host', async () => {
    const { proxy, asked } = await serveProxy();
    const certificate = createCertificate('venue.test');
    const plain = await serveTarget();
    const secure = await serveTarget(certificate);
    expect(await firstEvent(`ws://venue.test:${plain.port}/`, proxy)).toBe('frame hello');
    expect(await firstEvent(`wss://venue.test:${secure.port}/`, proxy, certificate.cert)).toBe('frame hello');
    expect(asked.length).toBe(2);
  });

  test('a certificate for another host is refused', async () => {
    const { proxy } = await serveProxy();
    const certificate = createCertificate('elsewhere.test');
    const { port, requests } = await serveTarget(certificate);
    const url = new URL(`https://venue.test:${port}/`);
    const sending = createNodeHttp({ proxy, ca: certificate.cert }).send(
      { method: 'GET', url, body: '', headers: {} },
      limits,
    );
    await expect(sending).rejects.toMatchObject({ kind: 'network', outcome: 'not-sent' });
    expect(await firstEvent(`wss://venue.test:${port}/`, proxy, certificate.cert)).toMatch(/^close 1006 Hostname/);
    expect(requests).toEqual([]);
  });

  test('a websocket that is closed while the tunnel opens is closed once', async () => {
    const { proxy } = await serveProxy();
    const { port } = await serveTarget();
    const events: string[] = [];
    const on = {
      open: () => events.push('open'),
      frame: () => events.push('frame'),
      pong: () => events.push('pong'),
      close: (code: number, reason: string) => events.push(`close ${code} ${reason}`),
    };
    const connection = createNodeWs({ proxy }).open(new URL(`ws://venue.test:${port}/`), on, { maxBytes: 1_000 });
    connection.close();
    await expect.poll(() => events).toEqual(['close 1006 closed before it was open']);
  });
});

describe('a proxy that does not work fails the connection, which never goes out directly', () => {
  test('when it cannot be reached', async () => {
    const { port, requests } = await serveTarget();
    const proxy = readProxy(`http://user:canary@127.0.0.1:${await unusedPort()}`);
    const url = new URL(`http://127.0.0.1:${port}/`);
    const error: unknown = await createNodeHttp({ proxy })
      .send({ method: 'GET', url, body: '', headers: {} }, limits)
      .catch((reason: unknown) => reason);
    expect(isConnectorError(error, 'network') && error.outcome).toBe('not-sent');
    expect(String(error)).toContain(`proxy 127.0.0.1:${proxy.port}: connect ECONNREFUSED`);
    expect(String(error)).not.toContain('canary');
    expect(await firstEvent(`ws://127.0.0.1:${port}/`, proxy)).toMatch(/^close 1006 proxy .*ECONNREFUSED/);
    expect(requests).toEqual([]);
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['refuses', (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'), 'refused with HTTP 407'],
    ['is no proxy', (socket) => socket.end('220 mail.test\r\n\r\n'), 'an answer that is not HTTP'],
    ['hangs up', (socket) => socket.end(), 'closed the connection'],
    ['is silent', () => undefined, 'no answer within 100 ms'],
    ['never ends its answer', (socket) => socket.write('x'.repeat(20_000)), 'an answer without an end'],
    ['adds data', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200'), 'data before the tunnel was used'],
  ])('when it %s', async (_, behave, problem) => {
    const server = await serveTcp((socket) => socket.once('data', () => behave(socket)));
    closers.push(server.close);
    const proxy = readProxy(`http://127.0.0.1:${server.port}`);
    const opening = openTunnel(proxy, 'venue.test:443', { localAddress: '127.0.0.9', timeoutMs: 100 });
    await expect(opening).rejects.toThrow(`proxy 127.0.0.1:${server.port}: ${problem}`);
  });

  test('when its own certificate is not trusted', async () => {
    const server = await serveHttp((_, response) => response.end(), createCertificate('localhost'));
    closers.push(server.close);
    const proxy = readProxy(`https://localhost:${server.port}`);
    const opening = openTunnel(proxy, 'venue.test:443', { localAddress: undefined, timeoutMs: 1_000 });
    await expect(opening).rejects.toThrow('self-signed certificate');
  });
});

describe('the text of a proxy', () => {
  test('gives host, port and login', () => {
    expect(readProxy('http://proxy.test')).toEqual({
      host: 'proxy.test',
      port: 80,
      secure: false,
      authorization: undefined,
    });
    expect(readProxy('https://a:b@[::1]/')).toEqual({
      host: '::1',
      port: 443,
      secure: true,
      authorization: 'Basic YTpi',
    });
  });

  test.each(['socks5://user:canary@proxy.test:1080', 'user:canary@proxy.test', ''])(
    '%j is refused without showing it',
    (text) => {
      expect(() => readProxy(text)).toThrow(
        /^a proxy is written http:\/\/host:port or https:\/\/host:port; others, such as SOCKS, do not work$/,
      );
    },
  );
});
