import { guardPorts } from './guard.js';
import { createNodeClock } from './node-clock.js';
import { createNodeCrypto } from './node-crypto.js';
import { createNodeDisk } from './node-disk.js';
import { createNodeHttp } from './node-http.js';
import { createNodeRandom } from './node-random.js';
import { readProxy } from './node-proxy.js';
import { createNodeWs } from './node-ws.js';
import type { Log, Ports } from './ports.js';

/** The way out of this machine. */
export type NodePortsOptions = {
  /** `http://user:password@host:port`: all connections go through it, or fail. */
  readonly proxy?: string;
  /** The address of this machine that connections leave from. */
  readonly localAddress?: string;
  /** Nothing is written when left out. */
  readonly log?: Log;
  /** Guards hosts as `guardPorts` does; when left out it is for the connector to guard them. */
  readonly sandbox?: boolean;
};

/** The ports of a Node process: its sockets, clocks, files and secure random numbers. Throws a `TypeError` for a proxy it cannot use. */
export function nodePorts(options: NodePortsOptions = {}): Ports {
  const { localAddress, sandbox } = options;
  const net = { localAddress, proxy: options.proxy === undefined ? undefined : readProxy(options.proxy) };
  const ports: Ports = {
    clock: createNodeClock(),
    http: createNodeHttp(net),
    ws: createNodeWs(net),
    disk: createNodeDisk(),
    crypto: createNodeCrypto(),
    random: () => createNodeRandom(),
    log: options.log ?? (() => undefined),
  };
  return sandbox === undefined ? ports : guardPorts(ports, { sandbox });
}

let shared: Ports | undefined;

/** The ports that connectors of this process share unless they are given others, so that they share connections too. */
export function systemPorts(): Ports {
  shared ??= nodePorts();
  return shared;
}
