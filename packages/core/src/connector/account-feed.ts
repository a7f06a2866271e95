import type { Balances } from '../account/balances.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { Balances as BalanceReport } from '../model/balance.js';
import type { AccountState } from '../model/event.js';
import type { UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Tracker } from '../orders/tracker.js';
import type { Ports } from '../ports/ports.js';
import type { Look, Private } from '../spec/api.js';
import type { Answer, Verdict } from '../spec/endpoint.js';
import type { PositionEvent } from '../spec/perpetual.js';
import type { AccountEvent, Refetch } from '../spec/spot.js';
import type { Poll, Stream } from '../spec/stream.js';
import { createStream, type StreamHandle } from '../stream/stream.js';
import type { Throttler } from '../throttler/throttler.js';
import type { AnyTradingSpec } from './any-spec.js';
import type { Perpetual } from './perpetual.js';
import type { Reconciler } from './reconciler.js';
import { isLasting } from './refusal.js';
import { repeat } from './repeat.js';

export type AccountFeedOptions<O, C, W> = {
  readonly id: string;
  readonly feed: AnyTradingSpec<O, C, W>['feed'];
  readonly api: () => Private<O, C>;
  readonly look: Look<O>;
  readonly ports: Ports;
  readonly throttler: Throttler;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly reconciler: Reconciler;
  readonly perpetual?: Pick<Perpetual<W>, 'take' | 'refetchPayments'> | undefined;
  /** What a response to a login or a subscription means. */
  readonly judge: (answer: Answer) => Verdict | undefined;
  readonly meter: Meter;
  /** How often everything is looked at, even while the streams are well. */
  readonly auditEveryMs: number;
  readonly onState: (state: AccountState) => void;
  readonly onProblem: (error: unknown) => void;
};

type AnyEvent = AccountEvent | PositionEvent;

/** What the venue tells of the account, by streams and polls. */
export type AccountFeed = {
  /**
   * Resolves when all streams have been up and the account was reconciled after that. Rejects in the venue's words when
   * it refuses a login or a topic, as `aborted` when closed.
   */
  readonly start: () => Promise<void>;
  /** The stream that carries requests. */
  readonly stream: (name: string) => StreamHandle | undefined;
  readonly close: () => void;
};

