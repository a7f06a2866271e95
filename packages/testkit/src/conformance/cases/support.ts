import { decimal, type Event, type Fill } from '@hb/connector-core';

import { isPerpetual } from '../../engine/perpetual/types.js';
import type { HttpFault } from '../../faults/fault.js';
import type { VenueAnswer } from '../../venue.js';
import { assertSame, present } from '../assert.js';
import type { Exchange } from '../exchange.js';
import type { SpecView } from '../observe-spec.js';
import type { Message, Which } from '../stream-tap.js';
import type { World } from '../world.js';

/** Answers that do not come from the venue's application. `acted`: the venue did what it was asked for all the same. */
export const brokenDown: HttpFault = { kind: 'http.status', status: 500, acted: false, body: '' };
export const brokenAfter: HttpFault = { kind: 'http.status', status: 500, acted: true, body: '' };

export const html = '<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>';

export function needsAccountStream({ accountStreams }: SpecView): string | undefined {
  return accountStreams.length === 0 ? 'trading.feed.streams' : undefined;
}

export function needsSnapshots({ has }: SpecView): string | undefined {
  return has.fetchBook ? undefined : 'market.fetchBook';
}

export const ofBook =
  ({ symbol }: Exchange): Which =>
  ({ events }) =>
    events.some((event) => event.type === 'book' && event.symbol === symbol);

/** Anything that the account is told. */
export const ofAccount =
  ({ spec }: World): Which =>
  ({ stream, events }) =>
    events.length > 0 && spec.accountStreams.includes(stream);

export const ofFill: Which = ({ events }) => events.some(({ type }) => type === 'fill');

export const ofOrder =
  (status: 'open' | 'over'): Which =>
  ({ events }) =>
    !ofFill({ stream: '', events }) &&
    events.some((event) => event.type === 'order' && (event.status === 'open') === (status === 'open'));

/** What was told of one order, by type. */
export function eventsOf<T extends Event['type']>(
  { events }: World,
  type: T,
  clientOrderId?: string,
): readonly Extract<Event, { type: T }>[] {
  const isMeant = (event: Event): event is Extract<Event, { type: T }> => event.type === type;
  return events.filter(isMeant).filter((event) => {
    return clientOrderId === undefined || ('order' in event && event.order.clientOrderId === clientOrderId);
  });
}

/** The types of all that was told of an order, in order. */
export function storyOf({ events }: World, clientOrderId: string): readonly string[] {
  return events.flatMap((event) =>
    'order' in event && event.order.clientOrderId === clientOrderId && event.type !== 'fill-amended'
      ? [event.type]
      : [],
  );
}

export function accountStream({ spec }: World): string {
  return present(spec.accountStreams[0], 'account stream');
}

export function marketStream({ spec }: World): string {
  return present(spec.marketStreams[0], 'market stream');
}

/** Whether the book is live and shows what the engine holds. */
export function isTrueBook({ connector }: World, exchange: Exchange): boolean {
  const book = connector.book(exchange.pair);
  if (book?.state !== 'live') return false;
  const count = 12;
  const { bids, asks } = book.depth(count);
  const truth = exchange.depth(count);
  return toPlain(bids) === toPlain(truth.bids) && toPlain(asks) === toPlain(truth.asks);
}

function toPlain(levels: readonly (readonly string[])[]): string {
  return levels.map((level) => level.map((text) => decimal(text).toFixed()).join('@')).join();
}

/** That the order tells exactly what the engine did with it: amounts, prices, fees, each fill once. Fees may be told later. */
export async function assertTrueFills(world: World, exchange: Exchange, clientOrderId: string): Promise<void> {
  const truth = exchange.executions(clientOrderId);
  const told = eventsOf(world, 'order-filled', clientOrderId).map(({ fill }) => fill);
  const toLine = (price: string | undefined, amount: string): string => `${amount}@${price ?? ''}`;
  assertSame(
    told.map((fill) => toLine(fill.price.toFixed(), fill.amount.toFixed())).sort(),
    truth.map(({ price, amount }) => toLine(exchange.priceText(price), exchange.amountText(amount))).sort(),
    'fills told and fills made',
  );
  const order = world.order(clientOrderId);
  assertSame(
    order.filled.toFixed(),
    exchange.amountText(truth.reduce((total, { amount }) => total + amount, 0n)),
    'filled',
  );
  assertSame(order.fillsComplete, true, 'fillsComplete');
  await assertTrueFees(world, clientOrderId, exchange);
}

