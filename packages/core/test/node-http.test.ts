import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { afterEach, describe, expect, test } from 'vitest';

import { isConnectorError } from '../src/errors/connector-error.js';
import { createNodeHttp } from '../src/ports/node-http.js';
import type { NodeNetOptions } from '../src/ports/node-http.js';
import type { HttpAnswer, HttpLimits, WireRequest } from '../src/ports/ports.js';
import { createCertificate } from './support/node-certificate.js';
import { serveHttp, serveTcp, unusedPort } from './support/node-server.js';

const limits: HttpLimits = { deadlineMs: 3_000, maxBytes: 1_048_576, pool: 'data' };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

function request(url: string, parts: Partial<WireRequest> = {}): WireRequest {
  return { method: 'GET', url: new URL(url), body: '', headers: {}, ...parts };
}

async function serve(listener: RequestListener): Promise<{ base: string; requests: readonly string[] }> {
  const server = await serveHttp(listener);
  closers.push(server.close);
  return { base: `http://127.0.0.1:${server.port}`, requests: server.requests };
}

async function serveRaw(onSocket: (socket: Socket) => void): Promise<string> {
  const server = await serveTcp(onSocket);
  closers.push(server.close);
  return `http://127.0.0.1:${server.port}`;
}

function text(answer: HttpAnswer): string {
  return Buffer.from(answer.body).toString();
}

/** What a request rejects with, as plain values. */
async function failureOf(sending: Promise<unknown>): Promise<unknown> {
  try {
    await sending;
    return 'resolved';
  } catch (error) {
    if (!isConnectorError(error)) return error;
    return { kind: error.kind, outcome: error.outcome, message: error.message };
  }
}

function send(parts: WireRequest, also: Partial<HttpLimits> = {}, options: NodeNetOptions = {}): Promise<HttpAnswer> {
  return createNodeHttp(options).send(parts, { ...limits, ...also });
}

describe('a request', () => {
  test('reaches the server as the text that was given', async () => {
    const seen: unknown[] = [];
    const { base } = await serve((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { method, url, headers } = incoming;
        seen.push({
          method,
          url,
          key: headers['x-key'],
          length: headers['content-length'],
          body: String(Buffer.concat(chunks)),
        });
        response.setHeader('X-Used', ['1', '2']).end('{"ok":true}');
      });
    });
    const sent = request(`${base}/api/v3/order?b=%20x&a=1`, {
      method: 'POST',
      body: 'x=%C3%A9&é',
      headers: { 'X-Key': 'k' },
    });
    const answer = await send(sent);
    expect(seen).toEqual([
      { method: 'POST', url: '/api/v3/order?b=%20x&a=1', key: 'k', length: '11', body: 'x=%C3%A9&é' },
    ]);
    expect([answer.status, answer.headers.get('x-used'), text(answer)]).toEqual([200, '1, 2', '{"ok":true}']);
  });

  test('keeps its connection for the next one, apart from those of the other pool', async () => {
    const ports = new Set<number | undefined>();
    const { base } = await serve((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      response.end();
    });
    const http = createNodeHttp({});
    await http.send(request(base), limits);
    await turn();
    await http.send(request(base), limits);
    expect(ports.size).toBe(1);
    await http.send(request(base), { ...limits, pool: 'orders' });
    expect(ports.size).toBe(2);
  });

  test('leaves from the local address that was asked for', async () => {
    const seen: unknown[] = [];
    const { base } = await serve((incoming, response) => {
      seen.push(incoming.socket.remoteAddress);
      response.end();
    });
    await send(request(base), {}, { localAddress: '127.0.0.9' });
    expect(seen).toEqual(['127.0.0.9']);
  });

  test('does not follow a redirect', async () => {
    const { base, requests } = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect((await send(request(base))).status).toBe(302);
    expect(requests).toEqual(['GET /']);
  });
});

