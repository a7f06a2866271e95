import type { Connector, Event, Order, OrderRequest, StartOptions } from '@hb/connector-core';

import type { Engine } from '../engine/types.js';
import { assert, present, show } from './assert.js';
import type { TestedSpec } from './fixture.js';
import { viewSpec, type SpecView } from './observe-spec.js';
import type { RequestTap } from './request-tap.js';
import { setStage, type Stage, type StageParts, type WorldOptions } from './stage.js';

type LimitRequest = Extract<OrderRequest, { type: 'limit' }>;

/** One connector, one emulated venue and the rest of its traders, without a socket and under a clock that the case turns. */
export type World = Pick<
  Stage,
  | 'clock'
  | 'ports'
  | 'fixture'
  | 'main'
  | 'other'
  | 'streams'
  | 'secrets'
  | 'handlers'
  | 'alterBook'
  | 'jumpVenue'
  | 'inexpressible'
> & {
  readonly spec: SpecView;
  /** The one under test; after a `crash` the next one. */
  readonly connector: Connector;
  readonly engine: Engine;
  readonly account: string;
  readonly http: Pick<RequestTap, 'requests' | 'strike' | 'rewrite'>;
  /** What the connector has told since it was started, in order. */
  readonly events: readonly Event[];
  /** All that it ever told, kept for a last look. */
  readonly told: readonly Event[];
  /** Every error that a case was given: they must hold no secret. */
  readonly errors: unknown[];

  /** Starts on the main market. */
  readonly start: (options?: StartOptions) => Promise<void>;
  /** Lets time pass until the promise settles, and returns what it became. */
  readonly settle: <T>(promise: Promise<T>, withinMs?: number) => Promise<T>;
  /** Lets time pass until the promise rejects, and returns with what. */
  readonly rejection: (promise: Promise<unknown>, withinMs?: number) => Promise<unknown>;
  readonly until: (condition: () => boolean, what: string, withinMs?: number) => Promise<void>;
  readonly advance: (ms: number) => Promise<void>;
  /** Places a limit order of the standard amount inside the spread of the main market, but where `request` says otherwise. */
  readonly place: (request?: Partial<LimitRequest>) => Promise<Order>;
  readonly request: (request?: Partial<LimitRequest>) => OrderRequest;
  readonly order: (clientOrderId: string) => Order;
  /** A second connector on the same venue; it is stopped with the first. */
  readonly second: (options?: WorldOptions) => Connector;
  /** The process of the connector is killed, and another begins on what its disk kept; it is to be started. */
  readonly crash: () => void;
  /** Drops the events, requests and log lines collected so far. */
  readonly forget: () => void;
  /** Stops everything. Rejects when a socket or a timer is left. */
  readonly close: () => Promise<void>;
};

const eventTypes = [
  ...(['order-opened', 'order-amended', 'order-closed', 'order-uncertain', 'order-reopened'] as const),
  ...(['order-filled', 'fill-amended', 'fill-voided', 'balance', 'market-changed', 'status', 'warning'] as const),
  ...(['position', 'funding-paid'] as const),
] as const;

const mostMs = 120_000;

export function createWorld<O, C, W, Spec extends TestedSpec<O, C, W>>(
  parts: StageParts<O, C, W, Spec>,
  options: WorldOptions = {},
): World {
  const { venueAheadMs = 0 } = options;
  const stage = setStage<O, C, W, Spec>({ ...parts, venueAheadMs });
  const { clock, fixture, main, http, open } = stage;
  const events: Event[] = [];
  const told: Event[] = [];
  const errors: unknown[] = [];
  const boot = (): Connector => {
    const booted = open(options);
    for (const type of eventTypes) {
      booted.on(type, (event) => {
        events.push(event);
        told.push(event);
      });
    }
    return booted;
  };
  let connector = boot();
  const settle = createSettle(stage);
  const request: World['request'] = (given = {}) => ({
    pair: main.pair,
    side: 'buy',
    type: 'limit',
    amount: main.amount,
    price: main.price,
    ...given,
  });
  return {
    ...stage,
    events,
    told,
    errors,
    settle,
    request,
    get connector() {
      return connector;
    },
    spec: viewSpec<O, C, W>(parts.fixture.spec),
    engine: fixture.engine,
    account: fixture.account,
    second: open,
    rejection: async (promise, withinMs) => {
      let result: unknown;
      try {
        result = await settle(promise, withinMs);
      } catch (error) {
        errors.push(error);
        return error;
      }
      throw new Error(`this should have been refused, and became ${show(result)}`);
    },
    start: async (given = { pairs: [main.pair] }) => {
      await settle(connector.start(given));
      events.splice(0);
    },
    until: async (condition, what, withinMs = 60_000) => {
      try {
        await clock.runUntil(condition, withinMs);
      } catch (cause) {
        throw new Error(`${what}: not within ${withinMs} ms`, { cause });
      }
    },
    advance: (ms) => clock.advance(ms),
    place: (given) => settle(connector.place(request(given))),
    order: (clientOrderId) => present(connector.order(clientOrderId), `order ${clientOrderId}`),
    crash: () => {
      stage.kill(connector);
      connector = boot();
    },
    forget: () => {
      events.splice(0);
      told.splice(0);
      http.forget();
      stage.ports.logged.splice(0);
    },
    close: () => close(stage, settle),
  };
}

/** Turns the clock until a promise settles. */
function createSettle({ clock }: Stage): World['settle'] {
  let isTurning = false;
  return async (promise, withinMs = mostMs) => {
    // A wait for another wait: the inner one turns the clock.
    if (isTurning) return promise;
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    isTurning = true;
    try {
      await clock.runUntil(() => isSettled, withinMs);
    } finally {
      isTurning = false;
    }
    return promise;
  };
}

async function close({ clock, connectors, ports, fixture }: Stage, settle: World['settle']): Promise<void> {
  for (const connector of connectors()) await settle(connector.stop());
  await clock.advance(1_000);
  assert(ports.connections() === 0, `${ports.connections()} sockets are open after stop()`);
  fixture.venue.stop();
  await clock.advance(100);
  assert(clock.pending === 0, `${clock.pending} timers are left after stop()`);
}
