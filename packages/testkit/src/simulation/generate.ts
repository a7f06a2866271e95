import { createRandom, type Random } from '../random.js';
import { catalogue, everyFault } from './catalogue.js';
import { crashIds } from './faults/crashes.js';
import type { FaultKind } from './faults/kind.js';
import type { Action, PlaceAction, Plan, PlannedFault, PlanSettings } from './plan.js';

/** How large a plan is, and what may be in it. */
export type Scale = {
  readonly actions: number;
  readonly faults: number;
  readonly faultsMs: number;
  readonly livenessMs: number;
  /** Whether the script starts the connector anew, and whether it may end without being stopped. */
  readonly restarts: boolean;
  readonly crashes: boolean;
  /** Of perpetuals: some orders close positions, and faults are about margin too. */
  readonly onMargin?: boolean;
  /** Of the catalogue; all when left out. */
  readonly only?: readonly string[];
};

/** How much happens in one seed. */
export const standardScale: Scale = {
  actions: 64,
  faults: 108,
  faultsMs: 60_000,
  livenessMs: 120_000,
  restarts: true,
  crashes: true,
};

/** The same on perpetuals, where a connector asks for funding payments every 5 min in case that it was not told of one. */
export const marginScale: Scale = { ...standardScale, livenessMs: 360_000, onMargin: true };

/** The plan of a seed: which faults there can be at all, and how many, is drawn too. */
export function generate(seed: number, given: Scale = standardScale): Plan {
  const random = createRandom(seed).fork('plan');
  const isCalm = random.fork('calm').chance(0.4);
  const scale = isCalm ? { ...given, crashes: false } : given;
  const settings = drawSettings(random.fork('settings'), scale);
  const actions = drawActions(random.fork('actions'), scale);
  return { version: 1, seed, settings, actions, faults: drawFaults(random.fork('faults'), scale, actions) };
}

function drawSettings(random: Random, { faultsMs, livenessMs }: Scale): PlanSettings {
  const latencies = [
    [1, 20],
    [1, 3],
    [5, 80],
    [20, 300],
  ] as const;
  return {
    faultsMs,
    livenessMs,
    latencyMs: random.pick(latencies),
    lagMs: random.pick([0, 0, 200, 1_500]),
    noiseEveryMs: random.pick([400, 800, 1_600]),
    requestTimeoutMs: 3_000,
    auditEveryMs: random.pick([15_000, 30_000]),
    isShuffled: random.chance(0.5),
    durability: random.pick(['fsync', 'fsync', 'os']),
    syncMs: random.pick([0, 2, 10]),
  };
}

// After some of these in a row a connector waits long before it connects again, as it must; then nothing else can be tried.
export const breaksStreams: ReadonlySet<string> = new Set(['T08', 'T09', 'T11', 'T12', 'T13', 'T14', 'T16', 'P14']);
const mostBreaks = 6;

function drawFaults(
  random: Random,
  { faults, faultsMs, crashes, onMargin = false, only }: Scale,
  actions: readonly Action[],
): readonly PlannedFault[] {
  const allowed = (onMargin ? everyFault : catalogue)
    .filter(({ id }) => only === undefined || only.includes(id))
    .filter(({ id }) => crashes || !crashIds.has(id));
  const isOn = new Map(allowed.map((kind) => [kind, random.fork(kind.id).chance(0.65)]));
  const swarm = allowed.filter((kind) => isOn.get(kind) === true);
  const pool = swarm.length === 0 ? allowed : swarm;
  const calm = pool.filter(({ id }) => !breaksStreams.has(id));
  let breaks = 0;
  return Array.from({ length: faults }, (_, index): PlannedFault => {
    const own = random.fork(`fault ${index}`);
    const kind = pickWeighted(own, breaks >= mostBreaks && calm.length > 0 ? calm : pool);
    breaks += breaksStreams.has(kind.id) ? 1 : 0;
    const { forMs, ...rest } = kind.draw(own);
    const at = drawTime(own, { on: rest.on, actions }) ?? own.integer(0, faultsMs - 2_000);
    return { id: kind.id, at, forMs: Math.min(forMs, faultsMs - at), ...rest };
  }).toSorted(byTime);
}

/** Right before an action that the fault is about, where there is one: at any other time it would meet nothing. */
function drawTime(
  random: Random,
  { on, actions }: { readonly on: string | undefined; readonly actions: readonly Action[] },
): number | undefined {
  const meant = actions.filter(({ kind }) => kind === on);
  return meant.length === 0 ? undefined : Math.max(0, random.pick(meant).at - random.integer(0, 400));
}

function pickWeighted(random: Random, kinds: readonly FaultKind[]): FaultKind {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  return kinds.find(({ weight }) => (left -= weight) < 0) ?? random.pick(kinds);
}

function drawActions(
  random: Random,
  { actions, faultsMs, restarts, crashes, onMargin = false }: Scale,
): readonly Action[] {
  const times = Array.from({ length: actions }, (_, index) => random.fork(`time ${index}`).integer(0, faultsMs - 1));
  times.sort((one, other) => one - other);
  const placed: string[] = [];
  return times.map((at, index) => {
    const own = random.fork(`action ${index}`);
    const recent = placed.slice(-12);
    if (recent.length === 0 || own.chance(0.52)) {
      const order = `o${placed.length + 1}`;
      placed.push(order);
      const closes = onMargin && own.fork('effect').chance(0.3);
      return { at, ...drawPlace(own, order), ...(closes && { closes }) };
    }
    return { at, ...drawOther(own, recent, { restarts, crashes }) };
  });
}

function drawPlace(random: Random, order: string): PlaceAction {
  const common = {
    kind: 'place',
    order,
    market: random.integer(0, 1),
    side: random.pick(['buy', 'sell'] as const),
    times: random.integer(1, 3),
  } as const;
  if (random.chance(0.12)) return { ...common, type: 'market', amountIn: random.pick(['base', 'quote']) };
  return {
    ...common,
    type: 'limit',
    timeInForce: random.pick(['gtc', 'gtc', 'gtc', 'gtc', 'gtc', 'post-only', 'ioc', 'fok']),
    offset: random.integer(-12, 12) / 10,
  };
}

type Other = Exclude<Action, { kind: 'place' }> extends infer A ? (A extends unknown ? Omit<A, 'at'> : never) : never;

function drawOther(
  random: Random,
  orders: readonly string[],
  { restarts, crashes }: Pick<Scale, 'restarts' | 'crashes'>,
): Other {
  const order = random.pick(orders);
  const drawn = random.next();
  if (drawn < 0.5) return { kind: 'cancel', order };
  if (drawn < 0.78) return { kind: 'amend', order, share: random.integer(3, 9) / 10 };
  if (drawn < 0.84) return { kind: 'look', order };
  if (drawn < 0.88) return { kind: 'cancel-all', market: random.integer(0, 1) };
  if (drawn < 0.94 || !restarts) {
    if (random.chance(0.3)) return { kind: 'rewatch', market: random.integer(0, 1), forMs: random.integer(0, 4_000) };
    return { kind: 'refresh', what: random.pick(['balances', 'balances', 'markets']) };
  }
  return {
    kind: 'restart',
    how: crashes ? random.pick(['stop', 'kill', 'power']) : 'stop',
    downMs: random.integer(0, 3_000),
  };
}

function byTime(one: PlannedFault, other: PlannedFault): number {
  return one.at - other.at;
}
