import type { EngineBalance, EngineEvent, EngineMarket, EngineOrder, Execution } from '@hb/connector-testkit';

import { toStanding } from './reports.js';
import type { Venue } from './venue.js';

/** A message to the owner of an account. */
type Told = { readonly topic: string; readonly message: object };

const v2 = '/spotMarket/tradeOrdersV2';
const v1 = '/spotMarket/tradeOrders';

/** What an account's sockets are told of an event. https://www.kucoin.com/docs-new/3470074w0, https://www.kucoin.com/docs-new/3470075w0 */
export function createUserEvents(venue: Venue): (event: EngineEvent) => readonly Told[] {
  const known = new Map<string, EngineBalance>();
  let sequence = 354_689_988_084_000;

  function tellBalance(account: string, balance: EngineBalance, relationEvent: string): Told {
    const { asset, free, locked } = balance;
    const before = known.get(`${account} ${asset}`) ?? { free: 0n, locked: 0n };
    known.set(`${account} ${asset}`, balance);
    sequence += 1;
    const amount = (units: bigint) => venue.engine.asset(asset).format(units);
    const data = {
      ...{ accountId: '548674591753', currency: asset, total: amount(free + locked), available: amount(free) },
      ...{
        availableChange: amount(free - before.free),
        hold: amount(locked),
        holdChange: amount(locked - before.locked),
      },
      ...{ relationEvent, relationEventId: String(sequence), time: String(venue.clock.now()) },
    };
    return toTold('/account/balance', 'account.balance', data);
  }
  return (event) => {
    if (event.type === 'order') return tellOrder(venue, event.change, event.order, event.execution);
    if (event.type !== 'balance') return [];
    return event.balances.map((balance) => tellBalance(event.account, balance, 'trade.setted'));
  };
}

/** What is told of an order that was cancelled before it could rest. */
export function tellCancelled(venue: Venue, order: EngineOrder): readonly Told[] {
  return [...tellOrder(venue, 'placed', order, undefined), ...tellOrder(venue, 'canceled', order, undefined)];
}

type Change = Extract<EngineEvent, { type: 'order' }>['change'];

function tellOrder(
  venue: Venue,
  change: Change,
  order: EngineOrder,
  execution: Execution | undefined,
): readonly Told[] {
  const market = venue.engine.market(order.market);
  if (market === undefined) return [];
  const tell = (type: string, status: string, more: object = {}) =>
    toOrderMessages(type, { ...toChange(venue, market, order), ...more, type, status });
  // After its last trade as a taker, what is left of a limit order goes into the book.
  const rests = isAtRest(venue, order) && execution?.maker !== true ? tell('open', 'open') : [];
  if (change === 'placed') return [...tell('received', 'new'), ...rests];
  if (change === 'filled' && execution !== undefined) {
    const matched = tell('match', execution.maker ? 'open' : 'match', toMatch(market, execution));
    return order.status === 'filled' ? [...matched, ...tell('filled', 'done')] : [...matched, ...rests];
  }
  if (change === 'amended') return tell('update', 'open');
  return tell('canceled', 'done');
}

/** Whether an order stands in the book as it does in this event. */
function isAtRest(venue: Venue, order: EngineOrder): boolean {
  const now = venue.engine.order(order.account, order);
  return order.type === 'limit' && now?.status === 'open' && now.filled === order.filled && order.status === 'open';
}

function toChange(venue: Venue, market: EngineMarket, order: EngineOrder): object {
  const { originSize, dealSize, remainSize, canceledSize } = toStanding({ reads: venue.engine }, order);
  return {
    ...{ symbol: order.market, orderType: order.type, side: order.side, orderId: String(order.orderId) },
    ...{ clientOid: order.clientOrderId, orderTime: order.placedAt, ts: order.updatedAt * 1_000_000 },
    ...{ originSize, size: originSize, filledSize: dealSize, remainSize, canceledSize },
    ...(order.price !== undefined && { price: market.price.format(order.price) }),
  };
}

function toMatch(market: EngineMarket, { maker, price, amount, tradeId }: Execution): object {
  return {
    ...{ feeType: maker ? 'makerFee' : 'takerFee', liquidity: maker ? 'maker' : 'taker' },
    ...{ matchPrice: market.price.format(price), matchSize: market.amount.format(amount), tradeId: String(tradeId) },
  };
}

/** The first version of the topic knows no order that has only been received. */
function toOrderMessages(type: string, data: object): readonly Told[] {
  const topics = type === 'received' ? [v2] : [v2, v1];
  return topics.map((topic) => toTold(topic, 'orderChange', data));
}

function toTold(topic: string, subject: string, data: object): Told {
  const message = { topic, type: 'message', subject, userId: '633559791e1cbc0001f319bc', channelType: 'private', data };
  return { topic, message };
}
