import type { EngineMarket, EngineOrder, EngineReads, Execution } from '@hb/connector-testkit';

import type { Venue } from './venue.js';

type Parts = { readonly venue: Venue; readonly reads: EngineReads };

/** An order of the high-frequency API. https://www.kucoin.com/docs-new/api-3470181 */
export function toOrder({ venue, reads }: Parts, order: EngineOrder): object {
  const market = marketIn(reads, order.market);
  const { amount, quoteAsset } = market;
  const [total, funds] = sizesOf(market, order);
  const left = order.status === 'open' ? total - order.filled : 0n;
  const leftFunds = order.status === 'open' ? funds - order.filledQuote : 0n;
  return {
    ...toCommon({ venue, reads }, order),
    remainSize: amount.format(left),
    remainFunds: quoteAsset.format(leftFunds),
    cancelledSize: amount.format(total > order.filled + left ? total - order.filled - left : 0n),
    cancelledFunds: quoteAsset.format(isCancelled(order) ? funds - order.filledQuote : 0n),
    inOrderBook: order.status === 'open',
    active: order.status === 'open',
    lastUpdatedAt: order.updatedAt,
  };
}

/** An order of the older API. https://www.kucoin.com/docs-new/api-3470348 */
export function toClassicOrder(parts: Parts, order: EngineOrder): object {
  const stop = { stop: '', stopTriggered: false, stopPrice: '0' };
  return { ...toCommon(parts, order), ...stop, stp: '', isActive: order.status === 'open' };
}

type StandingName = 'orderId' | 'originSize' | 'dealSize' | 'remainSize' | 'canceledSize' | 'status';

/** How an order stands, as a synchronous command tells it. https://www.kucoin.com/docs-new/api-3470170 */
export function toStanding(
  { reads }: Pick<Parts, 'reads'>,
  order: EngineOrder,
): Readonly<Record<StandingName, string>> {
  const market = marketIn(reads, order.market);
  const [total] = sizesOf(market, order);
  const isOpen = order.status === 'open';
  const size = (amount: bigint) => market.amount.format(amount);
  return {
    ...{ orderId: String(order.orderId), originSize: size(total), dealSize: size(order.filled) },
    ...{ remainSize: size(isOpen ? total - order.filled : 0n), canceledSize: size(isOpen ? 0n : total - order.filled) },
    status: isOpen ? 'open' : 'done',
  };
}

/** One execution. `id` counts over all markets of an account. https://www.kucoin.com/docs-new/api-3470180 */
export function toFill({ venue, reads }: Parts, execution: Execution, id: number): object {
  const { orderId, tradeId, side, maker, price, amount, quote, fee, at: createdAt } = execution;
  const market = marketIn(reads, execution.market);
  const trade = reads.trades(market.symbol).find((each) => each.tradeId === tradeId);
  const counter = side === 'buy' ? trade?.sellOrderId : trade?.buyOrderId;
  const rates = venue.engine.fees(execution.account);
  return {
    ...{ id, symbol: market.symbol, tradeId, orderId: String(orderId), counterOrderId: String(counter ?? '') },
    ...{ side, liquidity: maker ? 'maker' : 'taker', forceTaker: false },
    ...{ price: market.price.format(price), size: market.amount.format(amount) },
    funds: market.quoteAsset.format(quote),
    ...{ fee: market.quoteAsset.format(fee.amount), feeRate: maker ? rates.maker : rates.taker },
    ...{ feeCurrency: market.quote, stop: '', tradeType: 'TRADE', taxRate: '0', tax: '0' },
    type: reads.order(execution.account, { market: market.symbol, orderId })?.type ?? 'limit',
    createdAt,
  };
}

function marketIn(reads: Pick<EngineReads, 'market'>, symbol: string): EngineMarket {
  const market = reads.market(symbol);
  if (market === undefined) throw new RangeError(`there is no market ${symbol}`);
  return market;
}

/** Size and funds as they were asked for. */
function sizesOf(market: EngineMarket, { type, price, amount, quoteAmount }: EngineOrder): readonly [bigint, bigint] {
  if (quoteAmount !== undefined) return [0n, quoteAmount];
  return [amount, type === 'limit' && price !== undefined ? market.notional(price, amount) : 0n];
}

function isCancelled({ status }: EngineOrder): boolean {
  return status === 'canceled' || status === 'expired';
}

function toCommon({ venue, reads }: Parts, order: EngineOrder): object {
  const market = marketIn(reads, order.market);
  const { price, amount, quoteAsset, quote, symbol } = market;
  const [size, funds] = sizesOf(market, order);
  const executions = reads.executions(order.account, { market: symbol, orderId: order.orderId });
  const fee = executions.reduce((sum, execution) => sum + execution.fee.amount, 0n);
  const cancelAfter = venue.lives.get(order.orderId);
  return {
    ...{ id: String(order.orderId), clientOid: order.clientOrderId, symbol, opType: 'DEAL' },
    ...{ type: order.type, side: order.side, price: price.format(order.price ?? 0n) },
    ...{ size: amount.format(size), funds: quoteAsset.format(funds) },
    ...{ dealSize: amount.format(order.filled), dealFunds: quoteAsset.format(order.filledQuote) },
    ...{ fee: quoteAsset.format(fee), feeCurrency: quote, stp: null },
    timeInForce: cancelAfter === undefined ? timeInForceOf(order) : 'GTT',
    ...{ postOnly: order.timeInForce === 'post-only', hidden: false, iceberg: false, visibleSize: '0' },
    ...{ cancelAfter: cancelAfter ?? 0, channel: 'API', remark: null, tags: null },
    ...{ cancelExist: isCancelled(order), tradeType: 'TRADE', tax: '0', createdAt: order.placedAt },
  };
}

function timeInForceOf({ type, timeInForce }: EngineOrder): string {
  if (type === 'market' || timeInForce === 'post-only') return 'GTC';
  return timeInForce.toUpperCase();
}
