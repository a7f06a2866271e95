import { readObject } from './message.js';

/** A parameter as it was sent. */
export type Parameter = readonly [name: string, value: string];

/** What is wrong with a parameter, for the venue to say in its words. */
export type ParameterProblem = { readonly name: string } & (
  | { readonly type: 'missing' | 'duplicate' | 'empty' }
  /** Not of this form, a regular expression: `'^[0-9]{1,20}$'`. */
  | { readonly type: 'malformed'; readonly form: string }
  /** More decimal places that count than `digits`. */
  | { readonly type: 'too-precise'; readonly digits: number }
  /** None of the values that it may have. */
  | { readonly type: 'unknown-value'; readonly value: string }
  /** A limit below 1. */
  | { readonly type: 'too-low' }
);

/** What a request sent, by name. Every reader throws the venue's refusal for a value of the wrong form. */
export interface Parameters {
  readonly names: readonly string[];
  /** As sent; `undefined` when it was not. */
  text(name: string): string | undefined;
  /** Text of a form. */
  matching(name: string, form: string): string | undefined;
  required(name: string, form?: string): string;
  /** Plain decimal text with at most `digits` decimal places that count. */
  decimal(name: string, digits: number): string | undefined;
  requiredDecimal(name: string, digits: number): string;
  integer(name: string): number | undefined;
  boolean(name: string, otherwise: boolean): boolean;
  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined;
  requiredOneOf<T extends string>(name: string, values: readonly T[]): T;
  /** The parameter `limit`, 1 or more; one above `most` counts as `most`. */
  limit(otherwise: number, most: number): number;
}

const decimalForm = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const integerForm = '^[0-9]{1,20}$';

const patterns = new Map<string, RegExp>();

function toPattern(form: string): RegExp {
  const pattern = patterns.get(form) ?? new RegExp(form);
  patterns.set(form, pattern);
  return pattern;
}

/** Throws what `toRefusal` makes of a name that comes twice or a value that is empty. */
export function createParameters(
  pairs: readonly Parameter[],
  toRefusal: (problem: ParameterProblem) => Error,
): Parameters {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (values.has(name)) throw toRefusal({ type: 'duplicate', name });
    if (value === '') throw toRefusal({ type: 'empty', name });
    values.set(name, value);
  }
  const text = (name: string) => values.get(name);
  const need = <T>(name: string, value: T | undefined): T => {
    if (value === undefined) throw toRefusal({ type: 'missing', name });
    return value;
  };
  function matching(name: string, form: string): string | undefined {
    const value = text(name);
    if (value === undefined || toPattern(form).test(value)) return value;
    throw toRefusal({ type: 'malformed', name, form });
  }
  function decimal(name: string, digits: number): string | undefined {
    const value = matching(name, decimalForm);
    const places = value?.split('.')[1]?.replace(/0+$/, '').length ?? 0;
    if (places > digits) throw toRefusal({ type: 'too-precise', name, digits });
    return value;
  }
  function integer(name: string): number | undefined {
    const value = matching(name, integerForm);
    return value === undefined ? undefined : Number(value);
  }
  function oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = text(name);
    const known = allowed.find((each) => each === value);
    if (value !== undefined && known === undefined) throw toRefusal({ type: 'unknown-value', name, value });
    return known;
  }
  return {
    names: [...values.keys()],
    text,
    matching,
    required: (name, form) => need(name, form === undefined ? text(name) : matching(name, form)),
    decimal,
    requiredDecimal: (name, digits) => need(name, decimal(name, digits)),
    integer,
    boolean: (name, otherwise) => (oneOf(name, ['true', 'false']) ?? String(otherwise)) === 'true',
    oneOf,
    requiredOneOf: (name, allowed) => need(name, oneOf(name, allowed)),
    limit(otherwise, most) {
      const value = integer('limit') ?? otherwise;
      if (value < 1) throw toRefusal({ type: 'too-low', name: 'limit' });
      return Math.min(value, most);
    },
  };
}

/** Pairs of a query or a form, in order; `undefined` when an escape is none. */
export function readQuery(text: string): readonly Parameter[] | undefined {
  if (text === '') return [];
  if (!isEncoded(text)) return undefined;
  return text.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [unescape(pair), ''] : [unescape(pair.slice(0, at)), unescape(pair.slice(at + 1))];
  });
}

/** The members of a JSON object: text as it is, all else as its JSON. `undefined` for text that is no object. */
export function readJson(text: string): readonly Parameter[] | undefined {
  const value = readObject(text);
  return value === undefined ? undefined : toPairs(value);
}

/** `{ "symbol": "BTCUSDT", "limit": 5 }` as `symbol`, `BTCUSDT` and `limit`, `5`. */
export function toPairs(value: object): readonly Parameter[] {
  return Object.entries(value).map(([name, member]): Parameter => {
    return [name, typeof member === 'string' ? member : JSON.stringify(member)];
  });
}

/** Whether every escape of a text is one. */
export function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function unescape(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
