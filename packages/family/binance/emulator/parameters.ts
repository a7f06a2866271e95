import { readQuery, refuse } from '@hb/connector-testkit';
import type { Parameter, ParameterProblem, VenueRefusal, VenueRequest } from '@hb/connector-testkit';

/** `-1117`, `'Invalid side.'` */
export type Refused = readonly [code: number, message: string];

/** Refusals of a value that is none of those allowed, by parameter: those that every product has. https://developers.binance.com/docs/binance-spot-api-docs/errors#11xx---request-issues */
export const invalidValues: ReadonlyMap<string, Refused> = new Map<string, Refused>([
  ['side', [-1117, 'Invalid side.']],
  ['type', [-1116, 'Invalid orderType.']],
  ['timeInForce', [-1115, 'Invalid timeInForce.']],
  ['interval', [-1120, 'Invalid interval.']],
]);

/**
 * https://developers.binance.com/docs/binance-spot-api-docs/errors#11xx---request-issues
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code#11xx---request-issues
 */
export function toParameterRefusal(problem: ParameterProblem, invalid: ReadonlyMap<string, Refused>): VenueRefusal {
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
      return refuse(...(invalid.get(name) ?? [-1130, `Data sent for parameter '${name}' is not valid.`]));
    case 'too-low':
      return refuse(-1130, `Data sent for parameter '${name}' is not valid.`);
  }
}

/** Throws -1102. */
export function missing(name: string): never {
  throw toParameterRefusal({ type: 'missing', name }, invalidValues);
}

/** Throws -1100 for an escape that is none. */
export function readPairs(text: string): readonly Parameter[] {
  const pairs = readQuery(text);
  if (pairs === undefined) throw refuse(-1100, 'Illegal characters found in a parameter.');
  return pairs;
}

/** What a request sends: a name that is in the query counts there, not in the body. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-api-information */
export function readRequest({ query, body }: Pick<VenueRequest, 'query' | 'body'>): readonly Parameter[] {
  const inQuery = readPairs(query);
  const names = new Set(inQuery.map(([name]) => name));
  return [...inQuery, ...readPairs(body).filter(([name]) => !names.has(name))];
}
