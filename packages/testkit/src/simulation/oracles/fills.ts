import { decimal, zero, type Decimal, type Event, type Fee } from '@hb/connector-core';

import type { Execution } from '../../engine/types.js';
import { keyOf, type Evidence, type Oracle } from './evidence.js';

type FillEvent = Extract<Event, { type: 'order-filled' }>;

/** Every trade of our orders was told, once, and none that never was. */
export const allFills: Oracle = function* ({ told: events, placings, executions, atVenue, orders, history, world }) {
  const { toFillId = ({ tradeId }: Execution) => String(tradeId) } = world.venue;
  const told = new Map<string, FillEvent[]>();
  for (const event of events) {
    if (event.type !== 'order-filled') continue;
    const key = `${event.fill.symbol} ${event.fill.orderId ?? event.order.orderId ?? ''} ${event.fill.fillId}`;
    told.set(key, [...(told.get(key) ?? []), event]);
  }
  const real = new Set<string>();
  for (const execution of [...executions.values()].flat()) real.add(`${keyOf(execution)} ${toFillId(execution)}`);
  for (const [key, events] of told) {
    if (!real.has(key)) yield ['FIL', `fill ${key} was told and never was`];
    if (new Set(events.map(({ id }) => id)).size > 1 || events.length > 1)
      yield ['FIL', `fill ${key} was told ${events.length} times`];
  }
  for (const { clientOrderId } of placings.values()) {
    for (const order of (atVenue.get(clientOrderId) ?? []).flatMap(({ orders: all }) => all)) {
      // Of an order that is over the venue may no longer tell that it was ours.
      if (history.isRecordLost && order.status !== 'open' && !orders.has(clientOrderId)) continue;
      for (const fillId of (executions.get(keyOf(order)) ?? []).map(toFillId)) {
        if (!told.has(`${keyOf(order)} ${fillId}`))
          yield ['FIL', `fill ${keyOf(order)} ${fillId} of ${clientOrderId} was not told`];
      }
    }
  }
};

/** Sums of fills, of quote and of fees are exact, in events and in the order. */
export const exactSums: Oracle = function* (evidence) {
  const { placings, atVenue, orders, executions, world } = evidence;
  const { engine, exchanges } = world;
  for (const { clientOrderId } of placings.values()) {
    const [real] = atVenue.get(clientOrderId) ?? [];
    const order = orders.get(clientOrderId);
    const exchange = exchanges.find(({ symbol }) => symbol === real?.market);
    if (real === undefined || order === undefined || exchange === undefined) continue;
    const filled = decimal(exchange.amountText(real.filled));
    if (!order.filled.eq(filled))
      yield ['SUM', `${clientOrderId} is filled ${order.filled.toFixed()} here, ${filled.toFixed()} at the venue`];
    const mine = real.orders.flatMap((each) => executions.get(keyOf(each)) ?? []);
    const quote = mine.reduce(
      (sum, { price, amount }) =>
        sum.plus(decimal(exchange.priceText(price) ?? '0').times(exchange.amountText(amount))),
      zero,
    );
    if (filled.gt(zero) && order.averagePrice?.eq(quote.div(filled)) !== true) {
      yield [
        'SUM',
        `${clientOrderId} has the average price ${order.averagePrice?.toFixed() ?? 'none'}, it is ${quote.div(filled).toFixed()}`,
      ];
    }
    const paid = feesOf(mine, (asset, amount) => decimal(engine.asset(asset).format(amount)));
    const [here, there] = [toText(order.fees), toText(paid)];
    if (here !== there) yield ['SUM', `${clientOrderId} paid ${here} here and ${there} at the venue`];
  }
  yield* toldSums(evidence);
};

/** What the events add up to is what the order says. */
function* toldSums({ told, orders, placings }: Evidence): ReturnType<Oracle> {
  const sums = new Map<string, Decimal>();
  for (const event of told) {
    if (event.type !== 'order-filled' || !placings.has(event.order.clientOrderId)) continue;
    const { clientOrderId } = event.order;
    sums.set(clientOrderId, (sums.get(clientOrderId) ?? zero).plus(event.fill.amount));
  }
  for (const [clientOrderId, sum] of sums) {
    const order = orders.get(clientOrderId);
    if (order?.filled.eq(sum) !== true)
      yield [
        'SUM',
        `the fills of ${clientOrderId} add up to ${sum.toFixed()}, the order says ${order?.filled.toFixed() ?? 'nothing'}`,
      ];
  }
}

function feesOf(
  executions: readonly Execution[],
  toDecimal: (asset: string, amount: bigint) => Decimal,
): readonly Fee[] {
  const sums = new Map<string, bigint>();
  for (const { fee } of executions) sums.set(fee.asset, (sums.get(fee.asset) ?? 0n) + fee.amount);
  return [...sums].map(([asset, amount]) => ({ asset, amount: toDecimal(asset, amount) }));
}

function toText(fees: readonly Fee[]): string {
  const paid = fees.filter(({ amount }) => !amount.eq(zero)).map(({ asset, amount }) => `${amount.toFixed()} ${asset}`);
  return paid.toSorted().join(' + ') || 'nothing';
}
