import type { Proxy } from './node-proxy.js';
import type { Http } from './ports.js';

export type NodeNetOptions = {
  readonly proxy?: Proxy | undefined;
  /** The address of this machine that connections leave from. */
  readonly localAddress?: string | undefined;
  /** A root certificate in PEM that is trusted besides the usual ones. */
  readonly ca?: string | undefined;
};

/** HTTP/1.1. What speaks it takes a while to load, and is loaded with the first request. */
export function createNodeHttp(options: NodeNetOptions): Http {
  let pools: Http | undefined;
  const load = async (): Promise<Http> => {
    const { createPools } = await import('./node-pools.js');
    return (pools ??= createPools(options));
  };
  return {
    // Later ones leave in the turn in which they are sent.
    send: (request, limits) =>
      pools === undefined ? load().then((loaded) => loaded.send(request, limits)) : pools.send(request, limits),
  };
}
