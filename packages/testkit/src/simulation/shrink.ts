import type { Action, Plan, PlannedFault } from './plan.js';

/** What must still fail, and how long to try. */
export type ShrinkOptions = {
  /** Whether a plan still fails in the same way. */
  readonly fails: (plan: Plan) => Promise<boolean>;
  /** Runs at most this often; 400 when left out. */
  readonly mostRuns?: number;
};

/** The smallest plan found that still fails: fewer faults, then fewer actions, then plainer ones. `plan` itself when nothing can go. */
export async function shrink(plan: Plan, { fails, mostRuns = 400 }: ShrinkOptions): Promise<Plan> {
  let runs = 0;
  let best = plan;
  const attempt = async (candidate: Plan): Promise<boolean> => {
    if (runs >= mostRuns) return false;
    runs += 1;
    if (!(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let before = Infinity; sizeIn(best) < before;) {
    before = sizeIn(best);
    await leaveOut(best.faults, (faults) => attempt({ ...best, faults }));
    await leaveOut(best.actions, (actions) => attempt({ ...best, actions }));
    for (const change of plainerSettings) {
      const settings = { ...best.settings, ...change };
      if (JSON.stringify(settings) !== JSON.stringify(best.settings)) await attempt({ ...best, settings });
    }
  }
  await makePlainer(
    () => best.faults,
    plainerFaults,
    (faults) => attempt({ ...best, faults }),
  );
  await makePlainer(
    () => best.actions,
    plainerActions,
    (actions) => attempt({ ...best, actions }),
  );
  return best;
}

function sizeIn({ actions, faults }: Plan): number {
  return actions.length + faults.length;
}

/** Delta debugging: leaves out ever smaller parts of a list for as long as `attempt` says that the rest will do. */
async function leaveOut<T>(list: readonly T[], attempt: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  if (list.length === 0 || (await attempt([]))) return;
  let rest = list;
  for (let parts = 2; ;) {
    const length = Math.ceil(rest.length / parts);
    let isSmaller = false;
    for (let from = 0; from < rest.length;) {
      const without = [...rest.slice(0, from), ...rest.slice(from + length)];
      if (without.length < rest.length && without.length > 0 && (await attempt(without))) {
        rest = without;
        isSmaller = true;
      } else {
        from += length;
      }
    }
    if (length === 1 && !isSmaller) return;
    parts = Math.min(rest.length, isSmaller ? parts : parts * 2);
  }
}

const plainerSettings: readonly Partial<Plan['settings']>[] = [
  { noiseEveryMs: 0 },
  { lagMs: 0 },
  { latencyMs: [1, 1] },
  { isShuffled: false },
];

/** What each fault may be made into, plainest first. */
function plainerFaults({ forMs, times, ...fault }: PlannedFault): readonly PlannedFault[] {
  if (times === undefined || times === 1) return [];
  return [{ ...fault, forMs, times: 1 }];
}

function plainerActions(action: Action): readonly Action[] {
  if (action.kind !== 'place' || action.times === 1) return [];
  return [{ ...action, times: 1 }];
}

async function makePlainer<T>(
  current: () => readonly T[],
  plainer: (one: T) => readonly T[],
  attempt: (changed: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (let index = 0; index < current().length; index += 1) {
    const one = current()[index];
    for (const other of one === undefined ? [] : plainer(one)) {
      if (await attempt(current().map((each, at) => (at === index ? other : each)))) break;
    }
  }
}
