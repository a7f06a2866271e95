import { max, zero, type Decimal } from '../model/decimal.js';
import type { Fill } from '../model/fill.js';
import type { Market } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Order, OrderReport } from '../model/order.js';
import { currentLeg, type OrderFacts } from './facts.js';
import { isOver } from './leg.js';
import { guess } from './match.js';
import type { OrderIndex } from './order-index.js';
import type { Failure, JournalEntry, OrderTerms, StatusEntry } from './record.js';
import { createUnclaimed } from './unclaimed.js';

export type ObserverOptions = {
  readonly index: OrderIndex;
  readonly market: (symbol: string) => Market | undefined;
  readonly isOurs: (clientOrderId: string) => boolean;
  readonly echoesClientId: boolean;
  readonly meter: Meter;
  /** Writes about a known order, when it is news. */
  readonly write: (clientOrderId: string, entry: JournalEntry) => void;
  /** Begins an order. */
  readonly open: (clientOrderId: string, entry: Extract<JournalEntry, { kind: 'intent' }>) => void;
};

/** Finds the order that an observation is about and writes down what is news. */
export type Observer = {
  /** Whether an answer is about the order that was asked about. */
  readonly isAbout: (clientOrderId: string, report: OrderReport) => boolean;
  /** Takes in the answer to a command about this order. */
  readonly answer: (clientOrderId: string, report: OrderReport) => void;
  readonly observe: (observation: OrderReport | Fill) => boolean;
  /** Looks again at what was not clear: a command has ended, which may settle it. */
  readonly reconsider: () => void;
};

export function createObserver(options: ObserverOptions): Observer {
  const { index, meter, write } = options;
  const unclaimed = createUnclaimed();

  const find = (
    told: Pick<OrderReport, 'symbol' | 'orderId' | 'clientOrderId' | 'replaces'>,
  ): OrderFacts | undefined => {
    const { symbol, orderId, clientOrderId, replaces } = told;
    const byOrderId = orderId === undefined ? undefined : index.find(symbol, orderId);
    if (byOrderId !== undefined) return byOrderId;
    const named = clientOrderId === undefined ? undefined : index.get(clientOrderId);
    if (named !== undefined && isSameOrder(named, symbol, orderId)) return named;
    return replaces === undefined ? undefined : index.find(symbol, replaces);
  };

  const revoke = (facts: OrderFacts): void => {
    if (facts.verdict === undefined) return;
    meter.count('orders.verdict-revoked');
    write(facts.clientOrderId, { kind: 'verdict', verdict: 'revoked' });
  };

  const bind = (facts: OrderFacts, orderId: string | undefined, replaces?: string): void => {
    if (orderId === undefined) return;
    const { clientOrderId, legs } = facts;
    if (hasId(facts, orderId) && replaces === undefined) return;
    if (replaces === undefined && legs.some((leg) => leg.orderId !== undefined)) meter.count('orders.second-id');
    write(clientOrderId, { kind: 'ack', orderId, ...(replaces !== undefined && { replaces }) });
  };

  const bookFill = (facts: OrderFacts, fill: Fill): boolean => {
    const { clientOrderId, terms } = facts;
    if (fill.side !== undefined && fill.side !== terms.side) {
      meter.count('orders.contradiction');
      return false;
    }
    revoke(facts);
    bind(facts, fill.orderId);
    const { clientOrderId: _told, side: _side, orderId = currentLeg(facts).orderId, ...trade } = fill;
    const booked = { clientOrderId, side: terms.side, ...(orderId !== undefined && { orderId }), ...trade };
    write(clientOrderId, { kind: 'fill', fill: booked });
    claim(clientOrderId, fill.symbol, fill.orderId);
    return true;
  };

  /** Books what was kept until this order was known under this id. */
  const claim = (clientOrderId: string, symbol: string, orderId: string | undefined): void => {
    for (const report of orderId === undefined ? [] : unclaimed.takeReports(symbol, orderId))
      take(clientOrderId, report);
    for (const fill of unclaimed.takeFills(symbol, { orderId, clientOrderId })) {
      const facts = index.get(clientOrderId);
      if (facts !== undefined) bookFill(facts, fill);
    }
  };

  const take = (clientOrderId: string, report: OrderReport): void => {
    const facts = index.get(clientOrderId);
    if (facts === undefined) {
      meter.count('orders.untracked');
      return;
    }
    if (report.status !== 'rejected' || report.filled?.gt(zero) === true) revoke(facts);
    bind(facts, report.orderId, report.replaces);
    write(clientOrderId, toStatus(report, index.get(clientOrderId) ?? facts));
    index.settle(clientOrderId);
    claim(clientOrderId, report.symbol, report.orderId);
  };

  const adopt = (report: OrderReport): boolean => {
    const { symbol, orderId, clientOrderId: told, terms } = report;
    const market = options.market(symbol);
    const isFree = told !== undefined && index.get(told) === undefined;
    const clientOrderId = isFree ? told : orderId && `${symbol}:${orderId}`;
    if (market === undefined || terms === undefined || clientOrderId === undefined) {
      meter.count('orders.unclaimed');
      return false;
    }
    const origin: Order['origin'] = isFree && options.isOurs(told) ? 'recovered' : 'external';
    meter.count(`orders.${origin}`);
    options.open(clientOrderId, { kind: 'intent', origin, terms: toTerms(market, terms) });
    take(clientOrderId, report);
    return true;
  };

  const place = (report: OrderReport): boolean => {
    const known = find(report);
    if (known !== undefined) {
      take(known.clientOrderId, report);
      return true;
    }
    if (report.clientOrderId !== undefined || report.orderId === undefined) return adopt(report);
    const others = unclaimed.reports();
    const guessed = guess(report, { orders: index.open(), others, echoesClientId: options.echoesClientId });
    if (guessed.type === 'foreign') return adopt(report);
    if (guessed.type === 'unclear') {
      if (unclaimed.keepReport(report)) meter.count('orders.unclaimed-dropped');
      return false;
    }
    meter.count('orders.matched-by-content');
    take(guessed.facts.clientOrderId, report);
    return true;
  };

  /** An answer about another order says nothing of the one that was asked about. */
  const mistrust = (clientOrderId: string, report: OrderReport): void => {
    meter.count('orders.contradiction');
    write(clientOrderId, { kind: 'unknown', failure: mixedUp(clientOrderId, report) });
    index.doubt(clientOrderId);
    place(report);
  };

  const reconsider = (): void => {
    for (const { symbol, orderId } of unclaimed.reports()) {
      for (const report of unclaimed.takeReports(symbol, orderId)) place(report);
    }
  };

  const isAbout: Observer['isAbout'] = (clientOrderId, { symbol, clientOrderId: told, orderId, replaces }) => {
    const facts = index.get(clientOrderId);
    const owner = orderId === undefined ? undefined : index.find(symbol, orderId);
    if (owner !== undefined && owner !== facts) return false;
    // Two markets may give the same id.
    if (facts !== undefined && facts.terms.symbol !== symbol) return false;
    if (told === clientOrderId || (orderId !== undefined && hasId(facts, orderId))) return true;
    if (told !== undefined) return false;
    if (orderId === undefined || replaces !== undefined || facts === undefined) return true;
    // Only an order that has no id yet, or is about to get another, may be one that nobody knows.
    return facts.amending || facts.legs.some((leg) => leg.orderId === undefined);
  };

  return {
    isAbout,
    answer: (clientOrderId, report) => {
      if (isAbout(clientOrderId, report)) take(clientOrderId, report);
      else mistrust(clientOrderId, report);
      reconsider();
    },
    observe: (observation) => {
      if (observation.type === 'order') return place(observation);
      const facts = find(observation);
      if (facts !== undefined) return bookFill(facts, observation);
      if (unclaimed.keepFill(observation)) meter.count('orders.unclaimed-dropped');
      return false;
    },
    reconsider,
  };
}

