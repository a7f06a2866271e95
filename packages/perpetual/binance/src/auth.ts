import { ConnectorError, toBase64, toUtf8, withQuery } from '@hb/connector-core';
import type { Private, Secret, UnixMs, WireRequest } from '@hb/connector-core';

import { endpoints, type Options } from './endpoints.js';

/** An API key with one of: the secret of an HMAC key, the private key of an Ed25519 key (PKCS#8 PEM). @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#signed-endpoint-security */
export type Credentials = { readonly apiKey: string; readonly apiSecret?: Secret; readonly privateKey?: Secret };
type Account = Private<Options, Credentials>;

const unsigned = endpoints.openStream.at.split(' ')[1];

/** Appends times, unless there are some, and the signature of the query; the account stream takes the key alone. Throws `auth`. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#endpoint-security-type */
export function sign(p: Account, request: WireRequest): WireRequest {
  const headers = { 'X-MBX-APIKEY': p.credentials.apiKey, ...request.headers };
  if (request.url.pathname === unsigned) return { ...request, headers };
  const told = request.url.search.slice(1);
  const query = `&${told}`.includes('&timestamp=') ? told : `${told}${told && '&'}${toTimes(validity(p))}`;
  const url = withQuery(request.url, `${query}&signature=${encodeURIComponent(signatureOf(p, query))}`);
  return { ...request, url, headers };
}

/** Refused from `timestamp + recvWindow` on, however long it waits to be sent. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#timing-security */
export function validity({ now, options }: Account, deadline?: UnixMs): { recvWindow: number; timestamp: UnixMs } {
  const timestamp = Math.floor(now());
  const window = deadline === undefined ? options.recvWindowMs : Math.floor(deadline - timestamp);
  return { recvWindow: Math.min(Math.max(window, 1), 60_000), timestamp };
}

const toTimes = (of: ReturnType<typeof validity>): string => `recvWindow=${of.recvWindow}&timestamp=${of.timestamp}`;

function signatureOf({ credentials: { apiSecret, privateKey }, crypto }: Account, payload: string): string {
  if (apiSecret && !privateKey) return crypto.hmacHex('sha256', apiSecret, payload);
  if (privateKey && !apiSecret) return toBase64(crypto.ed25519(privateKey, toUtf8(payload)));
  const error = { kind: 'auth', outcome: 'not-sent', operation: 'binance_perpetual sign' } as const;
  throw new ConnectorError(`needs apiSecret or privateKey and has ${apiSecret ? 'both' : 'neither'}`, error);
}
