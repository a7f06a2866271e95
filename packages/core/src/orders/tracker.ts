import { toHex } from '../codec/text.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { Decimal } from '../model/decimal.js';
import type { Fill } from '../model/fill.js';
import type { Market, UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Order, OrderReport } from '../model/order.js';
import type { SignedTransaction } from '../spec/chain.js';
import type { PreparedOrder } from '../spec/spot.js';
import { createClosings } from './closings.js';
import { happenings, toAsideHappenings, type AsideHappening, type OrderHappening } from './events.js';
import { fillsOf, idsLackingFills, isFinal, unendedIds, type OrderFacts, type Signed } from './facts.js';
import { toFailure } from './failure.js';
import type { Journal } from './journal.js';
import { applyEntry, applyRecord, toOrder } from './machine.js';
import { createObserver } from './observe.js';
import { createOrderIndex, type OrderFilter } from './order-index.js';
import { createOutbox, type Emit } from './outbox.js';
import { isAsideRecord, type AmendEntry, type Change, type Failure, type SignedFor } from './record.js';
import type { AsideRecord, JournalEntry, JournalRecord, OrderTerms } from './record.js';

export type TrackerOptions = {
  readonly journal: Journal;
  /** Whether the journal takes no more: what comes in then is neither taken in nor told, and the next run asks for it. */
  readonly isClosed: () => boolean;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly emit: Emit<OrderHappening | AsideHappening>;
  readonly market: (symbol: string) => Market | undefined;
  /** Whether a client order id was made by this software, in an earlier run too. */
  readonly isOurs: (clientOrderId: string) => boolean;
  readonly echoesClientId: boolean;
  readonly meter: Meter;
  /** How many closed orders stay readable and take late fills; 5,000 when left out. Then the oldest are forgotten, in the journal too. */
  readonly keepClosed?: number;
};

/**
 * The orders of one account. What is sent and what the venue says go in, in any order and any number of times;
 * happenings come out, each once. An order is never given up because of a failed request: only the venue's word ends it.
 */
