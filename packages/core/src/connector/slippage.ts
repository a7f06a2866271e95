import { ConnectorError } from '../errors/connector-error.js';
import type { Book } from '../model/book.js';
import { one, toDecimal, zero, type Decimal } from '../model/decimal.js';
import type { Market } from '../model/market.js';
import type { OrderRequest } from '../model/order.js';

/**
 * A market order with `maxSlippage` as the ioc limit at the worst price it allows, counted from the best price of a live book.
 * Other requests come back as they are.
 */
export function boundPrice(request: OrderRequest, market: Market, book: Book | undefined): OrderRequest {
  if (request.type !== 'market' || request.maxSlippage === undefined) return request;
  const slippage = toDecimal(request.maxSlippage);
  if (slippage.lt(zero)) throw refusal(market, `maxSlippage ${slippage.toFixed()} is below zero`);
  const best = book?.best(request.side === 'buy' ? 'sell' : 'buy');
  if (best === undefined || book === undefined) {
    throw refusal(market, `maxSlippage ${slippage.toFixed()} needs a live book: watch ${market.pair} first`);
  }
  const price = best.price.times(request.side === 'buy' ? one.plus(slippage) : one.minus(slippage));
  const { amountIn = 'base', type: _type, maxSlippage: _maxSlippage, ...rest } = request;
  if (market.shape === 'inverse') return { ...rest, type: 'limit', amountIn, price, timeInForce: 'ioc' };
  const amount = amountIn === 'base' ? toDecimal(request.amount) : toBase(request, market, book);
  return { ...rest, type: 'limit', amount, price, timeInForce: 'ioc' };
}

function toBase(request: OrderRequest, market: Market, book: Book): Decimal {
  const walk = book.walk(request.side, { quote: request.amount });
  if (walk?.complete === true) return walk.base;
  throw refusal(market, `the book is too thin for ${toDecimal(request.amount).toFixed()} ${market.quote}`);
}

function refusal(market: Market, message: string): ConnectorError {
  return new ConnectorError(message, {
    kind: 'invalid-request',
    outcome: 'not-sent',
    operation: `place ${market.pair}`,
  });
}
