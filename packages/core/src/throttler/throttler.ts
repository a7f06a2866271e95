import type { LimitUse, Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';
import type { Charge, Lane, Pool, Usage } from '../spec/endpoint.js';
import { createRegistry, type Registry } from './registry.js';
import { createScheduler, type Scheduler } from './scheduler.js';
import { createTariff } from './tariff.js';
import { createWaitingRoom } from './waiting-room.js';

export type ThrottlerOptions = {
  readonly clock: Clock;
  readonly pools: Readonly<Record<string, Pool>>;
  /** Where `ip` pools are counted; with nobody else when left out. */
  readonly shared?: SharedPools;
  /** The fraction of every limit that this user may use, above 0 and up to 1, which is the default. */
  readonly share?: number;
  /** Added to every window, against requests that overtake each other on their way; 0 when left out. */
  readonly marginMs?: number;
  readonly meter?: Meter;
};

export type AcquireOptions = {
  readonly lane: Lane;
  /** For pools counted by symbol. */
  readonly symbol?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In `clock.mono()`: a request that cannot go by then is given up. */
  readonly deadline?: number | undefined;
};

/** Holds requests back so that a venue's rate limits are never exceeded. */
export type Throttler = {
  /**
   * Takes the charge from all its pools at once. `undefined`: granted, go. Else it resolves when it is the request's turn.
   * Throws a `TypeError` for an unknown pool and `invalid-request` for a charge above a limit.
   * Rejects as `rate-limited` when the deadline cannot be met, as `aborted` by the signal or by `close`; all `not-sent`.
   */
  acquire: (charge: Charge, options: AcquireOptions) => Promise<void> | undefined;
  /** Takes over what the venue says is used, where that is more than we counted. `symbol`: of which market, for pools by symbol. */
  observe: (usage: readonly Usage[], symbol?: string) => void;
  /** Nothing that charges these pools leaves for `forMs`; nothing at all when no charge is given. */
  freeze: (forMs: number, charge?: Charge) => void;
  /** A throttler with `connection` pools of its own; all else is shared. */
  forConnection: () => Throttler;
  /** What is used of every limit, by whomever. A pool by symbol is listed as `orders:BTCUSDT`. */
  use: () => readonly LimitUse[];
  /** Rejects all that wait here and in views for connections, and whatever comes later. */
  close: () => void;
};

/** Pools that several throttlers count together. They need one clock. */
export type SharedPools = {
  readonly registry: Registry;
  readonly nextId: () => number;
  readonly scheduler: (clock: Clock) => Scheduler;
};

// A venue counts per address, so all connectors of a process that leave by the same door must count together, and
// they share nothing but that door. Kept by the door: another one, as each test has, starts from zero, and what is
// counted goes when the door does.
const sharedByOwner = new WeakMap<object, Map<string, SharedPools>>();

/** The `ip` pools of all throttlers with the same `owner`, the `Http` port, and the same `key`, the venue's host. */
export function sharedPools(owner: object, key: string): SharedPools {
  const byKey = sharedByOwner.get(owner) ?? new Map<string, SharedPools>();
  sharedByOwner.set(owner, byKey);
  const pools = byKey.get(key) ?? createSharedPools();
  byKey.set(key, pools);
  return pools;
}

/** Keeps a venue's rate limits; `Scheduler` says who goes first. Throws when the pools or the share make no sense. */
export function createThrottler(options: ThrottlerOptions): Throttler {
  const { clock, pools, shared = createSharedPools(), share = 1, marginMs = 0, meter } = options;
  if (!(share > 0 && share <= 1)) throw new RangeError(`a share is above 0 and at most 1: ${share}`);
  const scheduler = shared.scheduler(clock);
  const own = createRegistry(shared.nextId);

  const createView = (onClose: () => void): Throttler => {
    const ofConnection = createRegistry(shared.nextId);
    const registryOf = (scope: Pool['scope']): Registry => {
      if (scope === 'ip') return shared.registry;
      return scope === 'connection' ? ofConnection : own;
    };
    const tariff = createTariff({ pools, registryOf, own, share, marginMs });
    const room = createWaitingRoom({ clock, scheduler, meter });
    const views = new Set<Throttler>();

    return {
      acquire: (charge, acquireOptions) => {
        const claim = tariff.claim(charge, acquireOptions.lane, acquireOptions.symbol);
        return room.enter(claim, acquireOptions);
      },
      observe: (usage, symbol) => {
        const raised = tariff.raise(usage, clock.mono(), symbol);
        if (raised > 0) meter?.count('throttler.raised', raised);
      },
      freeze: (forMs, charge) => {
        if (!(forMs > 0)) return;
        meter?.count('throttler.frozen');
        tariff.freeze(clock.mono() + forMs, charge);
      },
      forConnection: () => {
        const view = createView(() => views.delete(view));
        views.add(view);
        return view;
      },
      use: () => tariff.use(clock.mono()),
      close: () => {
        for (const view of [...views]) view.close();
        room.close();
        onClose();
      },
    };
  };
  return createView(() => undefined);
}

function createSharedPools(): SharedPools {
  let lastId = 0;
  const nextId = (): number => (lastId += 1);
  let scheduler: Scheduler | undefined;
  return {
    nextId,
    registry: createRegistry(nextId),
    scheduler: (clock) => {
      scheduler ??= createScheduler(clock);
      if (scheduler.clock !== clock) throw new TypeError('throttlers that share pools need the same clock');
      return scheduler;
    },
  };
}