async function assertTrueFees(world: World, clientOrderId: string, exchange: Exchange): Promise<void> {
  const { engine, told, until } = world;
  const paid = new Map<string, bigint>();
  for (const { fee } of exchange.executions(clientOrderId))
    paid.set(fee.asset, (paid.get(fee.asset) ?? 0n) + fee.amount);
  const truth = [...paid].filter(([, amount]) => amount !== 0n);
  const areFeesTold = (): boolean => {
    const latest = new Map<string, Fill>();
    for (const event of told) {
      if ('fill' in event && event.order.clientOrderId === clientOrderId) latest.set(event.fill.fillId, event.fill);
    }
    return [...latest.values()].every(({ fees }) => fees !== undefined);
  };
  await until(areFeesTold, `the fees of ${clientOrderId} are told`);
  const { fees } = world.order(clientOrderId);
  assertSame(
    fees.filter(({ amount }) => !amount.eq('0')).map(({ asset, amount }) => [asset, amount.toFixed()]),
    truth.map(([asset, amount]) => [asset, engine.asset(asset).format(amount)]),
    `fees of ${clientOrderId}`,
  );
}

/**
 * That every balance shown is the engine's, and no asset is missing. On margin, what is available follows marks and orders of which
 * no stream tells, and is looked at where the venue was asked (`perp-available`).
 */
export function assertTrueBalances({ connector, engine, account }: World): void {
  const format = (asset: string, amount: bigint): string => engine.asset(asset).format(amount);
  const truth = engine.balances(account).filter(({ free, locked }) => free + locked > 0n);
  const isOnMargin = isPerpetual(engine);
  const shown = [...connector.balances()].filter(([, { total }]) => !total.eq('0'));
  const toLine = (asset: string, total: string, available: string) => [
    asset,
    total,
    ...(isOnMargin ? [] : [available]),
  ];
  assertSame(
    shown.map(([asset, { total, available }]) => toLine(asset, total.toFixed(), available.toFixed())).sort(byText),
    truth
      .map(({ asset, free, locked }) => toLine(asset, format(asset, free + locked), format(asset, free)))
      .sort(byText),
    'balances',
  );
}

function byText(one: readonly string[], other: readonly string[]): number {
  return one.join() < other.join() ? -1 : 1;
}

/** Everything of one asset leaves the account, as by a withdrawal. */
export function withdrawAll({ engine, account }: World, asset: string): void {
  engine.deposit(account, asset, engine.asset(asset).format(-engine.free(account, asset)));
}

export function textOf(message: Message): string {
  return typeof message === 'string' ? message : new TextDecoder().decode(message);
}

/** Every decimal number of the text, quoted or not, becomes something else. */
export function replaceNumbers(text: string, replacement: string): string {
  return text.replace(/(?<=[":,[])\d+\.\d+(?=[",\]}])/g, replacement);
}

/** The first decimal number of the text, quoted or not, becomes something else. The same text when it has none. */
export function replaceNumber(text: string, replacement: string, from = 0): string {
  return text.slice(0, from) + text.slice(from).replace(/(?<=[":,[])\d+\.\d+(?=[",\]}])/, replacement);
}

export function withBody(answer: VenueAnswer, change: (body: string) => string): VenueAnswer {
  return { ...answer, body: change(textOf(answer.body)) };
}

/**
 * How the venue answers about an order that it does not have: for an order whose request never arrived, the answer to a cancel
 * or to a query.
 */
export async function notFoundAnswer(world: World, operation: 'cancel' | 'fetchOrder'): Promise<VenueAnswer> {
  world.http.strike('place', { kind: 'http.request.lost' });
  const lost = await world.place();
  assertSame(lost.state, 'unknown', 'an order whose request was lost');
  const { connector } = world;
  const asked = operation === 'cancel' ? connector.cancel(lost.clientOrderId) : connector.refresh(lost);
  await world.settle(Promise.resolve(asked).catch((error: unknown) => world.errors.push(error)));
  return present(world.http.requests(operation).at(-1)?.answer, `answer to ${operation}`);
}

/** Something else is answered, and the venue never hears of the request. */
export function answeredWith({ status, headers, body }: VenueAnswer): HttpFault {
  return { kind: 'http.status', acted: false, status, headers, body: textOf(body) };
}
