import type { EngineBalance, EngineMarket, EngineOrder, EngineReads, Execution } from '@hb/connector-testkit';

import type { Venue } from './venue.js';

type Parts = { readonly venue: Venue; readonly reads: Pick<EngineReads, 'executions'> };

const timesInForce = { gtc: 'gtc', ioc: 'ioc', fok: 'fok', 'post-only': 'poc' } as const;

/** An order as every answer shows it. https://www.gate.com/docs/developers/apiv4/en/spot */
export function toOrderJson({ venue, reads }: Parts, order: EngineOrder): Record<string, unknown> {
  const market = venue.engine.market(order.market);
  if (market === undefined) throw new RangeError(`there is no market ${order.market}`);
  const { amount, quoteAmount, filled, filledQuote, placedAt, updatedAt, account } = order;
  const spent = order.type === 'market' && order.side === 'buy' ? (quoteAmount ?? filledQuote) : undefined;
  const quote = (value: bigint) => market.quoteAsset.format(value);
  const base = (value: bigint) => market.amount.format(value);
  const total = quote(filledQuote);
  return {
    ...{ id: String(order.orderId), text: order.clientOrderId ?? 'apiv4', amend_text: '-' },
    ...{ create_time: seconds(placedAt), update_time: seconds(updatedAt) },
    ...{ create_time_ms: placedAt, update_time_ms: updatedAt, status: toStatus(order), currency_pair: order.market },
    ...{
      type: order.type,
      account: 'spot',
      side: order.side,
      amount: spent === undefined ? base(amount) : quote(spent),
    },
    price: order.price === undefined ? '0' : market.price.format(order.price),
    ...{ time_in_force: timesInForce[order.timeInForce], iceberg: '0' },
    left: spent === undefined ? base(amount - filled) : quote(spent - filledQuote),
    ...{ filled_amount: base(filled), fill_price: total, filled_total: total },
    avg_deal_price: filled === 0n ? '0' : averageOf(market, order),
    ...feesOf({ venue, reads }, market, order),
    ...{ gt_maker_fee: '0', gt_taker_fee: '0', gt_discount: paysInGt(venue, account) },
    ...{ rebated_fee: '0', rebated_fee_currency: market.quote, finish_as: toEnd(order) },
  };
}

/** A fill as its owner sees it. https://www.gate.com/docs/developers/apiv4/en/spot */
export function toFillJson(venue: Venue, execution: Execution): Record<string, unknown> {
  const { tradeId, at, orderId, clientOrderId, side, maker, price, amount, fee } = execution;
  const market = venue.engine.market(execution.market);
  if (market === undefined) throw new RangeError(`there is no market ${execution.market}`);
  return {
    ...{ id: String(tradeId), create_time: seconds(at), create_time_ms: `${at}.000`, currency_pair: execution.market },
    ...{ order_id: String(orderId), side, role: maker ? 'maker' : 'taker' },
    ...{ amount: market.amount.format(amount), price: market.price.format(price) },
    ...toFee(venue, market, execution, fee.amount),
    ...{ point_fee: '0', sequence_id: String(tradeId), text: clientOrderId ?? 'apiv4', amend_text: '-' },
    deal: market.quoteAsset.format(execution.quote),
  };
}

export function toAccountJson(venue: Venue, { asset, free, locked }: EngineBalance): object {
  const step = venue.engine.asset(asset);
  return { currency: asset, available: step.format(free), locked: step.format(locked), update_id: 98 };
}

export function seconds(ms: number): string {
  return String(Math.floor(ms / 1_000));
}

export function paysInGt({ engine }: Venue, account: string): boolean {
  return typeof engine.fees(account).taken !== 'string';
}

function toStatus({ status }: EngineOrder): string {
  if (status === 'open') return 'open';
  return status === 'filled' ? 'closed' : 'cancelled';
}

function toEnd({ status, reason, type, timeInForce }: EngineOrder): string {
  if (status !== 'expired') return status === 'canceled' ? 'cancelled' : status;
  if (reason === 'self-trade') return 'stp';
  if (reason === 'venue') return 'liquidate_cancelled';
  return type === 'market' ? 'depth_not_enough' : timeInForce;
}

function averageOf(market: EngineMarket, { filled, filledQuote }: EngineOrder): string {
  const scale = 10n ** BigInt(market.amount.digits);
  return market.quoteAsset.format((filledQuote * scale) / (filled * market.amount.units));
}

function feesOf({ venue, reads }: Parts, market: EngineMarket, order: EngineOrder): object {
  const executions = reads.executions(order.account, { market: order.market, orderId: order.orderId });
  const [last] = executions.slice(-1);
  const received = order.side === 'buy' ? market.base : market.quote;
  if (last === undefined) return { fee: '0', fee_currency: received, point_fee: '0', gt_fee: '0' };
  const sum = executions.reduce((total, { fee }) => total + fee.amount, 0n);
  return { ...toFee(venue, market, last, sum), point_fee: '0' };
}

/** A fee that GT paid is told apart from one in what was received. */
function toFee(venue: Venue, market: EngineMarket, { account, side, fee }: Execution, amount: bigint): object {
  const received = side === 'buy' ? market.base : market.quote;
  const text = venue.engine.asset(fee.asset).format(amount);
  const isInGt = paysInGt(venue, account) && fee.asset === 'GT';
  return { fee: isInGt ? '0' : text, fee_currency: received, gt_fee: isInGt ? text : '0' };
}
