import { ConnectorError, type ErrorKind, type Outcome } from '../../src/errors/connector-error.js';
import { decimal, type Decimal } from '../../src/model/decimal.js';
import type { Fill } from '../../src/model/fill.js';
import type { Market, Side, UnixMs } from '../../src/model/market.js';
import type { NewOrder, Order, OrderReport, OrderState, OrderStatus, TimeInForce } from '../../src/model/order.js';
import type { OrderHappening } from '../../src/orders/events.js';
import { createMemoryJournal, type Journal } from '../../src/orders/journal.js';
import type { JournalEntry, JournalRecord, OrderTerms } from '../../src/orders/record.js';
import { createTracker, type Tracker, type TrackerOptions } from '../../src/orders/tracker.js';
import { createCounts } from './counts.js';
import { market as ordinary } from './market.js';

/** The ordinary one, with every rule. */
export const market: Market = {
  ...ordinary,
  price: { step: decimal('0.01'), min: decimal('0.01'), max: decimal('1000000') },
  amount: { step: decimal('0.001'), min: decimal('0.001'), max: decimal('1000') },
  minNotional: decimal('5'),
};

export function terms(
  change: { side?: Side; amount?: string; price?: string; timeInForce?: TimeInForce } = {},
): OrderTerms {
  const { side = 'buy', amount = '10', price = '100', timeInForce = 'gtc' } = change;
  return {
    pair: market.pair,
    symbol: market.symbol,
    base: market.base,
    quote: market.quote,
    side,
    type: 'limit',
    amount: decimal(amount),
    amountIn: 'base',
    price: decimal(price),
    timeInForce,
  };
}

export function marketTerms(side: Side, amount: string, amountIn: 'base' | 'quote'): OrderTerms {
  const { price: _price, timeInForce: _timeInForce, ...rest } = terms({ side, amount });
  return { ...rest, type: 'market', amountIn };
}

type ReportChange = Omit<Partial<OrderReport>, 'status' | 'filled' | 'filledQuote' | 'terms'> & {
  readonly filled?: string;
  readonly filledQuote?: string;
  readonly terms?: { readonly side: Side; readonly amount: string; readonly price?: string };
};

export function report(status: OrderStatus, change: ReportChange = {}): OrderReport {
  const { filled, filledQuote, terms: told, ...rest } = change;
  return {
    type: 'order',
    symbol: market.symbol,
    status,
    ...(filled !== undefined && { filled: decimal(filled) }),
    ...(filledQuote !== undefined && { filledQuote: decimal(filledQuote) }),
    ...(told !== undefined && {
      terms: {
        side: told.side,
        amount: decimal(told.amount),
        ...(told.price !== undefined && { price: decimal(told.price) }),
      },
    }),
    ...rest,
  };
}

type FillChange = Omit<Partial<Fill>, 'price' | 'fees'> & { readonly price?: string; readonly fee?: string };

/** A fill of `amount` base units; `fee` in USDT. */
export function fill(fillId: string, amount: string, change: FillChange = {}): Fill {
  const { price = '100', fee, ...rest } = change;
  return {
    type: 'fill',
    symbol: market.symbol,
    fillId,
    price: decimal(price),
    amount: decimal(amount),
    at: 2_000,
    ...(fee !== undefined && { fees: [{ asset: 'USDT', amount: decimal(fee) }] }),
    ...rest,
  };
}

export function failure(outcome: Outcome, kind: ErrorKind = 'network'): ConnectorError {
  return new ConnectorError('the line went dead', { kind, outcome, operation: 'venue POST /order' });
}

/** A record of order `a`; `sequence` and `at` count up. */
export function recorder(clientOrderId = 'a'): (entry: JournalEntry) => JournalRecord {
  let sequence = 0;
  return (entry) => {
    sequence += 1;
    return { sequence, clientOrderId, at: 1_000 + sequence, ...entry };
  };
}

export type Desk = {
  readonly tracker: Tracker;
  readonly journal: Journal;
  readonly told: OrderHappening[];
  readonly counts: Readonly<Record<string, number>>;
  readonly clock: { now: UnixMs };
  /** `['order-opened a', …]`, and empties the list. */
  readonly news: () => readonly string[];
};

/** A tracker on a memory journal; ids that begin with `hb` are ours. */
export function desk(change: Partial<TrackerOptions> = {}): Desk {
  const clock = { now: 1_000 };
  const told: OrderHappening[] = [];
  const { meter, counts } = createCounts();
  const journal = change.journal ?? createMemoryJournal({ now: () => clock.now });
  const tracker = createTracker({
    journal,
    isClosed: () => false,
    now: () => clock.now,
    emit: (happening) => {
      if ('order' in happening) told.push(happening);
    },
    market: (symbol) => (symbol === market.symbol ? market : undefined),
    isOurs: (clientOrderId) => clientOrderId.startsWith('hb'),
    echoesClientId: true,
    meter,
    ...change,
  });
  const news = (): readonly string[] => told.splice(0).map(({ type, order }) => `${type} ${order.clientOrderId}`);
  return { tracker, journal, told, counts, clock, news };
}

/** An order that has left and has not been answered. */
export async function sendOrder({ tracker }: Desk, clientOrderId: string, asked: OrderTerms = terms()): Promise<void> {
  await tracker.intend(clientOrderId, asked);
  tracker.sent(clientOrderId);
}

/** An order with its decimals as text, to compare whole orders with `toEqual`. */
export function plain(order: Order | undefined): Readonly<Record<string, unknown>> {
  if (order === undefined) return {};
  const { amount, price, filled, averagePrice, fees, error, ...rest } = order;
  return {
    ...rest,
    amount: amount.toFixed(),
    ...(price !== undefined && { price: price.toFixed() }),
    filled: filled.toFixed(),
    ...(averagePrice !== undefined && { averagePrice: averagePrice.toFixed() }),
    fees: Object.fromEntries(fees.map((fee) => [fee.asset, fee.amount.toFixed()])),
    ...(error !== undefined && { error: error.message }),
  };
}

/** A quantised order as a venue would be asked to place it. */
export function newOrder(
  change: { side?: Side; amount?: string; price?: string; amountIn?: 'base' | 'quote'; timeInForce?: TimeInForce } = {},
): NewOrder {
  const { side = 'buy', amount = '10', price, amountIn = 'base', timeInForce } = change;
  return {
    market,
    request:
      price === undefined
        ? { pair: market.pair, side, type: 'market', amount, amountIn }
        : { pair: market.pair, side, type: 'limit', amount, price },
    clientOrderId: 'a',
    amount: decimal(amount),
    amountIn,
    ...(price !== undefined && { price: decimal(price) }),
    ...(timeInForce !== undefined && { timeInForce }),
    deadline: 6_000,
  };
}

/** The terms of `terms()` as a venue shows them. */
export const buyTerms = { side: 'buy', amount: '10', price: '100' } as const;

export function stateOf({ tracker }: Desk, clientOrderId: string): OrderState | undefined {
  return tracker.order(clientOrderId)?.state;
}

/** The kinds of all records in the journal. */
export async function kindsOf({ journal }: Desk): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const record of journal.read()) kinds.push(record.kind);
  return kinds;
}

export function texts(sums: ReadonlyMap<string, Decimal>): Readonly<Record<string, string>> {
  return Object.fromEntries([...sums].map(([asset, amount]) => [asset, amount.toFixed()]));
}
