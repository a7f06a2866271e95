import { refuse } from './refusal.js';

/** What a request sent, by name. Every reader throws the venue's refusal for a value of the wrong form. */
export interface Parameters {
  readonly names: readonly string[];
  /** As sent; `undefined` when it was not. */
  text(name: string): string | undefined;
  required(name: string): string;
  /** Plain decimal text with at most `digits` decimal places that count. */
  decimal(name: string, digits: number): string | undefined;
  requiredDecimal(name: string, digits: number): string;
  integer(name: string): number | undefined;
  boolean(name: string, otherwise: boolean): boolean;
  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined;
  /** Between 1 and `most`; a higher one counts as `most`. */
  limit(otherwise: number, most: number): number;
  /** `["BTCUSDT","ETHUSDT"]`. */
  list(name: string): readonly string[] | undefined;
  /** A client order id. */
  id(name: string): string | undefined;
  /** Throws -1106 for each of these that was sent. */
  refuseOthers(names: readonly string[], keep: readonly string[]): void;
}

/** Text that the venue shows as the legal range of a parameter. https://developers.binance.com/docs/binance-spot-api-docs/errors#-1100-illegal_chars */
const ranges = {
  decimal: '^([0-9]{1,20})(\\.[0-9]{1,20})?$',
  integer: '^[0-9]{1,20}$',
  symbol: '^[A-Z0-9-_.]{1,20}$',
  symbols: '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$',
  id: '^[a-zA-Z0-9-_]{1,36}$',
} as const;

/** Throws -1101 when a name comes twice and -1105 when a value is empty. */
export function createParameters(pairs: readonly (readonly [name: string, value: string])[]): Parameters {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (values.has(name)) throw refuse(-1101, 'Duplicate values for a parameter detected.');
    if (value === '') throw refuse(-1105, `Parameter '${name}' was empty.`);
    values.set(name, value);
  }
  const text = (name: string) => values.get(name);
  function inRange(name: string, range: string): string | undefined {
    const value = text(name);
    if (value === undefined || new RegExp(range).test(value)) return value;
    throw refuse(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
  }
  function decimal(name: string, digits: number): string | undefined {
    const value = inRange(name, ranges.decimal);
    const places = value?.split('.')[1]?.replace(/0+$/, '').length ?? 0;
    if (places > digits) throw refuse(-1111, `Parameter '${name}' has too much precision.`);
    return value;
  }
  function integer(name: string): number | undefined {
    const value = inRange(name, ranges.integer);
    return value === undefined ? undefined : Number(value);
  }
  return {
    names: [...values.keys()],
    text,
    required: (name) => (name === 'symbol' ? inRange(name, ranges.symbol) : text(name)) ?? missing(name),
    decimal,
    requiredDecimal: (name, digits) => decimal(name, digits) ?? missing(name),
    integer,
    boolean: (name, otherwise) => (readOneOf(name, text(name), ['true', 'false']) ?? String(otherwise)) === 'true',
    oneOf: (name, allowed) => readOneOf(name, text(name), allowed),
    limit(otherwise, most) {
      const value = integer('limit') ?? otherwise;
      if (value < 1) throw refuse(-1130, "Data sent for parameter 'limit' is not valid.");
      return Math.min(value, most);
    },
    list(name) {
      const value = inRange(name, ranges.symbols);
      return value?.slice(2, -2).split('","');
    },
    id: (name) => inRange(name, ranges.id),
    refuseOthers(names, keep) {
      const other = names.find((name) => values.has(name) && !keep.includes(name));
      if (other !== undefined) throw refuse(-1106, `Parameter '${other}' sent when not required.`);
    },
  };
}

/** Pairs of a query or a form, in order. Throws -1100 for an escape that is none. */
export function readPairs(text: string): readonly (readonly [string, string])[] {
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [unescape(pair), ''] : [unescape(pair.slice(0, at)), unescape(pair.slice(at + 1))];
  });
}

/** Throws -1101 or -1104 when something else was sent than an endpoint knows. */
export function refuseUnknown(parameters: Parameters, known: readonly string[]): void {
  const sent = parameters.names.length;
  const read = parameters.names.filter((name) => known.includes(name)).length;
  if (read === sent) return;
  if (sent > known.length)
    throw refuse(-1101, `Too many parameters; expected '${known.length}' and received '${sent}'.`);
  throw refuse(-1104, `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`);
}

/** Throws -1102. */
export function missing(name: string): never {
  throw refuse(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

/** Throws -1102 for two parameters of which one is needed. */
export function missingEither(one: string, other: string): never {
  throw refuse(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
}

/** Throws what the documentation lists for that parameter, or else -1130. */
function readOneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find((each) => each === value);
  if (known !== undefined) return known;
  const [code, message] = invalid[name] ?? [-1130, `Data sent for parameter '${name}' is not valid.`];
  throw refuse(code, message);
}

const invalid: Readonly<Record<string, readonly [code: number, message: string]>> = {
  side: [-1117, 'Invalid side.'],
  type: [-1116, 'Invalid orderType.'],
  timeInForce: [-1115, 'Invalid timeInForce.'],
  interval: [-1120, 'Invalid interval.'],
  symbolStatus: [-1122, 'Invalid symbolStatus.'],
  cancelRestrictions: [-1145, 'Invalid cancelRestrictions'],
};

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
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refuse(-1100, 'Illegal characters found in a parameter.');
  }
}
