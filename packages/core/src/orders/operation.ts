import type { Operation } from '../model/liquidity.js';
import { fromFailure } from './failure.js';
import type { OperationFacts } from './record.js';

/** A change of liquidity as a caller sees it. */
export function toOperation({
  signed: _signed,
  deadline: _deadline,
  failure,
  ...operation
}: OperationFacts): Operation {
  if (failure === undefined) return Object.freeze(operation);
  return Object.freeze({ ...operation, error: fromFailure(failure, operation.operationId) });
}

/** Whether nothing is under way any more. */
export function isOperationOver({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'not-sent';
}
