import type { WireUrl } from './ports.js';

/** What must not be in a fixture. */
export type Scrubbing = {
  /** Texts that are removed wherever they stand: keys, listen keys, account numbers. */
  readonly secrets: readonly string[];
  /** Further names of members whose values are removed; case, `_` and `-` do not matter. */
  readonly names: readonly string[];
};

/** A payload without secrets, addresses and the values of telling members. Numbers become 0, so that its shape stays. */
export function scrubPayload(payload: string, { secrets, names }: Scrubbing): string {
  const telling = new Set([...tellingNames, ...names].map(bare));
  const blank = (whole: string, mark: string, name: string, value: string): string => {
    if (!telling.has(bare(name))) return whole;
    const empty = /^-?\d/.test(value) ? '0' : `${mark}${scrubbed}${mark}`;
    return whole.slice(0, whole.length - value.length) + empty;
  };
  return removeTexts(payload, secrets).replace(member, blank).replace(nestedMember, blank).replace(email, scrubbed);
}

/** An address without what is secret or signed: of the query only plain values of harmless names stay. */
export function scrubUrl(url: WireUrl, { secrets, names }: Scrubbing): string {
  const telling = new Set([...tellingNames, ...signingNames, ...names].map(bare));
  const path = url.pathname.split('/').map((part) => (isToken(part) ? scrubbed : part));
  const query = [...new URLSearchParams(url.search)].filter(
    ([name, value]) => plainName.test(name) && plainValue.test(value) && !telling.has(bare(name)) && !isToken(value),
  );
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const text = `${url.protocol}//${url.host}${path.join('/')}${search === '' ? '' : `?${search}`}`;
  return removeTexts(text, secrets).replace(email, scrubbed);
}

const scrubbed = '[scrubbed]';

const tellingNames = [
  ...['apiKey', 'apiSecret', 'accessKey', 'key', 'secret', 'secretKey', 'signature', 'sign', 'passphrase', 'password'],
  ...['token', 'accessToken', 'refreshToken', 'jwt', 'listenKey', 'authorization', 'cookie', 'session', 'sessionId'],
  ...['uid', 'userId', 'user', 'username', 'account', 'accountId', 'subAccount', 'subAccountId', 'memberId', 'owner'],
  ...['email', 'phone', 'mobile', 'ip', 'ipList', 'address'],
];

const signingNames = ['timestamp', 'recvWindow', 'nonce', 'expires', 'auth', 'newClientOrderId', 'origClientOrderId'];

/** A member of a JSON text whose value is text, a number or a flat list: `"uid": 354937868`. */
const member = /(")([\w-]+)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|\[[^[\]{}]*\])/g;

/** The same in a JSON text inside a JSON text: `\"uid\":354937868`. */
const nestedMember = /(\\")([\w-]+)\\"\s*:\s*(\\"(?:[^"\\]|\\\\.)*\\"|-?\d[\d.eE+-]*)/g;

// Bounded, so that a long run of letters is not read again from each of them.
const email = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[a-z]{2,24}/gi;
const plainName = /^[A-Za-z]\w{0,30}$/;
const plainValue = /^[\w.,:-]{1,40}$/;

/** A long run of letters and digits, such as a listen key or a signature. */
function isToken(text: string): boolean {
  return /[\dA-Za-z+/=_-]{20,}/.test(text) && /\d/.test(text) && /[A-Za-z]/.test(text);
}

function bare(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}

/** Removes texts as they are, as a URL shows them and as JSON shows them. Short ones would blot out the payload. */
function removeTexts(from: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const longestFirst = [...new Set(forms)].filter((form) => form.length >= 4).sort((a, b) => b.length - a.length);
  let text = from;
  for (const form of longestFirst) text = text.replaceAll(form, scrubbed);
  return text;
}
