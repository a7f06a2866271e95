import { attribute } from '../errors/attribute.js';
import { detailOf } from '../errors/classify.js';
import { ConnectorError, isConnectorError } from '../errors/connector-error.js';
import type { Decimal, Exact } from '../model/decimal.js';
import type { Book } from '../model/book.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { NewOrder, Order, OrderReport, OrderRequest } from '../model/order.js';
import type { Guard } from '../orders/guard.js';
import { quantise } from '../orders/quantise.js';
import type { Tracker } from '../orders/tracker.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { Amendable, TradingSpec } from '../spec/spot.js';
import { invalid, known } from './known.js';
import { toRef, type Reconciler } from './reconciler.js';

export type AmendOptions<O, C, W> = {
  readonly id: string;
  readonly spec: Pick<TradingSpec<O, C, W>, 'amend'>;
  readonly api: (context: CallContext) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  /** Of a live book; `undefined` when there is none. */
  readonly book: (pair: Pair) => Book | undefined;
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
  readonly guard: Guard;
  readonly reconciler: Reconciler;
};

/** What is to change; what is left out stays. */
type Amendment = { readonly amount?: Exact; readonly price?: Exact };

export type Amend = (clientOrderId: string, to: Amendment) => Promise<Order>;

/** Changes orders at the venue. Rejects unless the venue said that it did; `outcome` tells whether it may have. */
export function createAmend<O, C, W>(options: AmendOptions<O, C, W>): Amend {
  const { id, spec, tracker, reconciler } = options;

  /** What is asked of the venue: rounded, and within the user's limits. */
  const toChange = (order: Order, to: Amendment): Change => {
    const { clientOrderId, pair, side, price } = order;
    const market = options.market(pair);
    const request: OrderRequest = {
      pair,
      side,
      clientOrderId,
      type: 'limit',
      ...(to.amount === undefined ? { amount: order.amount, amountIn: order.amountIn } : { amount: to.amount }),
      price: to.price ?? price ?? '',
    };
    const terms = quantise(market, request);
    const changed: NewOrder<W> = { market, request, clientOrderId, deadline: options.now(), ...terms };
    // It takes the place of an open order and is none more.
    options.guard.check(changed, { mid: () => options.book(pair)?.mid(), open: 0 });
    return {
      ...(to.amount !== undefined && { amount: terms.amount }),
      ...(to.price !== undefined && terms.price !== undefined && { price: terms.price }),
    };
  };

  return async (clientOrderId, to) => {
    const order = known(tracker, id, clientOrderId);
    if (spec.amend === undefined) throw invalid(`${id} amend`, 'this venue cannot amend orders', 'unsupported');
    checkAmendable(id, order, to);
    if (to.price !== undefined) checkPriced(id, spec.amend);
    const change = renamed(`${id} amend`, () => toChange(order, to));
    checkRule(id, spec.amend, { order, change });
    const market = options.market(order.pair);
    tracker.amending(clientOrderId, change);
    try {
      const p = options.api({ symbol: market.symbol, order: { ageMs: options.now() - order.createdAt } });
      const report = await spec.amend.run(p, toAmendable(market, order), change);
      checkId(spec.amend, order, report);
      tracker.amended(clientOrderId, change, report);
    } catch (error) {
      const failure = attribute(error, { operation: `${id} amend`, clientOrderId, outcome: 'unknown' });
      tracker.amendFailed(clientOrderId, change, failure);
      reconciler.followMissing();
      throw failure;
    }
    return known(tracker, id, clientOrderId);
  };
}

function toAmendable<W>(market: Market<W>, order: Order): Amendable<W> {
  const { side, amount, filled, price, timeInForce, effect } = order;
  return {
    side,
    amount,
    filled,
    ...toRef(market, order),
    ...(price !== undefined && { price }),
    ...(timeInForce !== undefined && { timeInForce }),
    ...(effect !== undefined && { effect }),
  };
}

/** What rounding and limits refuse, told of the amendment. */
function renamed<T>(operation: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    const { kind, outcome, clientOrderId } = error;
    throw new ConnectorError(detailOf(error), { kind, outcome, operation, clientOrderId });
  }
}

type Change = { readonly amount?: Decimal; readonly price?: Decimal };

function checkAmendable(id: string, { clientOrderId, state, type }: Order, to: Amendment): void {
  if (to.amount === undefined && to.price === undefined) throw invalid(`${id} amend`, 'nothing to change');
  if (type === 'market') throw invalid(`${id} amend`, `order ${clientOrderId} is a market order`, 'unsupported');
  if (state === 'open' || state === 'unknown') return;
  throw invalid(`${id} amend`, `order ${clientOrderId} is ${state}, not open`);
}

/** Throws for an answer about an id that the order cannot have. */
function checkId(
  rule: Pick<NonNullable<TradingSpec<never, never, never>['amend']>, 'id'>,
  { clientOrderId, orderId }: Order,
  report: OrderReport,
): void {
  if (rule.id === 'new' || orderId === undefined || report.orderId === undefined) return;
  if (report.orderId === orderId) return;
  throw new ConnectorError(`the venue answered about order ${report.orderId} in place of ${orderId}`, {
    kind: 'bad-response',
    outcome: 'unknown',
    operation: `amend ${clientOrderId}`,
  });
}

function checkPriced(id: string, { can }: NonNullable<TradingSpec<never, never, never>['amend']>): void {
  if (can === 'amount-and-price') return;
  throw invalid(`${id} amend`, 'this venue amends amounts only: cancel, then place at the new price', 'unsupported');
}

function checkRule(
  id: string,
  { lowersOnly }: NonNullable<TradingSpec<never, never, never>['amend']>,
  { order, change }: { readonly order: Order; readonly change: Change },
): void {
  if (lowersOnly === true && change.amount?.gte(order.amount) === true) {
    const from = `${order.amount.toFixed()} to ${change.amount.toFixed()}`;
    throw invalid(`${id} amend`, `this venue lowers amounts only: ${from} is not lower`, 'unsupported');
  }
}
