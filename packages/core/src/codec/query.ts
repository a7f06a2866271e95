import { alphanumeric, consistsOf } from './letters.js';

/**
 * A query or form text in the order of the members: `symbol=BTCUSDT&limit=5`; members that are `undefined` are left out.
 * Everything but letters, digits and `-._~` is escaped (RFC 3986).
 * Throws a `TypeError` that names the member for what is not text, a plain number or true or false.
 */
export function encodeQuery(params: Parameters): string {
  let text = '';
  for (const name of Object.keys(params)) {
    const value = params[name];
    if (value === undefined) continue;
    if (text !== '') text += '&';
    text += `${escape(name)}=${escape(toParameter(name, value))}`;
  }
  return text;
}

/**
 * A path with its `{name}` parts filled from `params`, and the params left for the query or the body.
 * Throws a `TypeError` for a part that has no value, or one that would lead to another path: empty, `.` and `..`.
 */
export function fillPath(template: string, params: Parameters): { readonly path: string; readonly rest: Parameters } {
  if (!template.includes('{')) return { path: template, rest: params };
  const used = new Set<string>();
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    used.add(name);
    const text = toParameter(name, params[name]);
    if (/^\.{0,2}$/.test(text)) throw new TypeError(`parameter ${name} of ${template} cannot be '${text}'`);
    return escape(text);
  });
  const rest = Object.entries(params).filter(([name]) => !used.has(name));
  return { path, rest: Object.fromEntries(rest) };
}

/**
 * The params that travel as headers, as text, and those left for the query or the body; `undefined` ones are left out.
 * Throws a `TypeError` that names the member for what is not text, a plain number or true or false.
 */
export function takeHeaders(
  names: readonly string[],
  params: Parameters,
): { readonly headers: Readonly<Record<string, string>>; readonly rest: Parameters } {
  if (names.length === 0) return { headers: {}, rest: params };
  const isHeader = ([name, value]: readonly [string, unknown]): boolean => names.includes(name) && value !== undefined;
  const headers = Object.entries(params)
    .filter(isHeader)
    .map(([name, value]): [string, string] => [name, toParameter(name, value)]);
  const rest = Object.entries(params).filter(([name]) => !names.includes(name));
  return { headers: Object.fromEntries(headers), rest: Object.fromEntries(rest) };
}

type Parameters = Readonly<Record<string, unknown>>;

function toParameter(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') throw new TypeError(`parameter ${name} is ${kindOf(value)}: pass its text`);
  const text = String(value);
  if (Number.isSafeInteger(value)) return text;
  // Digits and an exponent, such as 1e-7, mean nothing to most venues.
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new TypeError(`parameter ${name} is ${text}: pass its text`);
  return text;
}

function kindOf(value: unknown): string {
  return value === undefined || value === null ? `${value}` : typeof value;
}

function escape(text: string): string {
  if (isPlain(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Most of what is sent needs no escaping. */
const isPlain = consistsOf(`${alphanumeric}_.~-`);
