import { createParameters, readQuery, refuse } from '@hb/connector-testkit';
import type { Parameter, ParameterProblem, Parameters, VenueRefusal } from '@hb/connector-testkit';

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order */
export const clientIdForm = '^[.A-Z:/a-z0-9_-]{1,36}$';

/** Refusals of a value that is none of those allowed, where the documentation lists one for the parameter. */
const invalid: Readonly<Record<string, readonly [code: number, message: string]>> = {
  side: [-1117, 'Invalid side.'],
  type: [-1116, 'Invalid orderType.'],
  timeInForce: [-1115, 'Invalid timeInForce.'],
  interval: [-1120, 'Invalid interval.'],
  positionSide: [-4060, 'Invalid position side.'],
};

export function toParameters(pairs: readonly Parameter[]): Parameters {
  return createParameters(pairs, toRefusal);
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code#11xx---request-issues */
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
      return name === 'newClientOrderId' || name === 'clientOrderId'
        ? refuse(-4015, 'Client order id is not valid.')
        : refuse(-1100, `Illegal characters found in parameter '${name}'; legal range is '${problem.form}'.`);
    case 'too-precise':
      return refuse(-1111, 'Precision is over the maximum defined for this asset.');
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

/** Throws -1102. */
export function missing(name: string): never {
  throw toRefusal({ type: 'missing', name });
}
