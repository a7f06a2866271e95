import { encodeJson } from '../codec/json.js';
import { encodeQuery, fillPath, takeHeaders } from '../codec/query.js';
import type { WireRequest } from '../ports/ports.js';
import type { Params } from '../spec/endpoint.js';
import type { Route } from './route.js';
import { toAddress, toWireUrl, type Address } from './wire-url.js';

/**
 * The text of a request before it is signed. Parameters fill the path and headers, the others go to the query, a form or
 * a JSON body; without any there is no body.
 * Throws a `TypeError` that names a parameter which cannot be sent as it is, or a host that does not exist.
 */
export function toRequest(route: Route, params: Params): WireRequest {
  const { at, method } = route;
  const { address, rest: unplaced } = findAddress(route, params);
  const { headers, rest } = takeHeaders(at.headers ?? none, unplaced);
  const encoding = at.encoding ?? (method === 'GET' || method === 'DELETE' ? 'query' : 'json');
  if (encoding === 'query') return { method, url: toWireUrl(address, encodeQuery(rest)), body: '', headers };
  if (at.body !== undefined) {
    const { [at.body]: whole, ...others } = rest;
    const url = toWireUrl(address, encodeQuery(others));
    return { method, url, body: encodeJson(whole), headers: { 'content-type': contentTypes.json, ...headers } };
  }
  const url = toWireUrl(address, '');
  const body = encodeBody(encoding, rest);
  return { method, url, body, headers: body === '' ? headers : { 'content-type': contentTypes[encoding], ...headers } };
}

function findAddress({ at, path: template, host, address }: Route, params: Params): { address: Address; rest: Params } {
  if (address !== undefined) return { address, rest: params };
  if (host === undefined) throw new TypeError(`there is no host '${at.host ?? 'rest'}'`);
  const { path, rest } = fillPath(template, params);
  return { address: toAddress(host, path), rest };
}

const none: readonly string[] = [];
const contentTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const;

function encodeBody(encoding: 'form' | 'json', params: Params): string {
  if (encoding === 'form') return encodeQuery(params);
  return Object.values(params).some((value) => value !== undefined) ? encodeJson(params) : '';
}
