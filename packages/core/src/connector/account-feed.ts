import type { Balances } from '../account/balances.js';
import type { AccountState } from '../model/event.js';
import type { Meter } from '../model/metrics.js';
import type { Tracker } from '../orders/tracker.js';
import type { Ports } from '../ports/ports.js';
import type { Look, Private } from '../spec/api.js';
import type { Answer, Verdict } from '../spec/endpoint.js';
import type { AccountEvent, TradingSpec } from '../spec/spot.js';
import { createStream, type StreamHandle } from '../stream/stream.js';
import type { Throttler } from '../throttler/throttler.js';
import type { Reconciler } from './reconciler.js';
import { repeat } from './repeat.js';
import { toError } from './wait.js';

export type AccountFeedOptions<O, C, W> = {
  readonly id: string;
  readonly feed: TradingSpec<O, C, W>['feed'];
  readonly api: () => Private<O, C>;
  readonly look: Look<O>;
  readonly ports: Ports;
  readonly throttler: Throttler;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly reconciler: Reconciler;
  /** What a response to a login or a subscription means. */
  readonly judge: (answer: Answer) => Verdict | undefined;
  readonly meter: Meter;
  /** How often everything is looked at, even while the streams are well. */
  readonly auditEveryMs: number;
  readonly onState: (state: AccountState) => void;
  readonly onProblem: (error: unknown) => void;
};

/** What the venue tells of the account, by streams and polls. */
export type AccountFeed = {
  readonly start: () => void;
  /** Resolves when every stream is up and the account has been reconciled since. */
  readonly ready: (signal?: AbortSignal) => Promise<void>;
  /** The stream that carries requests. */
  readonly stream: (name: string) => StreamHandle | undefined;
  readonly close: () => void;
};

export function createAccountFeed<O, C, W>(options: AccountFeedOptions<O, C, W>): AccountFeed {
  const { feed, api, ports, tracker, balances, reconciler, meter, onProblem } = options;
  const handles = new Map<string, StreamHandle>();
  const down = new Set<string>();
  const stops: (() => void)[] = [];
  const waiting = new Set<() => void>();
  let state: AccountState = 'none';

  const setState = (next: AccountState): void => {
    if (state === next) return;
    state = next;
    balances.setStale(next !== 'ready');
    options.onState(next);
    if (next === 'ready') for (const resume of [...waiting]) resume();
  };

  const reconcile = async (): Promise<void> => {
    await reconciler.run();
    if (down.size === 0) setState('ready');
  };

  const take = (event: AccountEvent): void => {
    if (event.type === 'balances') balances.apply(event);
    else if (event.type !== 'refetch') tracker.observe(event);
    else if (event.what === 'balances') reconciler.fetchBalances().catch(onProblem);
    else void reconcile();
  };

  const takeAll = (events: readonly AccountEvent[]): void => {
    for (const event of events) {
      try {
        take(event);
      } catch (error) {
        meter.count('account.malformed');
        onProblem(error);
        void reconcile();
      }
    }
    reconciler.followMissing();
  };

  const open = (name: string): StreamHandle | undefined => {
    const stream = feed.streams?.[name];
    return (
      stream &&
      createStream({
        name,
        stream,
        api: api(),
        look: options.look,
        ports,
        throttler: options.throttler,
        probe: 'answer',
        judge: options.judge,
        meter,
        on: {
          events: takeAll,
          flush: () => undefined,
          up: () => {
            down.delete(name);
            setState('reconciling');
            void reconcile();
          },
          down: () => {
            down.add(name);
            setState('stale');
          },
          malformed: (error) => {
            onProblem(error);
            void reconcile();
          },
          refused: (_topic, error) => {
            onProblem(error);
          },
        },
      })
    );
  };

  const hold = (name: string): void => {
    const handle = open(name);
    if (handle === undefined) return;
    down.add(name);
    handles.set(name, handle);
    const topics = (feed.topics?.(api()) ?? []).filter(({ stream }) => stream === name);
    handle.hold();
    handle.add(topics.map(({ topic }) => topic));
  };

  const startPolls = (): void => {
    for (const poll of feed.polls ?? []) {
      let cursor: string | undefined;
      const once = async (): Promise<void> => {
        try {
          const page = await poll.fetch(api(), cursor);
          takeAll(page.events);
          cursor = page.cursor;
        } catch (error) {
          onProblem(error);
        }
      };
      stops.push(repeat(ports.clock, poll.everyMs, once));
    }
  };

  return {
    start: () => {
      setState('reconciling');
      for (const name of Object.keys(feed.streams ?? {})) hold(name);
      startPolls();
      if (handles.size === 0) void reconcile();
      stops.push(repeat(ports.clock, options.auditEveryMs, reconcile));
    },
    ready: (signal) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void) => (): void => {
          waiting.delete(resume);
          signal?.removeEventListener('abort', abort);
          settle();
        };
        const resume = end(resolve);
        const abort = end(() => {
          reject(toError(signal?.reason));
        });
        if (state === 'ready') resolve();
        else if (signal?.aborted === true) abort();
        else {
          waiting.add(resume);
          signal?.addEventListener('abort', abort);
        }
      }),
    stream: (name) => handles.get(name),
    close: () => {
      for (const stop of stops) stop();
      for (const handle of handles.values()) handle.close();
    },
  };
}
