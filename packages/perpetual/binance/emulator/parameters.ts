import { invalidValues, toParameterRefusal, type Refused } from '@hb/binance-emulation';
import { createParameters, refuse } from '@hb/connector-testkit';
import type { Parameter, ParameterProblem, Parameters, VenueRefusal } from '@hb/connector-testkit';

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order */
export const clientIdForm = '^[.A-Z:/a-z0-9_-]{1,36}$';

const invalid: ReadonlyMap<string, Refused> = new Map<string, Refused>([
  ...invalidValues,
  ['positionSide', [-4060, 'Invalid position side.']],
]);
const clientIds = ['newClientOrderId', 'clientOrderId'];

export function toParameters(pairs: readonly Parameter[]): Parameters {
  return createParameters(pairs, toRefusal);
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
function toRefusal(problem: ParameterProblem): VenueRefusal {
  if (problem.type === 'malformed' && clientIds.includes(problem.name)) {
    return refuse(-4015, 'Client order id is not valid.');
  }
  if (problem.type === 'too-precise') return refuse(-1111, 'Precision is over the maximum defined for this asset.');
  return toParameterRefusal(problem, invalid);
}
