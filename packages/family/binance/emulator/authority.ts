import { toBase64, toHex, toUtf8, type Crypto } from '@hb/connector-core';
import { refuse, type ApiKey, type Parameters } from '@hb/connector-testkit';

import { missing } from './parameters.js';

/** What a request needs: `USER_STREAM` a key alone at futures, the others a signature. */
export type Security = 'TRADE' | 'USER_DATA' | 'USER_STREAM';

const defaultWindowMs = 5_000;
const longestWindowMs = 60_000;
const aheadMs = 1_000;
const firstMicroseconds = 1e15;

/**
 * The key of a request. Throws -2014 without one and -2015 for one that is unknown or may not do this.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#endpoint-security-type
 */
export function findKey(keys: ReadonlyMap<string, ApiKey>, apiKey: string | undefined, security: Security): ApiKey {
  if (apiKey === undefined || !/^[A-Za-z0-9]+$/.test(apiKey)) throw refuse(-2014, 'API-key format invalid.', 401);
  const key = keys.get(apiKey);
  if (key === undefined || (security === 'TRADE' && !key.canTrade)) {
    throw refuse(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
  }
  return key;
}

/**
 * Throws -1021 outside the window: ahead by a second or more, or older than `recvWindow`.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#timing-security
 */
export function checkTiming(parameters: Parameters, now: number): void {
  const sent = parameters.integer('timestamp') ?? missing('timestamp');
  const timestamp = sent >= firstMicroseconds ? sent / 1_000 : sent;
  const windowMs = Number(parameters.decimal('recvWindow', 3) ?? defaultWindowMs);
  if (windowMs > longestWindowMs) {
    throw refuse(-1102, `'recvWindow' contains unexpected value. Cannot be greater than ${longestWindowMs}.`);
  }
  if (timestamp >= now + aheadMs) {
    throw refuse(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (now - timestamp > windowMs) {
    throw refuse(-1021, 'Timestamp for this request is outside of the recvWindow.');
  }
}

/** Throws -1102 without a signature and -1022 for one of another text. Hexadecimal may be in either case, base64 may not. */
export function checkSignature(crypto: Crypto, { signer }: ApiKey, text: string, signature: string | undefined): void {
  const given = signature ?? missing('signature');
  const isValid =
    signer.kind === 'hmac'
      ? given.toLowerCase() === toHex(crypto.hmac('sha256', signer, text))
      : given === toBase64(crypto.sign('ed25519', signer, toUtf8(text)));
  if (!isValid) throw refuse(-1022, 'Signature for this request is not valid.');
}

/** What REST signs: the query and the body as sent, joined without a separator, less the signature itself. */
export function toSignedText(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body);
}

function withoutSignature(text: string): string {
  return text
    .split('&')
    .filter((pair) => !pair.startsWith('signature='))
    .join('&');
}
