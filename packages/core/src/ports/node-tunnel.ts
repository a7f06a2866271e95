import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import type { Proxy } from './node-proxy.js';

export type TunnelOptions = { readonly localAddress: string | undefined; readonly timeoutMs: number };

/**
 * A connection through a proxy's CONNECT. `target` is `host:port`, IPv6 in brackets.
 * Rejects with an `Error` that names the proxy when it cannot be reached or refuses.
 */
export function openTunnel(proxy: Proxy, target: string, { localAddress, timeoutMs }: TunnelOptions): Promise<Socket> {
  const { host, port } = proxy;
  const from = { host, port, ...(localAddress !== undefined && { localAddress }) };
  const socket = proxy.secure ? connectTls({ ...from, rejectUnauthorized: true }) : connectTcp(from);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    let head = Buffer.alloc(0);

    function fail(problem: string): void {
      end();
      // Errors that follow have nobody left to tell.
      socket.on('error', () => undefined).destroy();
      reject(new Error(`proxy ${host}:${port}: ${problem}`));
    }
    function end(): void {
      clearTimeout(timer);
      socket.off('data', onData).off('error', onError).off('close', onClose);
    }
    function onError(error: Error): void {
      fail(error.message);
    }
    function onClose(): void {
      fail('closed the connection');
    }
    function onData(chunk: Buffer): void {
      head = Buffer.concat([head, chunk]);
      const refusal = refusalOf(head);
      if (refusal === undefined) return;
      if (refusal !== '') {
        fail(refusal);
        return;
      }
      end();
      resolve(socket);
    }

    socket.on('data', onData).on('error', onError).on('close', onClose).setNoDelay(true);
    socket.once(proxy.secure ? 'secureConnect' : 'connect', () => socket.write(connectRequest(proxy, target)));
  });
}

const longestHead = 16_384;

function connectRequest({ authorization }: Proxy, target: string): string {
  const login = authorization === undefined ? '' : `proxy-authorization: ${authorization}\r\n`;
  return `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${login}\r\n`;
}

/** Why the proxy's answer is no tunnel: '' when it is one, `undefined` while it is incomplete. */
function refusalOf(head: Buffer): string | undefined {
  const end = head.indexOf('\r\n\r\n');
  if (end < 0) return head.length > longestHead ? 'an answer without an end' : undefined;
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1')) ?? [];
  if (status === undefined) return 'an answer that is not HTTP';
  if (!status.startsWith('2')) return `refused with HTTP ${status}`;
  return head.length > end + 4 ? 'data before the tunnel was used' : '';
}
