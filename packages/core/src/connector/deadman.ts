import type { Market, Pair } from '../model/market.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { Private } from '../spec/api.js';
import type { TradingSpec } from '../spec/spot.js';
import type { Catalogue } from './catalogue.js';
import { repeat } from './repeat.js';

export type DeadmanOptions<O, C, W> = {
  readonly spec: Pick<TradingSpec<O, C, W>, 'deadman'>;
  /** How long the venue waits for a sign of life; `undefined`: it is not asked to. */
  readonly afterMs: number | undefined;
  readonly api: (context?: { readonly symbol?: string }) => Private<O, C>;
  readonly catalogue: Pick<Catalogue<W>, 'byPair'>;
  readonly tracker: Pick<Tracker, 'orders'>;
  readonly clock: Clock;
  readonly onProblem: (error: unknown) => void;
};

/** Has the venue cancel all orders when nothing is heard from here for a while. */
export type Deadman = {
  /** An order is about to go out in this market: from now on the venue is told again and again that somebody is here. */
  readonly arm: (pair: Pair) => void;
  /** Does so for the orders that an earlier run left. */
  readonly resume: () => void;
  /** Takes it back, for orders that are to stay. Rejects when the venue did not say that it did. */
  readonly disarm: () => Promise<void>;
  /** Falls silent. What is armed stays so at the venue. */
  readonly close: () => void;
};

/** Of `afterMs` there is room for this many before the last that arrived runs out: when one is lost, others follow. */
const signsInTime = 3;

/** Of the whole account, where the venue knows no other. */
const everywhere = '';

export function createDeadman<O, C, W>(options: DeadmanOptions<O, C, W>): Deadman {
  const { spec, api, catalogue, tracker, clock, onProblem } = options;
  const { deadman } = spec;
  const afterMs = Math.min(options.afterMs ?? 0, deadman?.maxMs ?? 0);
  const stops = new Map<Pair, () => void>();
  let isClosed = false;

  const tell = async (pair: Pair, ms: number): Promise<void> => {
    const market: Market<W> | undefined = catalogue.byPair.get(pair);
    await deadman?.arm(api(market && { symbol: market.symbol }), ms, market);
  };

  const arm = (pair: Pair): void => {
    const scope = deadman?.scope === 'symbol' ? pair : everywhere;
    if (afterMs === 0 || isClosed || stops.has(scope)) return;
    let unanswered = 0;
    const refresh = async (): Promise<void> => {
      unanswered += 1;
      await tell(scope, afterMs).catch(onProblem);
      unanswered -= 1;
    };
    // One whose answer does not come must not keep the next from going out.
    const next = async (): Promise<void> => {
      if (unanswered < signsInTime) void refresh();
    };
    stops.set(scope, repeat(clock, afterMs / (signsInTime + 1), next));
    void refresh();
  };

  const close = (): void => {
    isClosed = true;
    for (const stop of stops.values()) stop();
    stops.clear();
  };

  return {
    arm,
    resume: () => {
      for (const { origin, pair } of tracker.orders({ open: true })) if (origin !== 'external') arm(pair);
    },
    disarm: async () => {
      const scopes = [...stops.keys()];
      close();
      await Promise.all(scopes.map((scope) => tell(scope, 0)));
    },
    close,
  };
}