describe('nothing was sent, and the error says so', () => {
  test('when the name does not exist', async () => {
    const error = await failureOf(send(request('http://no-such-host.invalid/x')));
    expect(error).toMatchObject({ kind: 'network', outcome: 'not-sent' });
  });

  test('when nobody listens', async () => {
    const port = await unusedPort();
    expect(await failureOf(send(request(`http://127.0.0.1:${port}/x?secret=canary`)))).toEqual({
      kind: 'network',
      outcome: 'not-sent',
      message: `GET http://127.0.0.1:${port}/x: 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  test('when the certificate is not trusted', async () => {
    const server = await serveHttp((_, response) => response.end(), createCertificate('localhost'));
    closers.push(server.close);
    const error = await failureOf(send(request(`https://localhost:${server.port}/`)));
    expect(error).toMatchObject({ kind: 'network', outcome: 'not-sent' });
    expect(server.requests).toEqual([]);
  });

  test('when the certificate is for another host, or has expired', async () => {
    for (const certificate of [createCertificate('elsewhere.test'), createCertificate('localhost', 0.5)]) {
      const server = await serveHttp((_, response) => response.end(), certificate);
      closers.push(server.close);
      const error = await failureOf(send(request(`https://localhost:${server.port}/`), {}, { ca: certificate.cert }));
      expect(error).toMatchObject({ kind: 'network', outcome: 'not-sent' });
      expect(server.requests).toEqual([]);
    }
  });

  test('when the server cuts the connection during the TLS handshake', async () => {
    const base = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const error = await failureOf(send(request(base.replace('http:', 'https:'))));
    expect(error).toMatchObject({ kind: 'network', outcome: 'not-sent' });
  });

  test('when the deadline passes during the TLS handshake', async () => {
    const base = await serveRaw(() => undefined);
    const error = await failureOf(send(request(base.replace('http:', 'https:')), { deadlineMs: 60 }));
    expect(error).toMatchObject({ kind: 'network', outcome: 'not-sent' });
  });

  test('when the deadline passes while all connections are busy, and it is not sent later', async () => {
    const held: (() => void)[] = [];
    const { base, requests } = await serve((_, response) => held.push(() => response.end()));
    const http = createNodeHttp({});
    const busy = Array.from({ length: 8 }, () => http.send(request(`${base}/busy`), limits));
    await expect.poll(() => held.length).toBe(8);
    const late = await failureOf(http.send(request(`${base}/late`), { ...limits, deadlineMs: 60 }));
    expect(late).toMatchObject({ kind: 'network', outcome: 'not-sent' });
    held.splice(0).forEach((release) => release());
    await Promise.all(busy);
    const after = http.send(request(`${base}/after`), limits);
    await expect.poll(() => held.length).toBe(1);
    held.splice(0).forEach((release) => release());
    await after;
    expect(requests.filter((line) => line !== 'GET /busy')).toEqual(['GET /after']);
  });

  test('when it was aborted before', async () => {
    const { base, requests } = await serve((_, response) => response.end());
    const error = await failureOf(send(request(base), { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    expect(requests).toEqual([]);
  });

  test('when it is aborted in the turn in which it was to leave, over a connection that is open', async () => {
    const { base, requests } = await serve((_, response) => response.end());
    const http = createNodeHttp({});
    await http.send(request(`${base}/first`), limits);
    const controller = new AbortController();
    const sending = http.send(request(`${base}/second`), { ...limits, signal: controller.signal });
    controller.abort();
    expect(await failureOf(sending)).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    await http.send(request(`${base}/third`), limits);
    expect(requests).toEqual(['GET /first', 'GET /third']);
  });

  test('when a header cannot be sent', async () => {
    const { base, requests } = await serve((_, response) => response.end());
    const error = await failureOf(send(request(base, { headers: { 'x-key': 'canary\r\nx: y' } })));
    expect(error).toMatchObject({ outcome: 'not-sent' });
    expect(JSON.stringify(error)).not.toContain('canary');
    expect(requests).toEqual([]);
  });
});

describe('nobody knows what became of it, and the error says so', () => {
  test('when the connection is reset after the request was sent, which is sent once', async () => {
    let heads = 0;
    const base = await serveRaw((socket) => {
      socket.on('data', () => {
        heads += 1;
        socket.resetAndDestroy();
      });
    });
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      heads = 0;
      expect(await failureOf(send(request(base, { method })))).toMatchObject({ kind: 'network', outcome: 'unknown' });
      expect(heads).toBe(1);
    }
  });

  test('when a kept connection dies with the next request on it, which is not sent again', async () => {
    const heads: string[] = [];
    const base = await serveRaw((socket) => {
      socket.on('data', (chunk) => {
        heads.push(String(chunk).split('\r\n')[0] ?? '');
        if (heads.length > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      });
    });
    const http = createNodeHttp({});
    expect(text(await http.send(request(`${base}/first`), limits))).toBe('{}');
    const error = await failureOf(http.send(request(`${base}/second`, { method: 'DELETE' }), limits));
    expect(error).toMatchObject({ kind: 'network', outcome: 'unknown' });
    expect(heads).toEqual(['GET /first HTTP/1.1', 'DELETE /second HTTP/1.1']);
  });

  test('when the deadline passes before the answer', async () => {
    const { base } = await serve(() => undefined);
    expect(await failureOf(send(request(base), { deadlineMs: 60 }))).toEqual({
      kind: 'network',
      outcome: 'unknown',
      message: `GET ${base}/: ${base.slice(7)} did not answer within 60 ms`,
    });
  });

  test('when the server sends a byte now and then for longer than the deadline', async () => {
    let drip: NodeJS.Timeout | undefined;
    const { base } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      drip = setInterval(() => response.write('x'), 20);
    });
    const error = await failureOf(send(request(base), { deadlineMs: 150 }));
    clearInterval(drip);
    expect(error).toMatchObject({ kind: 'network', outcome: 'unknown' });
  });

  test('when it is aborted on the way', async () => {
    const controller = new AbortController();
    const { base } = await serve(() => controller.abort());
    const error = await failureOf(send(request(base), { signal: controller.signal }));
    expect(error).toMatchObject({ kind: 'aborted', outcome: 'unknown' });
  });

  test('when half a body arrives', async () => {
    for (const head of ['content-length: 100', 'transfer-encoding: chunked']) {
      const base = await serveRaw((socket) =>
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n5\r\n{"a":`)),
      );
      const error = await failureOf(send(request(base)));
      expect(error).toMatchObject({ kind: 'network', outcome: 'unknown' });
    }
  });

  test('when the answer is not HTTP', async () => {
    const base = await serveRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    const error = await failureOf(send(request(base)));
    expect(error).toMatchObject({ kind: 'network', outcome: 'unknown' });
  });

  test('when the headers never end', async () => {
    const base = await serveRaw((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)),
    );
    const error = await failureOf(send(request(base)));
    expect(error).toMatchObject({ kind: 'network', outcome: 'unknown' });
  });
});

describe('a body', () => {
  const payload = JSON.stringify({ text: 'é'.repeat(1_000) });

  test.each([
    ['gzip', gzipSync(payload)],
    ['deflate', deflateSync(payload)],
    ['deflate', deflateRawSync(payload)],
    ['identity', Buffer.from(payload)],
  ])('in %s is inflated', async (encoding, body) => {
    const { base } = await serve((_, response) => response.setHeader('content-encoding', encoding).end(body));
    expect(text(await send(request(base)))).toBe(payload);
  });

  test('that inflates to more than the limit is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const { base } = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb));
    expect(await failureOf(send(request(base)))).toEqual({
      kind: 'bad-response',
      outcome: 'unknown',
      message: `GET ${base}/: an answer of more than 1048576 bytes when inflated`,
    });
  });

  test('of 50 MB is refused by its length, before it is read', async () => {
    const { base } = await serve((_, response) => response.end(Buffer.alloc(50_000_000)));
    expect(await failureOf(send(request(base)))).toMatchObject({ kind: 'bad-response', outcome: 'unknown' });
  });

  test('of 50 MB without a length is cut off at the limit', async () => {
    let written = 0;
    const base = await serveRaw((socket) => {
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const fill = (): void => {
        while (socket.writable && written < 50_000_000 && socket.write(chunk)) written += 65_536;
      };
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        fill();
      });
      socket.on('drain', fill);
    });
    expect(await failureOf(send(request(base)))).toMatchObject({ kind: 'bad-response', outcome: 'unknown' });
    expect(written).toBeLessThan(20_000_000);
  });

  test.each([
    ['gzip', Buffer.from('not gzip')],
    ['gzip', gzipSync(payload).subarray(0, 30)],
    ['gzip, gzip', gzipSync(gzipSync(payload))],
    ['br', Buffer.from('x')],
  ])('that claims %s and is not is refused', async (encoding, body) => {
    const { base } = await serve((_, response) => response.setHeader('content-encoding', encoding).end(body));
    expect(await failureOf(send(request(base)))).toMatchObject({ kind: 'bad-response', outcome: 'unknown' });
  });

  test('that is HTML arrives as it is, for the caller to judge', async () => {
    const { base } = await serve((_, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    const answer = await send(request(base));
    expect([answer.status, text(answer)]).toEqual([502, '<html>bad gateway</html>']);
  });
});

test('a trusted certificate is accepted', async () => {
  const certificate = createCertificate('localhost');
  const server = await serveHttp((_, response) => response.end('{}'), certificate);
  closers.push(server.close);
  const answer = await send(request(`https://localhost:${server.port}/`), {}, { ca: certificate.cert });
  expect(text(answer)).toBe('{}');
});
