import { describe, expect, test } from 'vitest';

import { guardPorts } from '../src/ports/guard.js';
import { nodePorts } from '../src/ports/node.js';
import type { Ports } from '../src/ports/ports.js';

const limits = { deadlineMs: 1_000, maxBytes: 1_000, pool: 'data' } as const;

/** Ports whose network answers everything, and the addresses that got through the guard. */
function guarded(sandbox: boolean): { ports: Ports; reached: string[] } {
  const reached: string[] = [];
  const answer = { status: 200, headers: new Map<string, string>(), body: new Uint8Array() };
  const open: Ports = {
    ...nodePorts(),
    http: {
      send: async ({ url }) => {
        reached.push(url.href);
        return answer;
      },
    },
    ws: {
      open: (url) => {
        reached.push(url.href);
        return { send: () => undefined, ping: () => undefined, close: () => undefined };
      },
    },
  };
  return { reached, ports: guardPorts(open, { sandbox }) };
}

async function attempt(ports: Ports, text: string): Promise<void> {
  const url = new URL(text);
  if (/^wss?:/.test(text)) {
    ports.ws.open(url, { open: none, frame: none, pong: none, close: none }, { maxBytes: 1 });
    return;
  }
  await ports.http.send({ method: 'GET', url, body: '', headers: {} }, limits);
}

function none(): void {
  // No events are sent.
}

describe('live', () => {
  test.each([
    'https://api.venue.com/api/v3/time',
    'wss://stream.venue.com:9443/ws',
    'https://8.8.8.8/',
    'https://100.63.0.1/',
    'https://172.32.0.1/',
    'https://192.1.0.1/',
    'https://198.20.0.1/',
    'https://[2606:4700::1111]/',
  ])('%s is reached', async (url) => {
    const { ports, reached } = guarded(false);
    await attempt(ports, url);
    expect(reached).toEqual([url]);
  });

  test.each([
    'http://api.venue.com/',
    'ws://stream.venue.com/',
    'ftp://api.venue.com/',
    'file:///etc/passwd',
    'wss://user:password@stream.venue.com/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://api.localhost/',
    'https://gateway/',
    'https://metadata.google.internal/',
    'https://router.local/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[2001:db8::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
  ])('%s is refused before anything is sent', async (url) => {
    const { ports, reached } = guarded(false);
    await expect(attempt(ports, url)).rejects.toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    expect(reached).toEqual([]);
  });
});

describe('in a sandbox', () => {
  test.each([
    'http://127.0.0.1:8080/api',
    'https://127.9.9.9/',
    'ws://localhost:8080/ws',
    'wss://venue.localhost/ws',
    'http://[::1]:8080/',
  ])('%s is reached', async (url) => {
    const { ports, reached } = guarded(true);
    await attempt(ports, url);
    expect(reached).toEqual([url]);
  });

  test.each([
    'https://api.venue.com/',
    'wss://stream.venue.com/ws',
    'http://10.0.0.1/',
    'http://127.0.0.1.venue.com/',
    'http://localhost.venue.com/',
    'ftp://127.0.0.1/',
  ])('%s is refused before anything is sent', async (url) => {
    const { ports, reached } = guarded(true);
    await expect(attempt(ports, url)).rejects.toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    expect(reached).toEqual([]);
  });
});

test('a host that was reached is refused all the same with a user name, and in plain text', async () => {
  const { ports, reached } = guarded(false);
  await attempt(ports, 'https://venue.com/first');
  await attempt(ports, 'https://venue.com/second');
  for (const url of ['https://user:key@venue.com/', 'http://venue.com/', 'ws://venue.com/']) {
    await expect(attempt(ports, url)).rejects.toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
  }
  expect(reached).toEqual(['https://venue.com/first', 'https://venue.com/second']);
});

test('a refusal says what to do, and shows neither query nor password', async () => {
  await expect(attempt(guarded(false).ports, 'https://127.0.0.1/order?signature=canary')).rejects.toThrow(
    /^GET https:\/\/127\.0\.0\.1\/order: 127\.0\.0\.1 is not a public host; for an emulator pass sandbox: true$/,
  );
  await expect(attempt(guarded(false).ports, 'wss://user:canary@venue.com/ws')).rejects.toThrow(
    /^OPEN wss:\/\/venue\.com\/ws: an address must not hold a user name or a password$/,
  );
});

test('the other ports are left as they are', () => {
  const ports = nodePorts();
  const { http: _http, ws: _ws, ...others } = guardPorts(ports, { sandbox: false });
  expect(ports).toMatchObject(others);
});
