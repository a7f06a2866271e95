import { ConnectorError } from '../errors/connector-error.js';
import type { Book } from '../model/book.js';
import type { Exact } from '../model/decimal.js';
import type { FeeRates } from '../model/fees.js';
import type { Fee } from '../model/fill.js';
import type { Market, Side } from '../model/market.js';
import type { Quote } from './connector.js';

/** What a market order would take from `book` now, with the taker's fee where the rates are known. */
export function toQuote(
  market: Market,
  book: Book | undefined,
  ask: {
    readonly side: Side;
    readonly amount: { readonly base: Exact } | { readonly quote: Exact };
    readonly rates: FeeRates | undefined;
  },
): Quote {
  const { side, amount, rates } = ask;
  if (book?.state !== 'live') throw noBook(market, `the book is ${book?.state ?? 'not watched'}`);
  const walk = book.walk(side, amount);
  if (walk === undefined) throw noBook(market, `nobody offers to ${side === 'buy' ? 'sell' : 'buy'}`);
  return { ...walk, fees: rates === undefined ? [] : [toFee(market, side, { rates, walk })] };
}

function toFee(
  { base, quote }: Market,
  side: Side,
  { rates, walk }: { readonly rates: FeeRates; readonly walk: Pick<Quote, 'base' | 'quote'> },
): Fee {
  if (rates.taken === 'received' && side === 'buy') return { asset: base, amount: walk.base.times(rates.taker) };
  // A fee in a third asset is told in quote units: its price is not known here.
  return { asset: quote, amount: walk.quote.times(rates.taker) };
}

function noBook(market: Market, message: string): ConnectorError {
  return new ConnectorError(message, {
    kind: 'venue-unavailable',
    outcome: 'not-sent',
    operation: `quote ${market.pair}`,
  });
}
