import {
  isConnectorError,
  toDecimal,
  type Book,
  type Connector,
  type Decimal,
  type Exact,
  type Order,
  type Side,
} from '@hb/connector-core';

export type MarketMakerOptions = {
  readonly pair: string;
  /** Of each quote, in base units. */
  readonly amount: Exact;
  /** Between each quote and the mid, as a fraction. */
  readonly spread: Exact;
  /** How far a quote may be from where it belongs before it is replaced, as a fraction. */
  readonly tolerance: Exact;
  readonly signal: AbortSignal;
};

const sides = ['buy', 'sell'] as const;

/** Keeps one quote on each side of the mid until `signal` aborts, then cancels what is left. Runs on any connector. */
export async function runMarketMaker(connector: Connector, options: MarketMakerOptions): Promise<void> {
  const { pair, signal } = options;
  await connector.start({ pairs: [pair], needs: { limit: ['post-only'], book: true }, signal });
  const quotes = new Map<Side, string>();
  for await (const book of connector.books(pair, { signal })) {
    await Promise.all(sides.map((side) => refresh(connector, { ...options, book, side, quotes })));
  }
  await connector.cancelAll({ pair });
}

type Quoting = MarketMakerOptions & { readonly book: Book; readonly side: Side; readonly quotes: Map<Side, string> };

async function refresh(connector: Connector, { book, side, quotes, ...options }: Quoting): Promise<void> {
  const mid = book.mid();
  if (mid === undefined || book.state !== 'live' || connector.status.account !== 'ready') return;
  const price = toPrice(mid, side, toDecimal(options.spread));
  const order = connector.order(quotes.get(side) ?? '');
  if (order !== undefined && isResting(order)) {
    // What may rest at the venue is never quoted a second time, so an order in doubt keeps its place.
    if (order.state !== 'open' || order.canceling || isNear(order, price, toDecimal(options.tolerance))) return;
    await tolerate(connector.cancel(order.clientOrderId));
    return;
  }
  const clientOrderId = connector.newClientOrderId();
  quotes.set(side, clientOrderId);
  const { pair, amount } = options;
  await tolerate(
    connector.place({ pair, side, clientOrderId, type: 'limit', timeInForce: 'post-only', amount, price }),
  );
}

function toPrice(mid: Decimal, side: Side, spread: Decimal): Decimal {
  return side === 'buy' ? mid.minus(mid.times(spread)) : mid.plus(mid.times(spread));
}

function isNear({ price }: Order, wanted: Decimal, tolerance: Decimal): boolean {
  return price?.minus(wanted).abs().lte(wanted.times(tolerance)) === true;
}

function isResting({ state }: Order): boolean {
  return state === 'queued' || state === 'sent' || state === 'open' || state === 'unknown';
}

/** A quote that could not be placed or cancelled is tried again at the next change of the book. */
async function tolerate(command: Promise<Order>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!isConnectorError(error) || error.kind === 'auth') throw error;
  }
}
