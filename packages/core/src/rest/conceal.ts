import type { WireRequest } from '../ports/ports.js';

/**
 * A venue's words made fit for a message: one line, at most 300 characters,
 * and without what signing added to the request (keys, tokens, signatures), which some venues echo.
 */
export function conceal(words: string, added: readonly string[]): string {
  let text = words;
  for (const secret of added) text = text.replaceAll(secret, '[secret]');
  text = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return text.length > longest ? `${text.slice(0, longest)}\u2026` : text;
}

/** The texts of a signed request that the unsigned one lacks, longest first. Names of parameters are no secrets. */
export function addedBySigning(unsigned: WireRequest, signed: WireRequest): readonly string[] {
  const known = new Set([...textsOf(unsigned), ...new URLSearchParams(signed.url.search).keys()]);
  const added = new Set(textsOf(signed).filter((text) => !known.has(text)));
  return [...added].sort((first, second) => second.length - first.length);
}

const longest = 300;

// Shorter texts, and times, are no secrets and would blot out ordinary words.
const shortest = 8;
const time = /^\d{1,13}$/;

function textsOf({ url, body, headers }: WireRequest): readonly string[] {
  const whole = [...Object.values(headers), url.search, body];
  const parts = whole.flatMap((text) => text.split(/[\s?&=",:{}]+/));
  return parts.flatMap((part) => [part, unescaped(part)]).filter((part) => part.length >= shortest && !time.test(part));
}

function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
