import { ConnectorError } from '../errors/connector-error.js';
import type { LimitUse } from '../model/metrics.js';
import type { Charge, Lane, Pool, Usage } from '../spec/endpoint.js';
import type { Claim, Gate, Hold, Part } from './claim.js';
import { toLimits, type Limit } from './limits.js';
import type { Registry } from './registry.js';

/**
 * What part of every limit of ten units or more data leaves to orders and cancels, and what part of every limit
 * these leave to data. Of every pool, since only a venue's charges tell in time which pools serve both.
 */
const reserved = 0.1;

/** Turns charges by pool name into claims on gates. */
type Tariff = {
  /** Throws a `TypeError` for an unknown pool, `invalid-request` for a charge that can never fit. */
  readonly claim: (charge: Charge, lane: Lane, symbol: string | undefined) => Claim;
  /** Adds what the venue counted and we did not, of `symbol` in pools by symbol; returns how many counters that raised. */
  readonly raise: (usage: readonly Usage[], now: number, symbol?: string) => number;
  /** Stops the pools of `charge`, or everything. */
  readonly freeze: (until: number, charge: Charge | undefined) => void;
  readonly use: (now: number) => readonly LimitUse[];
};

type TariffOptions = {
  readonly pools: Readonly<Record<string, Pool>>;
  /** Where the counters of a pool are kept. */
  readonly registryOf: (scope: Pool['scope']) => Registry;
  /** Where this user's own units are counted when `share` is below 1. */
  readonly own: Registry;
  readonly share: number;
  readonly marginMs: number;
};

/** A gate as one user meets it. */
type Passage = Limit & { readonly gate: Gate; readonly forData: number; readonly isOwn: boolean };

type PoolEntry = {
  readonly name: string;
  readonly hold: Hold;
  readonly isPerSymbol: boolean;
  /** By symbol, or under '' where the pool is not counted by symbol. */
  readonly passages: Map<string, readonly Passage[]>;
  readonly passagesOf: (symbol: string | undefined) => readonly Passage[];
};

export function createTariff(options: TariffOptions): Tariff {
  const entries = new Map(
    Object.entries(options.pools).map(([name, pool]) => [name, createEntry(name, pool, options)]),
  );
  // Of all pools, and of requests that charge none.
  const everything = options.own.hold('');

  const entryOf = (name: string): PoolEntry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new TypeError(`unknown pool ${name}; there are: ${[...entries.keys()].join(', ')}`);
    return entry;
  };

  // Most endpoints charge the same object every time.
  const claims = {
    cancel: new WeakMap<Charge, Claim>(),
    order: new WeakMap<Charge, Claim>(),
    data: new WeakMap<Charge, Claim>(),
  };

  return {
    claim: (charge, lane, symbol) => {
      const known = claims[lane].get(charge);
      if (known !== undefined) return known;
      const parts: Part[] = [];
      const holds: Hold[] = [everything];
      let isReusable = true;
      for (const [name, units] of Object.entries(charge)) {
        const entry = entryOf(name);
        if (!(units >= 0 && units < Infinity)) throw new TypeError(`pool ${name} is charged ${units}`);
        holds.push(entry.hold);
        if (entry.isPerSymbol) isReusable = false;
        if (units === 0) continue;
        for (const passage of entry.passagesOf(symbol)) parts.push(toPart(name, passage, { units, lane }));
      }
      const claim: Claim = { lane, parts, holds };
      if (isReusable) claims[lane].set(charge, claim);
      return claim;
    },
    raise: (usage, now, symbol) => {
      let raised = 0;
      for (const { pool, perMs, used } of usage) {
        // Without a symbol, a pool by symbol cannot be raised: nobody says whose count it is.
        const entry = entries.get(pool);
        for (const passage of entry?.passages.get(entry.isPerSymbol ? (symbol ?? '') : '') ?? []) {
          if (passage.isOwn || (passage.perMs ?? perMs) !== perMs || !Number.isFinite(used)) continue;
          const missing = used - passage.gate.counter.used(now);
          if (missing <= 0) continue;
          passage.gate.counter.add(now, missing);
          raised += 1;
        }
      }
      return raised;
    },
    freeze: (until, charge) => {
      const pools = charge === undefined ? [...entries.values()] : Object.keys(charge).map(entryOf);
      const holds = pools.map(({ hold }) => hold);
      if (charge === undefined) holds.push(everything);
      for (const hold of holds) hold.until = Math.max(hold.until, until);
    },
    use: (now) => [...entries.values()].flatMap((entry) => useOf(entry, now)),
  };
}

function createEntry(name: string, pool: Pool, options: TariffOptions): PoolEntry {
  const registry = options.registryOf(pool.scope);
  const limits = toLimits(name, pool, options.marginMs);
  const ownLimits = options.share === 1 ? [] : toLimits(name, toShare(pool, options.share), options.marginMs);
  const passages = new Map<string, readonly Passage[]>();
  const isPerSymbol = pool.per === 'symbol';

  const create = (symbol: string): readonly Passage[] => [
    ...limits.map((limit) => toPassage(limit, registry.gate(`${name} ${symbol} ${limit.key}`, limit.createCounter))),
    ...ownLimits.map((limit) => ({
      ...toPassage(limit, options.own.gate(`own ${name} ${symbol} ${limit.key}`, limit.createCounter)),
      isOwn: true,
    })),
  ];

  const passagesOf = (symbol: string | undefined): readonly Passage[] => {
    const key = isPerSymbol ? (symbol ?? '*') : '';
    const known = passages.get(key);
    if (known !== undefined) return known;
    const created = create(key);
    passages.set(key, created);
    return created;
  };

  if (!isPerSymbol) passagesOf(undefined);
  return { name, hold: registry.hold(name), isPerSymbol, passages, passagesOf };
}

/** The pool as large as one user's share of it, though never below one unit. */
function toShare(pool: Pool, share: number): Pool {
  const scale = (limit: number): number => Math.min(limit, Math.max(1, limit * share));
  if ('windows' in pool) {
    return { ...pool, windows: pool.windows.map(({ limit, perMs }) => ({ limit: scale(limit), perMs })) };
  }
  return { ...pool, capacity: scale(pool.capacity), refillPerMs: pool.refillPerMs * share };
}

function toPassage(limit: Limit, gate: Gate): Passage {
  return { ...limit, gate, isOwn: false, forData: limit.limit - Math.floor(limit.limit * reserved) };
}

function toPart(
  pool: string,
  { gate, limit, perMs, isOwn, forData }: Passage,
  { units, lane }: { readonly units: number; readonly lane: Lane },
): Part {
  if (units > limit) {
    const per = perMs === undefined ? '' : ` per ${perMs} ms`;
    const message = `${units} units are above what pool ${pool} ever holds: ${limit}${per}${isOwn ? ', our share' : ''}`;
    throw new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation: 'throttler' });
  }
  return {
    gate,
    units,
    limit,
    // A data request that is larger than the part open to data goes when it is alone.
    ceiling: lane === 'data' ? Math.max(units, forData) : limit,
    dataShare: Math.max(units, limit * reserved),
  };
}

function useOf({ name, hold, passages }: PoolEntry, now: number): readonly LimitUse[] {
  const frozenForMs = Math.max(0, hold.until - now);
  return [...passages].flatMap(([symbol, all]) =>
    all
      .filter(({ isOwn }) => !isOwn)
      .map(({ gate, limit, perMs }) => ({
        pool: symbol === '' ? name : `${name}:${symbol}`,
        used: gate.counter.used(now),
        limit,
        ...(perMs !== undefined && { perMs }),
        frozenForMs,
      })),
  );
}
