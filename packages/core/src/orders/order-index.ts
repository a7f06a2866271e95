import type { Decimal } from '../model/decimal.js';
import type { Pair } from '../model/market.js';
import type { Order } from '../model/order.js';
import { isFinal, isNameless, unendedIds, type OrderFacts } from './facts.js';
import { toOrder } from './machine.js';
import { createLedger, isInFlight, reservationOf, reservesAs, type Reservation } from './reservation.js';

export type OrderFilter = { readonly open?: boolean; readonly pair?: Pair };

/** The orders of an account and the views of them, kept up to date with each change, so that reading is cheap. */
export type OrderIndex = {
  readonly get: (clientOrderId: string) => OrderFacts | undefined;
  readonly find: (symbol: string, orderId: string) => OrderFacts | undefined;
  /** Of one that is new nothing but its intent is known. */
  readonly set: (facts: OrderFacts) => void;
  /** As if it had never been known; in the journal too. */
  readonly drop: (clientOrderId: string) => void;
  /** Orders that are not over. */
  readonly open: () => readonly OrderFacts[];
  /** How many of them were not placed elsewhere; asked before every order, so that it must not depend on how many there are. */
  readonly openOfOurs: () => number;
  readonly list: (filter: OrderFilter) => readonly Order[];
  readonly incomplete: View;
  /** Orders with fills whose fees have not been told. */
  readonly feeless: View;
  /** Orders that are over under an id of the venue that has not been told. */
  readonly nameless: View;
  /** Orders of which it is not known whether they live, whether a cancel or an amendment worked, or how what they were before it ended. */
  readonly uncertain: View;
  /** Remembers that somebody should look at an order, or that somebody has. */
  readonly doubt: (clientOrderId: string) => void;
  readonly settle: (clientOrderId: string) => void;
  readonly reserved: ReadonlyMap<string, Decimal>;
  readonly inFlight: ReadonlyMap<string, Decimal>;
};

/** Changed in place: every change of an order would be put into several maps otherwise. */
type Entry = { facts: OrderFacts };

type View = { readonly has: (clientOrderId: string) => boolean; readonly list: () => readonly Order[] };

