import { createParameters, readQuery, refuse } from '@hb/connector-testkit';
import type { Parameter, ParameterProblem, Parameters, VenueRefusal } from '@hb/connector-testkit';

/** Text that the venue shows as the legal range of a parameter. https://developers.binance.com/docs/binance-spot-api-docs/errors#-1100-illegal_chars */
export const forms = {
  symbol: '^[A-Z0-9-_.]{1,20}$',
  symbols: '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$',
  id: '^[a-zA-Z0-9-_]{1,36}$',
} as const;

/** Refusals of a value that is none of those allowed, where the documentation lists one for the parameter. */
const invalid: Readonly<Record<string, readonly [code: number, message: string]>> = {
  side: [-1117, 'Invalid side.'],
  type: [-1116, 'Invalid orderType.'],
  timeInForce: [-1115, 'Invalid timeInForce.'],
  interval: [-1120, 'Invalid interval.'],
  symbolStatus: [-1122, 'Invalid symbolStatus.'],
  cancelRestrictions: [-1145, 'Invalid cancelRestrictions'],
};

export function toParameters(pairs: readonly Parameter[]): Parameters {
  return createParameters(pairs, toRefusal);
}

/** https://developers.binance.com/docs/binance-spot-api-docs/errors#11xx---request-issues */
function toRefusal(problem: ParameterProblem): VenueRefusal {
  const { name } = problem;
  switch (problem.type) {
    case 'missing':
      return refuse(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
    case 'duplicate':
      return refuse(-1101, 'Duplicate values for a parameter detected.');
    case 'empty':
      return refuse(-1105, `Parameter '${name}' was empty.`);
    case 'malformed':
      return refuse(-1100, `Illegal characters found in parameter '${name}'; legal range is '${problem.form}'.`);
    case 'too-precise':
      return refuse(-1111, `Parameter '${name}' has too much precision.`);
    case 'unknown-value':
      return refuse(...(invalid[name] ?? [-1130, `Data sent for parameter '${name}' is not valid.`]));
    case 'too-low':
      return refuse(-1130, `Data sent for parameter '${name}' is not valid.`);
  }
}

/** Throws -1100 for an escape that is none. */
export function readPairs(text: string): readonly Parameter[] {
  const pairs = readQuery(text);
  if (pairs === undefined) throw refuse(-1100, 'Illegal characters found in a parameter.');
  return pairs;
}

/** `["BTCUSDT","ETHUSDT"]`. */
export function readSymbols(parameters: Parameters): readonly string[] | undefined {
  return parameters.matching('symbols', forms.symbols)?.slice(2, -2).split('","');
}

/** Throws -1106 for each of `names` that was sent, but for those to keep. */
export function refuseOthers(parameters: Parameters, names: readonly string[], keep: readonly string[] = []): void {
  const other = names.find((name) => parameters.text(name) !== undefined && !keep.includes(name));
  if (other !== undefined) throw refuse(-1106, `Parameter '${other}' sent when not required.`);
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
  throw toRefusal({ type: 'missing', name });
}

/** Throws -1102 for two parameters of which one is needed. */
export function missingEither(one: string, other: string): never {
  throw refuse(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
}
