import type { Endpoint, Lane } from '../spec/endpoint.js';
import { toAddress, toHostAddress, type Address } from './wire-url.js';

/** What is the same for all requests to an endpoint. */
export type Route = {
  readonly at: Endpoint;
  readonly method: string;
  /** As the endpoint has it, `{name}` and all; over a stream the name of the method. */
  readonly path: string;
  readonly isOverStream: boolean;
  /** `undefined` where there is no such host. */
  readonly host: Address | undefined;
  /** Of the path, where no parameter is a part of it. */
  readonly address: Address | undefined;
  readonly lane: Lane;
  /** As errors name it: `binance POST /api/v3/order`. */
  readonly operation: string;
};

/** Reads an endpoint when it is first asked for. */
export function createRoutes(id: string, addresses: Readonly<Record<string, string>>): (at: Endpoint) => Route {
  const hosts = new Map(Object.entries(addresses).map(([name, address]) => [name, toHostAddress(address)]));
  const routes = new WeakMap<Endpoint, Route>();
  return (at) => {
    const known = routes.get(at);
    if (known !== undefined) return known;
    const route = toRoute(id, at, hosts.get(at.host ?? 'rest'));
    routes.set(at, route);
    return route;
  };
}

function toRoute(id: string, at: Endpoint, host: Address | undefined): Route {
  const space = at.at.indexOf(' ');
  const method = at.at.slice(0, space);
  const path = at.at.slice(space + 1);
  const address = host === undefined || path.includes('{') ? undefined : toAddress(host, path);
  const isOverStream = method === 'RPC';
  return { at, method, path, isOverStream, host, address, lane: at.lane ?? 'data', operation: `${id} ${at.at}` };
}
