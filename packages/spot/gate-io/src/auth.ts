import { toHex } from '@hb/connector-core';
import type { Private, Secret, WireRequest } from '@hb/connector-core';

import type { Options } from './endpoints.js';

/** An APIv4 key with its secret. @see https://www.gate.com/docs/developers/apiv4/en/#generate-api-key */
export type Credentials = { readonly apiKey: string; readonly apiSecret: Secret };
type Account = Private<Options, Credentials>;

/** Adds key, time and the signature of method, path, query, body and time as headers. @see https://www.gate.com/docs/developers/apiv4/en/#apiv4-signed-request-requirements */
export function sign(p: Account, request: WireRequest): WireRequest {
  const { method, url, body, headers } = request;
  const Timestamp = String(toSeconds(p.now()));
  // The venue signs the query as it is before it is escaped.
  const query = decodeURIComponent(url.search.slice(1));
  const bodyHash = toHex(p.crypto.hash('sha512', body));
  const SIGN = signatureOf(p, [method, url.pathname, query, bodyHash, Timestamp].join('\n'));
  return { ...request, headers: { KEY: p.credentials.apiKey, Timestamp, SIGN, ...headers } };
}

/** Of one subscription of one channel: `{ "method": "api_key", "KEY": "…", "SIGN": "…" }`. @see https://www.gate.com/docs/developers/apiv4/ws/en/#authentication */
export function signChannel(p: Account, { channel, event, time }: Subscription): object {
  const SIGN = signatureOf(p, `channel=${channel}&event=${event}&time=${time}`);
  return { method: 'api_key', KEY: p.credentials.apiKey, SIGN };
}

type Subscription = { readonly channel: string; readonly event: string; readonly time: number };

/** Of the login that requests over the socket need, as its payload. @see https://www.gate.com/docs/developers/apiv4/ws/en/#login */
export function signLogin(p: Account, channel: string, time: number): object {
  const signature = signatureOf(p, ['api', channel, '', String(time)].join('\n'));
  return { api_key: p.credentials.apiKey, signature, timestamp: String(time) };
}

/** Times of requests are whole seconds. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}

function signatureOf({ credentials, crypto }: Account, text: string): string {
  return crypto.hmacHex('sha512', credentials.apiSecret, text);
}
