import { invalidValues, toParameterRefusal, type Refused } from '@hb/binance-emulation';
import { createParameters, refuse, type Parameter, type Parameters } from '@hb/connector-testkit';

/** Text that the venue shows as the legal range of a parameter. https://developers.binance.com/docs/binance-spot-api-docs/errors#-1100-illegal_chars */
export const forms = {
  symbol: '^[A-Z0-9-_.]{1,20}$',
  symbols: '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$',
  id: '^[a-zA-Z0-9-_]{1,36}$',
} as const;

const invalid: ReadonlyMap<string, Refused> = new Map<string, Refused>([
  ...invalidValues,
  ['symbolStatus', [-1122, 'Invalid symbolStatus.']],
  ['cancelRestrictions', [-1145, 'Invalid cancelRestrictions']],
]);

export function toParameters(pairs: readonly Parameter[]): Parameters {
  return createParameters(pairs, (problem) => toParameterRefusal(problem, invalid));
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

/** Throws -1102 for two parameters of which one is needed. */
export function missingEither(one: string, other: string): never {
  throw refuse(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
}