/** Keeps at most `keepClosed` closed orders; `onForget` hears of each older one. */
export function createOrderIndex(options: {
  readonly keepClosed: number;
  readonly onForget: (clientOrderId: string) => void;
}): OrderIndex {
  const all = new Map<string, Entry>();
  const byOrderId = new Map<string, string>();
  const open = new Map<string, Entry>();
  let openOfOurs = 0;
  const closed = new Set<string>();
  const incomplete = new Set<string>();
  const feeless = new Set<string>();
  const nameless = new Set<string>();
  const unknown = new Set<string>();
  const doubted = new Set<string>();
  const unended = new Set<string>();
  const holds = new Map<string, Reservation>();
  // Of those that are new it is worked out when somebody asks, or when one changes: they are about to leave, which comes first.
  const fresh: OrderFacts[] = [];
  const reserved = createLedger();
  const inFlight = createLedger();
  const lists = new Map<string, readonly Order[]>();

  const forget = (clientOrderId: string): void => {
    const facts = all.get(clientOrderId)?.facts;
    if (facts === undefined) return;
    reserveFresh();
    if (isOpenOfOurs(facts)) openOfOurs -= 1;
    for (const { orderId } of facts.legs) if (orderId !== undefined) byOrderId.delete(keyOf(facts, orderId));
    const held = holds.get(clientOrderId);
    reserved.replace(held, undefined);
    if (isInFlight(facts)) inFlight.replace(held, undefined);
    for (const view of [all, open, closed, incomplete, feeless, nameless, unknown, doubted, unended, holds])
      view.delete(clientOrderId);
    lists.clear();
    options.onForget(clientOrderId);
  };

  const reserve = (before: OrderFacts, after: OrderFacts): void => {
    const isAsBefore = reservesAs(before, after);
    if (isAsBefore && isInFlight(before) === isInFlight(after)) return;
    reserveFresh();
    replaceHold(before, after, isAsBefore);
  };

  const reserveFresh = (): void => {
    for (const facts of fresh.splice(0)) replaceHold(undefined, facts, false);
  };

  const replaceHold = (before: OrderFacts | undefined, after: OrderFacts, isAsBefore: boolean): void => {
    const { clientOrderId } = after;
    const held = holds.get(clientOrderId);
    const hold = isAsBefore ? held : reservationOf(after);
    if (hold === undefined) holds.delete(clientOrderId);
    else holds.set(clientOrderId, hold);
    reserved.replace(held, hold);
    inFlight.replace(before && isInFlight(before) ? held : undefined, isInFlight(after) ? hold : undefined);
  };

  const add = (facts: OrderFacts): void => {
    if (lists.size > 0) lists.clear();
    const entry = { facts };
    all.set(facts.clientOrderId, entry);
    open.set(facts.clientOrderId, entry);
    if (isOpenOfOurs(facts)) openOfOurs += 1;
    fresh.push(facts);
  };

  const set = (facts: OrderFacts): void => {
    const entry = all.get(facts.clientOrderId);
    if (entry === undefined) {
      add(facts);
      return;
    }
    const before = entry.facts;
    if (lists.size > 0) lists.clear();
    entry.facts = facts;
    if (!isSeenAs(before, facts)) classify(entry, before);
    reserve(before, facts);
    if (closed.size > options.keepClosed) forgetOldest();
  };

  const forgetOldest = (): void => {
    const [oldest] = closed;
    if (oldest !== undefined) forget(oldest);
  };

  /** Puts an order into the views that it belongs to. */
  const classify = (entry: Entry, before: OrderFacts): void => {
    const { facts } = entry;
    const { clientOrderId } = facts;
    if (before.legs !== facts.legs) {
      for (const { orderId } of facts.legs)
        if (orderId !== undefined) byOrderId.set(keyOf(facts, orderId), clientOrderId);
    }
    openOfOurs += Number(isOpenOfOurs(facts)) - Number(isOpenOfOurs(before));
    if (isFinal(facts.state)) {
      open.delete(clientOrderId);
      doubted.delete(clientOrderId);
    } else if (isFinal(before.state)) open.set(clientOrderId, entry);
    const put = (view: Set<string>, isIn: boolean): void => {
      if (isIn) view.add(clientOrderId);
      else view.delete(clientOrderId);
    };
    put(incomplete, !facts.fillsComplete);
    put(feeless, facts.legs.some(isFeeless));
    put(nameless, isNameless(facts));
    put(unknown, facts.state === 'unknown');
    put(unended, unendedIds(facts).length > 0);
    put(closed, facts.closed);
  };

  const cached = (key: string, make: () => readonly Order[]): readonly Order[] => {
    const list = lists.get(key) ?? make();
    lists.set(key, list);
    return list;
  };

  const toOrders = (ids: Iterable<string>): readonly Order[] =>
    [...ids].flatMap((clientOrderId) => {
      const facts = all.get(clientOrderId)?.facts;
      return facts === undefined ? [] : [toOrder(facts)];
    });

  return {
    get: (clientOrderId) => all.get(clientOrderId)?.facts,
    find: (symbol, orderId) => {
      const clientOrderId = byOrderId.get(`${symbol} ${orderId}`);
      return clientOrderId === undefined ? undefined : all.get(clientOrderId)?.facts;
    },
    set,
    drop: forget,
    open: () => [...open.values()].map(({ facts }) => facts),
    openOfOurs: () => openOfOurs,
    list: (filter) =>
      cached(`list ${filter.open ?? ''} ${filter.pair ?? ''}`, () => {
        const source = filter.open === true ? open : all;
        return [...source.values()]
          .map(({ facts }) => facts)
          .filter(({ clientOrderId }) => filter.open !== false || !open.has(clientOrderId))
          .filter(({ terms }) => filter.pair === undefined || terms.pair === filter.pair)
          .map(toOrder);
      }),
    incomplete: {
      has: (clientOrderId) => incomplete.has(clientOrderId),
      list: () => cached('incomplete', () => toOrders(incomplete)),
    },
    feeless: {
      has: (clientOrderId) => feeless.has(clientOrderId),
      list: () => cached('feeless', () => toOrders(feeless)),
    },
    nameless: {
      has: (clientOrderId) => nameless.has(clientOrderId),
      list: () => cached('nameless', () => toOrders(nameless)),
    },
    uncertain: {
      has: (clientOrderId) => [unknown, doubted, unended].some((view) => view.has(clientOrderId)),
      list: () => cached('uncertain', () => toOrders(new Set([...unknown, ...doubted, ...unended]))),
    },
    doubt: (clientOrderId) => {
      if (!open.has(clientOrderId) || doubted.has(clientOrderId)) return;
      doubted.add(clientOrderId);
      lists.clear();
    },
    settle: (clientOrderId) => {
      if (doubted.delete(clientOrderId)) lists.clear();
    },
    get reserved() {
      reserveFresh();
      return reserved.sums;
    },
    get inFlight() {
      reserveFresh();
      return inFlight.sums;
    },
  };
}

/** Whether both states of an order are in the same views. */
function isSeenAs(before: OrderFacts, after: OrderFacts): boolean {
  if (before.legs !== after.legs || before.closed !== after.closed) return false;
  if (before.fillsComplete !== after.fillsComplete || isFinal(before.state) !== isFinal(after.state)) return false;
  return (before.state === 'unknown') === (after.state === 'unknown');
}

function isOpenOfOurs({ origin, state }: OrderFacts): boolean {
  return origin !== 'external' && !isFinal(state);
}

function keyOf(facts: OrderFacts, orderId: string): string {
  return `${facts.terms.symbol} ${orderId}`;
}

function isFeeless({ sums }: OrderFacts['legs'][number]): boolean {
  return sums.withoutFees > 0;
}
