import { alphanumeric, consistsOf } from '../codec/letters.js';
import type { WireUrl } from '../ports/ports.js';

/** An address that is read once: `https://api.venue.com`, perhaps with a path. `parts` where text can be put behind it as it is. */
export type Address = {
  readonly text: string;
  readonly parts: Omit<WireUrl, 'href' | 'search'> | undefined;
};

export function toHostAddress(address: string): Address {
  const text = address.replace(/\/$/, '');
  if (!URL.canParse(text)) return { text, parts: undefined };
  const { href, ...parts } = toParts(new URL(text));
  const pathname = parts.pathname.replace(/\/$/, '');
  const isPlain = href.replace(/\/$/, '') === text && parts.origin + pathname === text;
  return { text, parts: isPlain ? { ...parts, pathname } : undefined };
}

/** The address of a path at a host. */
export function toAddress({ text, parts }: Address, path: string): Address {
  const isPlain = parts !== undefined && isPlainPath(path);
  return { text: text + path, parts: isPlain ? { ...parts, pathname: parts.pathname + path } : undefined };
}

/**
 * What a URL would make of the text; `query` as `encodeQuery` writes it. To have it read takes longer than anything else that
 * a request needs, and plain text needs no reading.
 */
export function toWireUrl({ text, parts }: Address, query: string): WireUrl {
  if (parts === undefined) return toParts(new URL(query === '' ? text : `${text}?${query}`));
  return put(parts, parts.pathname, query);
}

/** The same address with another query, escaped already: `symbol=BTCUSDT&limit=5`. */
export function withQuery(url: WireUrl, query: string): WireUrl {
  const isPlain = url.username === '' && url.password === '' && url.origin !== 'null';
  if (isPlain && isPlainQuery(query)) return put(url, url.pathname, query);
  const [address = ''] = url.href.split(/[?#]/);
  return toParts(new URL(query === '' ? address : `${address}?${query}`));
}

function put(parts: Omit<WireUrl, 'href' | 'search' | 'pathname'>, pathname: string, query: string): WireUrl {
  const { origin, protocol, host, hostname, username, password } = parts;
  const search = query === '' ? '' : `?${query}`;
  return { href: origin + pathname + search, origin, protocol, username, password, host, hostname, pathname, search };
}

function toParts({ href, origin, protocol, username, password, host, hostname, pathname, search }: URL): WireUrl {
  return { href, origin, protocol, username, password, host, hostname, pathname, search };
}

/** Letters that a URL leaves as they are; a part that begins with a dot may lead to another path. https://url.spec.whatwg.org/#path-percent-encode-set */
function isPlainPath(path: string): boolean {
  return path.startsWith('/') && hasPlainLetters(path) && !path.includes('/.');
}

const hasPlainLetters = consistsOf(`${alphanumeric}/_.~!$&'()*+,;=:@-`);

/** https://url.spec.whatwg.org/#special-query-percent-encode-set */
const isPlainQuery = consistsOf(`${alphanumeric}_.~!$&()*+,;=:@/?%-`);
