import type { Book, Connector, Event, Side } from '@hb/connector-core';

/** `60000.10 x 0.5 | 60000.20 x 0.1  live, 20 ms old`. */
export function describeBook(book: Book): string {
  const level = (side: Side): string => {
    const best = book.best(side);
    return best === undefined ? 'nothing' : `${best.price.toFixed()} x ${best.amount.toFixed()}`;
  };
  return `${level('buy')} | ${level('sell')}  ${book.state}, ${String(Math.round(book.ageMs))} ms old`;
}

/** The top of the book, own orders, balances, positions and the use of rate limits: a line each. */
export function describe(connector: Connector, pair: string): string {
  const book = connector.book(pair);
  const orders = connector.orders({ open: true, pair }).map(({ side, amount, filled, price, state }) => {
    const done = filled.toFixed() === '0' ? '' : ` (${filled.toFixed()} done)`;
    return `${side} ${amount.toFixed()}${done} @ ${price?.toFixed() ?? 'market'} ${state}`;
  });
  const balances = [...connector.balances()].map(([asset, { total }]) => `${asset} ${total.toFixed()}`);
  const positions = (connector.positions?.list() ?? []).map(({ amount, entryPrice }) => {
    return `${amount.toFixed()} at ${entryPrice?.toFixed() ?? '?'}`;
  });
  const limits = connector.metrics().limits.filter(({ used }) => used > 0);
  const uses = limits.map(({ pool, used, limit }) => `${pool} ${String(used)}/${String(limit)}`);
  return [
    `book ${book === undefined ? 'none' : describeBook(book)}`,
    `  orders ${orders.join(', ') || 'none'}`,
    `  balances ${balances.join(', ')}`,
    ...(connector.positions === undefined ? [] : [`  position ${positions.join(', ') || 'none'}`]),
    `  limits ${uses.join(', ') || 'unused'}`,
  ].join('\n');
}

/** `fill buy 0.002 @ 59990.1, fee 0.000002 BTC, 0.005 of 0.02 done`. */
export function describeFill({ order, fill }: Extract<Event, { type: 'order-filled' }>): string {
  const fees = (fill.fees ?? []).map(({ asset, amount }) => `${amount.toFixed()} ${asset}`);
  const what = `fill ${order.side} ${fill.amount.toFixed()} @ ${fill.price.toFixed()}`;
  return `${what}, fee ${fees.join(' + ') || 'none'}, ${order.filled.toFixed()} of ${order.amount.toFixed()} done`;
}