function hasId(facts: OrderFacts | undefined, orderId: string): boolean {
  return facts?.legs.some((leg) => leg.orderId === orderId) === true;
}

function mixedUp(clientOrderId: string, report: OrderReport): Failure {
  return {
    kind: 'bad-response',
    outcome: 'unknown',
    operation: `order ${clientOrderId}`,
    message: `the venue answered about order ${report.clientOrderId ?? report.orderId ?? ''}`,
  };
}

/** Ids of other software may come again on a later order; ours never do, so a second order id is an amendment's. */
function isSameOrder({ origin, terms, legs }: OrderFacts, symbol: string, orderId: string | undefined): boolean {
  if (terms.symbol !== symbol) return false;
  return origin !== 'external' || orderId === undefined || legs.every((leg) => leg.orderId === undefined);
}

function toStatus(report: OrderReport, facts: OrderFacts): StatusEntry {
  const terms = changedTerms(report, facts);
  const { orderId, status, reason, at, version, filled, filledQuote, fees } = report;
  return {
    kind: 'status',
    ...(orderId !== undefined && { orderId }),
    status,
    ...(reason !== undefined && { reason }),
    ...(at !== undefined && { venueAt: at }),
    ...(version !== undefined && { version }),
    ...(filled !== undefined && { filled }),
    ...(filledQuote !== undefined && { filledQuote }),
    ...(fees !== undefined && { fees }),
    ...(terms !== undefined && { terms }),
  };
}

/** What a venue shows of a market order is not what was asked for; of a leg, it is what was left when the leg began. */
function changedTerms({ terms, orderId }: OrderReport, facts: OrderFacts): StatusEntry['terms'] {
  const { type, amountIn, price } = facts.terms;
  if (terms === undefined || type === 'market' || amountIn === 'quote') return undefined;
  const before = facts.legs.length > 1 ? filledBefore(facts, orderId) : zero;
  if (before === undefined) return undefined;
  const amount = terms.amount.plus(before);
  const isSame = amount.eq(facts.terms.amount) && (terms.price === undefined || price?.eq(terms.price) === true);
  // While an amendment is under way, also that nothing has changed is news: of the id that it brings.
  return isSame && !facts.amending ? undefined : { amount, ...(terms.price !== undefined && { price: terms.price }) };
}

/** What was filled before the order got this id; `undefined` when it is not the last one, or the venue has not said. */
function filledBefore(facts: OrderFacts, orderId: string | undefined): Decimal | undefined {
  const former = facts.legs.filter((leg) => leg.orderId !== orderId);
  if (currentLeg(facts).orderId !== orderId || !former.every(isOver)) return undefined;
  return former.reduce((sum, { sums, reported }) => sum.plus(max(sums.base, reported?.filled ?? zero)), zero);
}

function toTerms(market: Market, { side, amount, price }: NonNullable<OrderReport['terms']>): OrderTerms {
  const { pair, symbol, base, quote } = market;
  const type = price === undefined ? 'market' : 'limit';
  return { pair, symbol, base, quote, side, type, amount, amountIn: 'base', ...(price !== undefined && { price }) };
}
