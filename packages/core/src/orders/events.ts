import type { Happening, OrderEventType } from '../model/event.js';
import type { Fill } from '../model/fill.js';
import type { UnixMs } from '../model/market.js';
import type { OrderFacts } from './facts.js';
import { toText } from './fees.js';
import { toOrder } from './machine.js';
import { toOperation } from './operation.js';
import type { AsideRecord, FundingRecord, JournalRecord } from './record.js';

/** Something that happened to an order. The same happening carries the same `id` however often it is derived. */
export type OrderHappening = Extract<Happening, { readonly order: unknown }> & { readonly id: string };

/**
 * What one record means to a listener, in order: the opening before any fill, the close after all of them.
 * A function of the records alone, so that a journal read again tells the same.
 */
export function happenings(
  before: OrderFacts | undefined,
  record: JournalRecord,
  after: OrderFacts,
): readonly OrderHappening[] {
  return before === after ? [] : derive(before, record, after);
}

/** A funding payment, or a change of liquidity, as it is told. The same one carries the same `id`. */
export type AsideHappening = Extract<Happening, { readonly type: 'funding-paid' | 'operation' }> & {
  readonly id: string;
};

function toFundingHappenings(record: FundingRecord): readonly AsideHappening[] {
  if (record.kind !== 'funding-paid') return [];
  const { type: _type, symbol, ...payment } = record.payment;
  const id = `funding-paid:${symbol}:${payment.paymentId}`;
  return [{ type: 'funding-paid', id, payment: { ...payment, pair: record.pair } }];
}

/** What a record that says nothing of an order means to a listener. */
export function toAsideHappenings(record: AsideRecord): readonly AsideHappening[] {
  if (record.kind !== 'operation') return toFundingHappenings(record);
  const { operation, sequence } = record;
  return [
    { type: 'operation', id: `operation:${operation.operationId}:${sequence}`, operation: toOperation(operation) },
  ];
}

/** When what a record tells happened, by the venue's clock where it says. */
export function happenedAt(record: JournalRecord): UnixMs {
  if (record.kind === 'fill') return record.fill.at;
  if (record.kind === 'funding-paid') return record.payment.at;
  return (record.kind === 'status' || record.kind === 'amend' ? record.venueAt : undefined) ?? record.at;
}

function derive(before: OrderFacts | undefined, record: JournalRecord, after: OrderFacts): readonly OrderHappening[] {
  const told: OrderHappening[] = [];
  const { reopenings, changes } = after;
  if (before?.closed === true && !after.closed) told.push(toHappening('order-reopened', reopenings, after));
  if (before?.opened !== true && after.opened) told.push(toHappening('order-opened', 0, after));
  if (record.kind === 'unknown' && after.state === 'unknown') told.push(toHappening('order-uncertain', 0, after));
  if (record.kind === 'fill') told.push(...toFillHappenings(before, record.fill, after));
  if (record.kind === 'fill-voided') told.push(...toVoidHappenings(before, record.fillId, after));
  if (before?.opened === true && before.changes !== changes) told.push(toHappening('order-amended', changes, after));
  if (before?.closed !== true && after.closed) told.push(toHappening('order-closed', reopenings, after));
  return told;
}

function toVoidHappenings(
  before: OrderFacts | undefined,
  fillId: string,
  after: OrderFacts,
): readonly OrderHappening[] {
  const fill = before && findFill(before, fillId);
  if (fill === undefined) return [];
  return [{ id: `fill-voided:${after.clientOrderId}:${fillId}`, type: 'fill-voided', order: toOrder(after), fill }];
}

function toFillHappenings(before: OrderFacts | undefined, told: Fill, after: OrderFacts): readonly OrderHappening[] {
  const fill = findFill(after, told.fillId);
  const known = before && findFill(before, told.fillId);
  if (fill === undefined || known === fill) return [];
  const id = `${after.clientOrderId}:${fill.fillId}`;
  if (known === undefined) return [{ id: `order-filled:${id}`, type: 'order-filled', order: toOrder(after), fill }];
  const version = `${fill.amount.toFixed()}@${fill.price.toFixed()}, ${toText(fill.fees ?? [])}`;
  return [{ id: `fill-amended:${id}:${version}`, type: 'fill-amended', order: toOrder(after), fill }];
}

/** `times` tells apart what may happen to one order more than once. */
function toHappening(type: OrderEventType, times: number, facts: OrderFacts): OrderHappening {
  const id = `${type}:${facts.clientOrderId}`;
  return { id: times === 0 ? id : `${id}:${times}`, type, order: toOrder(facts) };
}

function findFill({ legs }: OrderFacts, fillId: string): Fill | undefined {
  for (const { fills } of legs) {
    const fill = fills.get(fillId);
    if (fill !== undefined) return fill;
  }
  return undefined;
}
