import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { WebSocket } from 'ws';

import type { NodeNetOptions } from './node-http.js';
import { connectTimeoutMs, tlsOptions } from './node-tls.js';
import { openTunnel } from './node-tunnel.js';
import type { WsLimits } from './ports.js';

type Opening = { readonly url: URL; readonly limits: WsLimits; readonly through: Socket | undefined };

/** The tunnel through the proxy, where there is one. Rejects as `openTunnel` does. */
export async function openWay({ proxy, localAddress }: NodeNetOptions, url: URL): Promise<Socket | undefined> {
  if (proxy === undefined) return undefined;
  return openTunnel(proxy, targetOf(url), { localAddress, timeoutMs: connectTimeoutMs });
}

/** A websocket that connects, through that way. Throws for an address that is none. */
export function createSocket(options: NodeNetOptions, opening: Opening): WebSocket {
  try {
    return new WebSocket(opening.url, socketOptions(options, opening));
  } catch (error) {
    opening.through?.destroy();
    throw error;
  }
}

const plain = {
  closeTimeout: 2_000,
  handshakeTimeout: connectTimeoutMs,
  perMessageDeflate: false,
  followRedirects: false,
  // Frames reach a decoder that refuses what is not UTF-8, and one such frame must not end a connection.
  skipUTF8Validation: true,
} as const;

function socketOptions(options: NodeNetOptions, { url, limits, through }: Opening): WebSocket.ClientOptions {
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
