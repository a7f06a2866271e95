import { oracleIds, type OracleId, type Violation } from './history.js';
import type { Action, Plan, PlannedFault } from './plan.js';
import { runPlan, type RunOptions, type RunResult } from './run.js';
import { shrink } from './shrink.js';

/** A failure that was found once, as a file that every test run replays. */
export type Regression = {
  readonly connector: string;
  /** What did not hold, and how it showed when it was found. */
  readonly oracle: OracleId;
  readonly what: string;
  readonly plan: Plan;
};

/** The smallest plan that fails by the same oracle as `found`, with what it shows. */
export async function toRegression<O, C, W>(
  found: RunResult,
  options: RunOptions<O, C, W> & { readonly mostRuns?: number },
): Promise<Regression> {
  const [first] = found.violations;
  if (first === undefined) throw new RangeError('this run found nothing wrong');
  const { oracle } = first;
  let last: Violation = first;
  const plan = await shrink(found.plan, {
    ...(options.mostRuns !== undefined && { mostRuns: options.mostRuns }),
    fails: async (candidate) => {
      const { violations } = await runPlan(candidate, options);
      const same = violations.find((violation) => violation.oracle === oracle);
      last = same ?? last;
      return same !== undefined;
    },
  });
  return { connector: options.fixture.spec.id, oracle, what: last.what, plan };
}

/** Decoded JSON as a regression. Throws a `TypeError` for anything else. */
export function readRegression(json: unknown): Regression {
  if (!isRecord(json)) throw malformed('an object');
  const { connector, oracle, what, plan } = json;
  const known = oracleIds.find((id) => id === oracle);
  if (typeof connector !== 'string' || typeof what !== 'string' || known === undefined) throw malformed('its head');
  if (!isPlan(plan)) throw malformed('a plan of version 1');
  return { connector, oracle: known, what, plan };
}

function isPlan(value: unknown): value is Plan {
  if (!isRecord(value) || value['version'] !== 1 || typeof value['seed'] !== 'number') return false;
  const { settings, actions, faults } = value;
  return isSettings(settings) && isListOf(actions, isAction) && isListOf(faults, isFault);
}

const numbers = ['faultsMs', 'livenessMs', 'lagMs', 'noiseEveryMs', 'requestTimeoutMs', 'auditEveryMs'] as const;
const kinds = ['place', 'cancel', 'amend', 'cancel-all', 'refresh', 'look', 'rewatch', 'restart'];

function isSettings(value: unknown): value is Plan['settings'] {
  return (
    isRecord(value) && numbers.every((name) => typeof value[name] === 'number') && Array.isArray(value['latencyMs'])
  );
}

function isAction(value: unknown): value is Action {
  return isRecord(value) && typeof value['at'] === 'number' && kinds.some((kind) => kind === value['kind']);
}

function isFault(value: unknown): value is PlannedFault {
  if (!isRecord(value)) return false;
  return typeof value['id'] === 'string' && typeof value['at'] === 'number' && typeof value['forMs'] === 'number';
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(what: string): TypeError {
  return new TypeError(`a regression file without ${what}`);
}