export function createAccountFeed<O, C, W>(options: AccountFeedOptions<O, C, W>): AccountFeed {
  const { id, feed, api, look, ports, throttler, tracker, balances, reconciler, judge, meter, onProblem } = options;
  const handles = new Map<string, StreamHandle>();
  /** Sources that tell nothing now: topics as `stream topic`, and polls. */
  const down = new Set<string>();
  const stops: (() => void)[] = [];
  /** Since when a source that had told something tells nothing, until all of them do. */
  let downSince: UnixMs | undefined;
  let state: AccountState = 'none';
  let isClosed = false;
  let asked: Promise<void> | undefined;
  let reconciled = Promise.resolve();
  let started = { resolve: (): void => undefined, reject: (_error: ConnectorError): void => undefined };

  const setState = (next: AccountState): void => {
    if (state === next || isClosed) return;
    state = next;
    balances.setStale(next !== 'ready');
    options.onState(next);
    if (next === 'ready') started.resolve();
  };

  /** All who ask during one run wait together: a flood of malformed messages leaves one promise. */
  const reconcile = (): Promise<void> => {
    const run = reconciler.run();
    if (run !== asked) {
      asked = run;
      const startedAt = api().now();
      reconciled = run.then(() => {
        if (down.size === 0) {
          setState('ready');
          return;
        }
        // What is down has gone on missing what happened since.
        downSince &&= Math.max(downSince, startedAt);
        noteGap();
      });
    }
    return reconciled;
  };

  const noteGap = (): void => {
    if (downSince !== undefined && !isClosed) reconciler.missedSince(downSince);
  };

  /** What could not be read may have been about an order that nobody knows here, which only a search for all fills finds. */
  const distrust = (error: unknown): void => {
    onProblem(error);
    if (isClosed) return;
    const now = api().now();
    if (down.size > 0) downSince ??= now;
    reconciler.missedSince(now);
    void reconcile();
  };

  const up = (topics: readonly string[]): void => {
    for (const topic of topics) down.delete(topic);
    if (down.size > 0) return;
    noteGap();
    downSince = undefined;
    setState('reconciling');
    void reconcile();
  };
  const lose = (topics: readonly string[]): void => {
    downSince ??= api().now();
    noteGap();
    for (const topic of topics) down.add(topic);
    setState('stale');
  };

  const take = (event: AnyEvent): void => {
    if (event.type === 'refetch') refetch(event.what);
    else if (event.type === 'balances') takeBalances(event);
    else if (event.type === 'order' || event.type === 'fill') tracker.observe(event);
    else options.perpetual?.take(event);
  };
  const refetch = (what: Refetch): void => {
    if (what === 'balances') reconciler.refetchBalances();
    else if (what === 'positions') reconciler.refetchPositions();
    else if (what === 'payments') options.perpetual?.refetchPayments();
    else void reconcile();
  };
  const takeBalances = (report: BalanceReport): void => {
    balances.apply(report);
    // On margin, what is available follows from the positions: only the venue can tell.
    const isPartial = report.entries.some(({ available }) => available === undefined);
    if (options.perpetual !== undefined && isPartial) reconciler.refetchBalances();
  };
  const takeAll = (events: readonly AnyEvent[]): void => {
    if (isClosed) return;
    for (const event of events) {
      try {
        take(event);
      } catch (error) {
        meter.count('account.malformed');
        distrust(error);
      }
    }
    reconciler.followMissing();
  };

  const open = (name: string, stream: Stream<AnyEvent, Private<O, C>, O>): StreamHandle => {
    // A stream without topics is up or down as a whole.
    const keysOf = (topics: readonly string[]): readonly string[] =>
      (topics.length === 0 ? [''] : topics).map((topic) => `${name} ${topic}`);
    const topics = (feed.topics?.(api()) ?? []).filter((topic) => topic.stream === name).map(({ topic }) => topic);
    for (const key of keysOf(topics)) down.add(key);
    const handle = createStream({
      name,
      stream,
      look,
      ports,
      throttler,
      judge,
      meter,
      api: api(),
      probe: 'answer',
      on: {
        events: takeAll,
        flush: () => undefined,
        up: (names) => {
          up(keysOf(names));
        },
        down: (names) => {
          lose(keysOf(names));
        },
        malformed: distrust,
        refused: (topic, error) => {
          onProblem(error);
          if (topic !== 'login') lose(keysOf([topic]));
          if (isLasting(error)) started.reject(error);
        },
      },
    });
    handle.hold();
    handle.add(topics);
    return handle;
  };

  const startPoll = ({ everyMs, fetch }: Poll<AnyEvent, Private<O, C>>, source: string): void => {
    let cursor: string | undefined;
    const once = async (): Promise<void> => {
      try {
        const page = await fetch(api(), cursor);
        takeAll(page.events);
        // Not before its events have been taken in: a page that fails is asked for again.
        cursor = page.cursor;
        if (down.has(source)) up([source]);
      } catch (error) {
        onProblem(error);
        lose([source]);
      }
    };
    stops.push(repeat(ports.clock, everyMs, once));
  };

  return {
    start: () =>
      new Promise((resolve, reject) => {
        started = { resolve, reject };
        setState('reconciling');
        for (const [name, stream] of Object.entries(feed.streams ?? {})) handles.set(name, open(name, stream));
        for (const [index, poll] of (feed.polls ?? []).entries()) startPoll(poll, `poll ${index}`);
        stops.push(repeat(ports.clock, options.auditEveryMs, reconcile));
        if (handles.size === 0) void reconcile();
      }),
    stream: (name) => handles.get(name),
    close: () => {
      isClosed = true;
      for (const stop of stops) stop();
      for (const handle of handles.values()) handle.close();
      started.reject(stopped(`${id} start`));
    },
  };
}

function stopped(operation: string): ConnectorError {
  return new ConnectorError('the connector has been stopped', { kind: 'aborted', outcome: 'not-sent', operation });
}
