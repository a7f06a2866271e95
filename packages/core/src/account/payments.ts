import type { Pair, UnixMs } from '../model/market.js';
import type { FundingPaymentReport } from '../model/position.js';
import type { Journal } from '../orders/journal.js';
import { isFundingRecord, type FundingEntry, type FundingRecord, type JournalRecord } from '../orders/record.js';

export type PaymentsOptions = {
  readonly journal: Journal;
  /** Whether the journal takes no more: then a payment is left for the next run. */
  readonly isClosed: () => boolean;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly pairOf: (symbol: string) => Pair | undefined;
  /** Hands on what was written down, once it is safe in the journal. */
  readonly tell: (record: FundingRecord) => void;
  /** How many payments stay readable. */
  readonly keep: number;
};

/** The funding payments of one account. Each is booked once, under its id, across restarts. */
export type Payments = {
  /** Takes in the records of an earlier run, without writing or emitting anything. */
  readonly replay: (records: AsyncIterable<JournalRecord>) => Promise<void>;
  /** Resolves when it is safe from when on payments count: after a crash in between, they would be history. */
  readonly begin: () => Promise<void>;
  /** From when on payments have to be asked for. The first time ever it is now: what was paid before is history. */
  readonly from: () => UnixMs;
  /** Returns whether it is a new one. */
  readonly book: (report: FundingPaymentReport) => boolean;
};

/** How much later than others of its time a payment may become known. */
const lateMs = 2 * 3_600_000;
/** Old ones go many at a time. */
const batch = 500;

export function createPayments({ journal, isClosed, now, pairOf, tell, keep }: PaymentsOptions): Payments {
  /** Oldest booked first. */
  const booked = new Map<string, UnixMs>();
  let since: UnixMs | undefined;
  let newest: UnixMs | undefined;

  const note = ({ symbol, paymentId, at }: FundingPaymentReport): void => {
    booked.set(keyOf(symbol, paymentId), at);
    newest = Math.max(newest ?? at, at);
  };

  const begin = (at: UnixMs): UnixMs => {
    const before = since;
    since = at;
    journal.append(keyOf('since', String(at)), { kind: 'funding-since', since: at });
    // The new one first: without any, what is paid while nothing runs would count as history.
    if (before !== undefined && before !== at) journal.forget(keyOf('since', String(before)));
    return at;
  };

  /** Records that damage took away leave a later beginning, not none. */
  const start = (): UnixMs => since ?? begin(newest === undefined ? now() : newest - lateMs);

  const forgetOld = (): void => {
    if (booked.size < keep + batch) return;
    const old = [...booked].slice(0, batch);
    begin(Math.max(since ?? 0, ...old.map(([, at]) => at + 1)));
    for (const [key] of old) {
      booked.delete(key);
      journal.forget(key);
    }
  };

  const from = (): UnixMs => {
    const begun = start();
    return newest === undefined ? begun : Math.max(begun, newest - lateMs);
  };

  const recall = (record: FundingEntry): void => {
    if (record.kind === 'funding-paid') note(record.payment);
    else since = Math.max(since ?? 0, record.since);
  };

  return {
    replay: async (records) => {
      for await (const record of records) if (isFundingRecord(record)) recall(record);
    },
    begin: async () => {
      start();
      await journal.durable();
    },
    from,
    book: (payment) => {
      const key = keyOf(payment.symbol, payment.paymentId);
      if (isClosed() || booked.has(key) || payment.at < start()) return false;
      note(payment);
      const pair = pairOf(payment.symbol) ?? payment.symbol;
      const record = journal.append(key, { kind: 'funding-paid', pair, payment });
      if (isFundingRecord(record)) tell(record);
      forgetOld();
      return true;
    },
  };
}

/** Under which a payment's record is filed in the journal; no client order id has a space in it. */
function keyOf(symbol: string, paymentId: string): string {
  return `funding ${symbol} ${paymentId}`;
}
