import { encodeJson } from '../codec/json.js';
import { encodeQuery, fillPath, takeHeaders } from '../codec/query.js';
import type { WireRequest } from '../ports/ports.js';
import { toWireUrl, type HostAddress } from './wire-url.js';
import type { Endpoint, Params } from '../spec/endpoint.js';

/**
 * The text of a request before it is signed. Parameters fill the path and headers, the others go to the query, a form or
 * a JSON body; without any there is no body.
 * Throws a `TypeError` that names a parameter which cannot be sent as it is.
 */
export function toRequest(at: Endpoint, params: Params, host: HostAddress): WireRequest {
  const { method, path: template } = splitEndpoint(at);
  const { path, rest: unplaced } = fillPath(template, params);
  const { headers, rest } = takeHeaders(at.headers ?? [], unplaced);
  const encoding = at.encoding ?? (method === 'GET' || method === 'DELETE' ? 'query' : 'json');
  if (encoding === 'query') return { method, url: toWireUrl(host, path, encodeQuery(rest)), body: '', headers };
  if (at.body !== undefined) {
    const { [at.body]: whole, ...others } = rest;
    const url = toWireUrl(host, path, encodeQuery(others));
    return { method, url, body: encodeJson(whole), headers: { ...headers, 'content-type': contentTypes.json } };
  }
  const url = toWireUrl(host, path, '');
  const body = encodeBody(encoding, rest);
  return { method, url, body, headers: body === '' ? headers : { ...headers, 'content-type': contentTypes[encoding] } };
}

/** `POST /api/v3/order` as its method and its path. */
export function splitEndpoint({ at }: Endpoint): { readonly method: string; readonly path: string } {
  const space = at.indexOf(' ');
  return { method: at.slice(0, space), path: at.slice(space + 1) };
}

const contentTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const;

function encodeBody(encoding: 'form' | 'json', params: Params): string {
  if (encoding === 'form') return encodeQuery(params);
  return Object.values(params).some((value) => value !== undefined) ? encodeJson(params) : '';
}