export type Tracker = {
  /**
   * When the intent is safe in the journal: `undefined` when it is so already. Only then may the order leave.
   * Rejects when it never will be, and for an id that was used before.
   */
  readonly intend: (clientOrderId: string, terms: OrderTerms, deadline?: UnixMs) => Promise<void> | undefined;
  /** Resolves when the id that the order will have, and what is about to be sent, are safe in the journal. */
  readonly prepared: (clientOrderId: string, made: PreparedOrder) => Promise<void>;
  /** Resolves when a transaction of the order, or of a step before it, is safe in the journal; only then may it leave. */
  readonly signed: (clientOrderId: string, transaction: SignedTransaction, what?: SignedFor) => Promise<void>;
  /** What was signed for an order, oldest first. */
  readonly signedFor: (clientOrderId: string) => readonly Signed[];
  /** Nothing can happen any more to what was signed for an order under this nonce. */
  readonly settled: (clientOrderId: string, nonce: number, how: 'used' | 'unused') => void;
  /** Ids of an order's fills, and how many were taken back. */
  readonly fillsOf: (clientOrderId: string) => { readonly booked: readonly string[]; readonly voided: number };
  /** A chain has taken back the block that ended the order, with this fill if it had one: its transaction waits again. */
  readonly takenBack: (clientOrderId: string, fillId: string) => void;
  /** The first byte is about to leave. */
  readonly sent: (clientOrderId: string) => void;
  readonly answered: (clientOrderId: string, report: OrderReport) => void;
  /** Placing failed; the outcome of `error` decides: never placed, or unknown. */
  readonly failed: (clientOrderId: string, error: ConnectorError) => void;
  readonly canceling: (clientOrderId: string) => void;
  readonly cancelAnswered: (clientOrderId: string, report: OrderReport) => void;
  /** The order stays as it is. "Not found" proves nothing: the order counts as uncertain until the venue says more. */
  readonly cancelFailed: (clientOrderId: string, error: ConnectorError) => void;
  /** Until `amended` or `amendFailed`, a cancelled order may be about to be replaced and does not count as over. */
  readonly amending: (clientOrderId: string, to: Change) => void;
  readonly amended: (clientOrderId: string, to: Change, report: OrderReport) => void;
  readonly amendFailed: (clientOrderId: string, to: Change, error: ConnectorError) => void;
  /**
   * Takes in what a stream, a poll or a query tells. Orders that are not known are adopted when the report has their terms.
   * Returns whether it is clear to which order it belongs; what is not clear is kept until it is.
   */
  readonly observe: (observation: OrderReport | Fill) => boolean;
  /** The venue does not know the order, says `source`. Evidence only: the order counts as uncertain. */
  readonly notFound: (clientOrderId: string, source: string) => void;

  /** Until when the venue may accept an order that was sent; `undefined` when nothing bounds it. */
  readonly deadline: (clientOrderId: string) => UnixMs | undefined;
  /** Every source of the venue was asked after it could still have accepted the order, and none knows it. Revoked when one does. */
  readonly notPlaced: (clientOrderId: string, evidence: string) => void;

  readonly order: (clientOrderId: string) => Order | undefined;
  readonly byOrderId: (symbol: string, orderId: string) => Order | undefined;
  /** Oldest first. `open` orders are those that are not over, unknown ones included. */
  readonly orders: (filter?: OrderFilter) => readonly Order[];
  /** How many orders are open that were not placed elsewhere. */
  readonly openOfOurs: () => number;
  /** Orders of which the venue has reported more fills than have arrived, or has not said how many there are. */
  readonly incomplete: () => readonly Order[];
  readonly isIncomplete: (clientOrderId: string) => boolean;
  /** Orders with fills whose fees have not been told. */
  readonly feeless: () => readonly Order[];
  readonly isFeeless: (clientOrderId: string) => boolean;
  /** Orders that are over under an id of the venue that has not been told. */
  readonly nameless: () => readonly Order[];
  readonly isNameless: (clientOrderId: string) => boolean;
  /** The venue's ids under which fills or fees of an order are missing. */
  readonly idsLackingFills: (clientOrderId: string) => readonly string[];
  /** The venue's ids of what an order was before amendments, where it is not known how that ended. */
  readonly unendedIds: (clientOrderId: string) => readonly string[];
  /** Orders that may or may not live, whose cancel or amendment may or may not have worked, or that were something else of which the end is not known. */
  readonly uncertain: () => readonly Order[];
  readonly isUncertain: (clientOrderId: string) => boolean;
  /** What open orders hold back, by asset: quote for buys, base for sells, without fees. As it is now. */
  readonly reserved: () => ReadonlyMap<string, Decimal>;
  /** The part of `reserved` of orders that the venue has not confirmed. */
  readonly inFlight: () => ReadonlyMap<string, Decimal>;
  /** Resolves when the order is over and all its fills are in. Rejects when `signal` aborts. */
  readonly closed: (clientOrderId: string, signal?: AbortSignal) => Promise<Order>;
  /** Hands on what was written down aside from orders, in its turn. */
  readonly tell: (record: AsideRecord) => void;
  /** Takes in the records of an earlier run, without writing anything. Emits again what was perhaps not told then. */
  readonly replay: (records: AsyncIterable<JournalRecord>) => Promise<void>;
  /** What was under way when that run ended is in doubt from now on: nobody will hear the answer any more. */
  readonly resume: () => void;
};

