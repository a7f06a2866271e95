import { toBase64, type Crypto } from '@hb/connector-core';
import { refuse, type ApiKey, type VenueRequest } from '@hb/connector-testkit';

const toleranceMs = 5_000;

type Parts = { readonly crypto: Crypto; readonly keys: ReadonlyMap<string, ApiKey>; readonly now: number };

/** The key that signed a request. Throws what the gateway says otherwise. https://www.kucoin.com/docs-new/authentication */
export function findKey({ crypto, keys, now }: Parts, request: VenueRequest): ApiKey {
  const [apiKey, signature, timestamp, passphrase, version] = names.map((name) => request.headers.get(name));
  if (!apiKey || !signature || !timestamp || !passphrase) {
    throw unauthorized(400001, 'Please check the header of your request for KC-API-KEY and the like.');
  }
  const key = keys.get(apiKey);
  if (key === undefined) throw unauthorized(400003, 'KC-API-KEY not exists');
  const isTimely = /^\d{13}$/.test(timestamp) && Math.abs(now - Number(timestamp)) < toleranceMs;
  if (!isTimely) throw unauthorized(400002, 'Invalid KC-API-TIMESTAMP');
  if (version !== '2' && version !== '3') throw unauthorized(400009, 'Invalid KC-API-KEY-VERSION');
  const signed = (text: string) => toBase64(crypto.hmac('sha256', key.signer, text));
  if (passphrase !== signed(key.passphrase ?? '')) throw unauthorized(400004, 'Invalid KC-API-PASSPHRASE');
  if (signature !== signed(timestamp + toSignedText(request))) throw unauthorized(400005, 'Invalid KC-API-SIGN');
  return key;
}

const names = ['key', 'sign', 'timestamp', 'passphrase', 'key-version'].map((name) => `kc-api-${name}`);

/** "The URL must use the content that has not been URL-encoded." https://www.kucoin.com/docs-new/authentication */
function toSignedText({ method, path, query, body }: VenueRequest): string {
  return `${method}${decodeURIComponent(query === '' ? path : `${path}?${query}`)}${body}`;
}

function unauthorized(code: number, message: string) {
  return refuse(String(code), message, 401);
}
