import { toBase64 } from '@hb/connector-core';
import type { Private, Secret, WireRequest } from '@hb/connector-core';

import type { Options } from './endpoints.js';

/** An API key with the passphrase that was chosen for it. @see https://www.kucoin.com/docs-new/authentication */
export type Credentials = { readonly apiKey: string; readonly apiSecret: Secret; readonly passphrase: Secret };

type Account = Private<Options, Credentials>;

/** Adds key, time and the signatures of request and passphrase. Orders are dated anew, as they may have waited: "equal to KC-API-TIMESTAMP". @see https://www.kucoin.com/docs-new/authentication, https://www.kucoin.com/docs-new/api-3470188 */
export function sign({ crypto, credentials, options, now }: Account, request: WireRequest): WireRequest {
  const timestamp = Math.floor(now());
  const signed = (text: string | Secret): string => toBase64(crypto.hmac('sha256', credentials.apiSecret, text));
  const left = (at: string, ms: string): number => Math.max(Number(at) + Number(ms) - timestamp, 1);
  const body = request.body.replace(dated, (_, at: string, ms: string) => toDated(timestamp, left(at, ms)));
  // The text before it was escaped for the URL.
  const target = decodeURIComponent(`${request.url.pathname}${request.url.search}`);
  const headers = {
    'KC-API-KEY': credentials.apiKey,
    'KC-API-SIGN': signed(`${timestamp}${request.method}${target}${body}`),
    'KC-API-TIMESTAMP': String(timestamp),
    'KC-API-PASSPHRASE': signed(credentials.passphrase),
    'KC-API-KEY-VERSION': options.keyVersion,
  };
  return { ...request, body, headers: { ...headers, ...request.headers } };
}

const toDated = (at: number | string, ms: number | string) => `"clientTimestamp":${at},"allowMaxTimeWindow":${ms}`;
const dated = new RegExp(toDated('(\\d+)', '(\\d+)'), 'g');
