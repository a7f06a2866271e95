import { ConnectorError, toBase64, toUtf8, withQuery } from '@hb/connector-core';
import type { Params, Private, Secret, UnixMs, WireRequest } from '@hb/connector-core';

import type { Options } from './endpoints.js';

/** An API key with one of: the secret of an HMAC key, the private key of an Ed25519 key (PKCS#8 PEM). @see https://developers.binance.com/docs/binance-spot-api-docs/faqs/api_key_types */
export type Credentials = { readonly apiKey: string; readonly apiSecret?: Secret; readonly privateKey?: Secret };
type Account = Private<Options, Credentials>;

/** Appends times, unless there are some, and the signature of query and body. Throws `auth`. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security */
export function sign(p: Account, request: WireRequest): WireRequest {
  const told = request.url.search.slice(1);
  const query = `&${told}`.includes('&timestamp=') ? told : `${told}${told && '&'}${toTimes(validity(p))}`;
  const url = withQuery(request.url, `${query}&signature=${encodeURIComponent(signatureOf(p, query + request.body))}`);
  return { ...request, url, headers: { 'X-MBX-APIKEY': p.credentials.apiKey, ...request.headers } };
}

/** Adds times, key and the signature of all in alphabetical order. Throws `auth`. @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/request-security */
export function signParams(p: Account, params: Params): Params {
  const all = Object.entries<unknown>({ apiKey: p.credentials.apiKey, ...validity(p), ...params });
  const sent = all.filter(([, value]) => value !== undefined);
  const payload = sent.map(([name, value]) => `${name}=${String(value)}`).sort();
  return { signature: signatureOf(p, payload.join('&')), ...Object.fromEntries(sent) };
}

/** Refused from `timestamp + recvWindow` on, however long it waits to be sent. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security */
export function validity({ now, options }: Account, deadline?: UnixMs): { recvWindow: number; timestamp: UnixMs } {
  const timestamp = Math.floor(now());
  const window = deadline === undefined ? options.recvWindowMs : Math.floor(deadline - timestamp);
  return { recvWindow: Math.min(Math.max(window, 1), 60_000), timestamp };
}

const toTimes = (of: ReturnType<typeof validity>): string => `recvWindow=${of.recvWindow}&timestamp=${of.timestamp}`;

function signatureOf({ credentials: { apiSecret, privateKey }, crypto }: Account, payload: string): string {
  if (apiSecret && !privateKey) return crypto.hmacHex('sha256', apiSecret, payload);
  if (privateKey && !apiSecret) return toBase64(crypto.ed25519(privateKey, toUtf8(payload)));
  const error = { kind: 'auth', outcome: 'not-sent', operation: 'binance sign' } as const;
  throw new ConnectorError(`needs apiSecret or privateKey and has ${apiSecret ? 'both' : 'neither'}`, error);
}