export function createTracker(options: TrackerOptions): Tracker {
  const { journal, isClosed, meter } = options;
  const index = createOrderIndex({ keepClosed: options.keepClosed ?? 5_000, onForget: journal.forget });
  const closings = createClosings();
  const outbox = createOutbox<OrderHappening | AsideHappening>(journal, (happening, record) => {
    options.emit(happening, record);
    if (happening.type === 'order-closed') closings.close(happening.order);
  });

  /** Writes what is news about a known order; nothing else reaches the journal. */
  const write = (clientOrderId: string, entry: JournalEntry): void => {
    const before = index.get(clientOrderId);
    if (before === undefined) {
      meter.count('orders.untracked');
      return;
    }
    if (isClosed()) return;
    const after = applyEntry(before, entry);
    if (after === before) return;
    const record = journal.append(clientOrderId, entry);
    index.set(after);
    outbox.push(happenings(before, record, after), record);
  };

  const open = (clientOrderId: string, entry: Extract<JournalEntry, { kind: 'intent' }>): void => {
    if (isClosed()) return;
    index.set(applyRecord(undefined, journal.append(clientOrderId, entry)));
  };

  const observer = createObserver({ ...options, index, write, open });

  const isOpen = (clientOrderId: string): boolean => {
    const facts = index.get(clientOrderId);
    return facts !== undefined && !isFinal(facts.state);
  };

  const intend: Tracker['intend'] = (clientOrderId, terms, deadline) => {
    if (index.get(clientOrderId) !== undefined) {
      const problem = `client order id ${JSON.stringify(clientOrderId)} was used before`;
      return Promise.reject(unsent(clientOrderId, terms, problem));
    }
    open(clientOrderId, { kind: 'intent', origin: 'ours', terms, ...(deadline !== undefined && { deadline }) });
    return keep(clientOrderId, terms);
  };

  /** Before anything may leave: what was written about the order is safe, or the order ends here. */
  const keep = (clientOrderId: string, terms: Pick<OrderTerms, 'pair'>): Promise<void> | undefined => {
    const durable = isClosed() ? Promise.reject(new Error('the journal is closed')) : journal.durable();
    return durable && kept(durable, clientOrderId, terms);
  };

  const kept = async (
    durable: Promise<void>,
    clientOrderId: string,
    terms: Pick<OrderTerms, 'pair'>,
  ): Promise<void> => {
    try {
      await durable;
    } catch (cause) {
      const error = unsent(clientOrderId, terms, 'the journal could not keep the order', cause);
      write(clientOrderId, { kind: 'not-sent', failure: toFailure(error) });
      throw error;
    }
  };

  const failed: Tracker['failed'] = (clientOrderId, error) => {
    const failure = toFailure(error);
    if (error.outcome === 'not-sent') write(clientOrderId, { kind: 'not-sent', failure });
    else if (error.outcome === 'refused') write(clientOrderId, { kind: 'verdict', verdict: 'rejected', failure });
    else write(clientOrderId, { kind: 'unknown', failure });
    observer.reconsider();
  };

  const cancelFailed: Tracker['cancelFailed'] = (clientOrderId, error) => {
    const state = isDoubtful(error) ? 'unknown' : 'refused';
    write(clientOrderId, { kind: 'cancel', state, failure: toFailure(error) });
    if (state === 'unknown') index.doubt(clientOrderId);
  };

  const amendFailed: Tracker['amendFailed'] = (clientOrderId, to, error) => {
    const state = isDoubtful(error) ? 'unknown' : 'refused';
    write(clientOrderId, { kind: 'amend', state, to, failure: toFailure(error) });
    if (state === 'unknown') index.doubt(clientOrderId);
  };

  const resumeOrder = ({ clientOrderId, origin, state, canceling, amending }: OrderFacts): void => {
    if (state === 'queued' || state === 'sent') {
      // Of another's order there was to be a report, and the crash came between the two: the venue shows it again.
      if (origin === 'external') index.drop(clientOrderId);
      else write(clientOrderId, { kind: 'unknown', failure: interrupted });
    }
    if (canceling) write(clientOrderId, { kind: 'cancel', state: 'unknown', failure: interrupted });
    if (amending) write(clientOrderId, { kind: 'amend', state: 'unknown', to: {}, failure: interrupted });
    if (canceling || amending) index.doubt(clientOrderId);
  };

  return {
    intend,
    prepared: async (clientOrderId, { orderId, bytes }) => {
      write(clientOrderId, { kind: 'prepared', orderId, bytes: toHex(bytes) });
      await keep(clientOrderId, { pair: index.get(clientOrderId)?.terms.pair ?? '' });
    },
    signed: async (clientOrderId, transaction, what = {}) => {
      const facts = index.get(clientOrderId);
      const isAgain =
        facts?.signed.some((each) => each.transaction.nonce === transaction.nonce && each.settled === undefined) ===
        true;
      write(clientOrderId, { kind: 'signed', transaction, ...what });
      // What was signed before under this nonce may have left.
      if (isAgain) await journal.durable();
      else await keep(clientOrderId, { pair: facts?.terms.pair ?? '' });
    },
    signedFor: (clientOrderId) => index.get(clientOrderId)?.signed ?? [],
    settled: (clientOrderId, nonce, how) => {
      write(clientOrderId, { kind: 'settled', nonce, ...(how === 'unused' && { unused: true }) });
    },
    fillsOf: (clientOrderId) => fillsOf(index.get(clientOrderId)),
    takenBack: (clientOrderId, fillId) => {
      const hasIt = fillsOf(index.get(clientOrderId)).booked.includes(fillId);
      write(clientOrderId, hasIt ? { kind: 'fill-voided', fillId, pending: true } : { kind: 'undone' });
    },
    sent: (clientOrderId) => {
      write(clientOrderId, { kind: 'sent' });
    },
    answered: observer.answer,
    failed,
    canceling: (clientOrderId) => {
      if (isOpen(clientOrderId)) write(clientOrderId, { kind: 'cancel', state: 'sent' });
    },
    cancelAnswered: observer.answer,
    cancelFailed,
    amending: (clientOrderId, to) => {
      if (isOpen(clientOrderId)) write(clientOrderId, { kind: 'amend', state: 'sent', to });
    },
    amended: (clientOrderId, to, report) => {
      const isAbout = observer.isAbout(clientOrderId, report);
      write(clientOrderId, isAbout ? toAmendment(to, report, options.now()) : { kind: 'amend', state: 'unknown', to });
      observer.answer(clientOrderId, report);
    },
    amendFailed,
    observe: observer.observe,
    notFound: (clientOrderId, source) => {
      meter.count(`orders.not-found.${source}`);
      index.doubt(clientOrderId);
    },
    deadline: (clientOrderId) => index.get(clientOrderId)?.deadline,
    notPlaced: (clientOrderId, evidence) => {
      const operation = `place ${index.get(clientOrderId)?.terms.pair ?? ''}`;
      const failure: Failure = { kind: 'order-not-found', outcome: 'refused', operation, message: evidence };
      write(clientOrderId, { kind: 'verdict', verdict: 'not-placed', failure });
    },
    order: (clientOrderId) => present(index.get(clientOrderId)),
    byOrderId: (symbol, orderId) => present(index.find(symbol, orderId)),
    orders: (filter = {}) => index.list(filter),
    openOfOurs: index.openOfOurs,
    incomplete: index.incomplete.list,
    isIncomplete: index.incomplete.has,
    feeless: index.feeless.list,
    isFeeless: index.feeless.has,
    nameless: index.nameless.list,
    isNameless: index.nameless.has,
    idsLackingFills: (clientOrderId) => idsLackingFills(index.get(clientOrderId)),
    unendedIds: (clientOrderId) => unendedIds(index.get(clientOrderId)),
    uncertain: index.uncertain.list,
    isUncertain: index.uncertain.has,
    reserved: () => index.reserved,
    inFlight: () => index.inFlight,
    closed: (clientOrderId, signal) => closings.wait(index.get(clientOrderId), clientOrderId, signal),
    tell: (record) => {
      outbox.push(toAsideHappenings(record), record);
    },
    replay: async (records) => {
      const told = journal.told.upTo();
      for await (const record of records) {
        const before = index.get(record.clientOrderId);
        if (isAsideRecord(record)) {
          if (record.sequence > told) outbox.push(toAsideHappenings(record), record);
          continue;
        }
        const after = applyRecord(before, record);
        index.set(after);
        if (record.sequence > told) outbox.push(happenings(before, record, after), record);
      }
    },
    resume: () => {
      for (const facts of index.open()) resumeOrder(facts);
    },
  };
}

const interrupted: Failure = {
  kind: 'aborted',
  outcome: 'unknown',
  operation: 'restart',
  message: 'the process ended before the venue had answered',
};

/** A refusal is believed, but "not found" on an order that lives here says that one of the two is mistaken. */
function isDoubtful({ outcome, kind }: ConnectorError): boolean {
  return outcome === 'unknown' || (outcome === 'refused' && kind === 'order-not-found');
}

function toAmendment(to: Change, { orderId, at, version }: OrderReport, now: UnixMs): AmendEntry {
  return {
    kind: 'amend',
    state: 'done',
    to,
    ...(orderId !== undefined && { orderId }),
    venueAt: at ?? now,
    ...(version !== undefined && { version }),
  };
}

function present(facts: OrderFacts | undefined): Order | undefined {
  return facts && toOrder(facts);
}

function unsent(
  clientOrderId: string,
  terms: Pick<OrderTerms, 'pair'>,
  message: string,
  cause?: unknown,
): ConnectorError {
  return new ConnectorError(message, {
    kind: cause === undefined ? 'invalid-request' : 'aborted',
    outcome: 'not-sent',
    operation: `place ${terms.pair}`,
    clientOrderId,
    cause,
  });
}
