import {
  createTimer,
  feedDepth,
  feedTrades,
  ownerOf,
  silence,
  type OpenSource,
  type Source,
} from '@hb/connector-testkit';

import { toSpotState, toState } from './account.js';
import { toContext } from './market-data.js';
import { toBook, toFill, toFunding, toOrder, toStatus, toTrade } from './reports.js';
import { marketOf, type Venue } from './venue.js';

type Publish = (payload: unknown) => void;

const bookEveryMs = 500;
const stateEveryMs = 250;
const ofMarkets = ['l2Book', 'trades', 'activeAssetCtx'];
const ofUsers = [
  'orderUpdates',
  'userFills',
  'userFundings',
  'allDexsClearinghouseState',
  'clearinghouseState',
  'spotState',
];

/** `l2Book BTC`, `orderUpdates 0x…`; `undefined` for a subscription that the venue does not have. */
export function toTopic(venue: Venue, subscription: unknown): string | undefined {
  if (typeof subscription !== 'object' || subscription === null) return undefined;
  const { type, coin, user }: Readonly<Record<string, unknown>> = { ...subscription };
  if (typeof type !== 'string') return undefined;
  if (ofMarkets.includes(type) && typeof coin === 'string' && venue.rules.some(({ name }) => name === coin)) {
    return `${type} ${coin}`;
  }
  const isUser = typeof user === 'string' && /^0x[0-9a-fA-F]{40}$/.test(user);
  return isUser && ofUsers.includes(type) ? `${type} ${user.toLowerCase()}` : undefined;
}

/** What a new subscriber is told at once. */
export function firstOf(venue: Venue, topic: string): readonly object[] {
  const [channel = '', about = ''] = topic.split(' ');
  const account = venue.authority.accountOf(about) ?? about;
  const { engine, clock } = venue;
  if (channel === 'orderUpdates' || channel === 'trades') return [];
  if (channel === 'l2Book') {
    const { market } = marketOf(venue, about);
    return [{ channel, data: toBook(engine.depth(about, 20), market, clock.now()) }];
  }
  if (channel === 'activeAssetCtx')
    return [{ channel, data: { coin: about, ctx: toContext(engine, marketOf(venue, about)) } }];
  if (channel === 'userFills') {
    const fills = engine.executions(account).slice(-2_000);
    const told = fills.map((execution) => toFill(execution, marketOf(venue, execution.market).market));
    return [{ channel, data: { isSnapshot: true, user: about, fills: told.toReversed() } }];
  }
  if (channel === 'userFundings') {
    const told = engine.fundingPayments(account).map((payment) => ({ time: payment.at, ...toFunding(payment) }));
    return [{ channel, data: { isSnapshot: true, user: about, fundings: told.slice(-500) } }];
  }
  return [toStateMessage(venue, channel, about)];
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export function createSources(venue: Venue): OpenSource {
  return (topic, publish) => {
    const [channel = '', about = ''] = topic.split(' ');
    if (ofMarkets.includes(channel)) return openMarket(venue, { channel, coin: about }, publish);
    if (channel === 'orderUpdates') return openOrders(venue, about, publish);
    if (channel === 'userFills') return openFills(venue, about, publish);
    if (channel === 'userFundings') return openFundings(venue, about, publish);
    return openState(venue, { channel, user: about }, publish);
  };
}

function openMarket(
  venue: Venue,
  { channel, coin }: { readonly channel: string; readonly coin: string },
  publish: Publish,
): Source {
  const { engine, clock } = venue;
  const market = engine.perpetual(coin);
  if (market === undefined) return silence;
  const feed = { engine, clock, market };
  if (channel === 'trades') return feedTrades(feed, (trade) => publish({ channel, data: [toTrade(trade, market)] }));
  if (channel === 'l2Book') {
    return feedDepth(feed, { everyMs: bookEveryMs, levels: 20 }, (depth) => {
      publish({ channel, data: toBook(depth, market, clock.now()) });
    });
  }
  const stop = engine.on((event) => {
    if (event.type !== 'prices' || event.market !== coin) return;
    publish({ channel, data: { coin, ctx: toContext(engine, marketOf(venue, coin)) } });
  });
  return { stop };
}

/** An order that found nothing to match is told once, as rejected: it never was open. */
function openOrders(venue: Venue, user: string, publish: Publish): Source {
  const account = venue.authority.accountOf(user);
  let held: { readonly orderId: number; readonly message: unknown } | undefined;
  const stop = venue.engine.on((event) => {
    if (event.type !== 'order' || event.order.account !== account) return;
    const { order, change, at: statusTimestamp } = event;
    const { market } = marketOf(venue, order.market);
    const status = toStatus(order, market);
    const message = { channel: 'orderUpdates', data: [{ order: toOrder(order, market), status, statusTimestamp }] };
    if (held?.orderId === order.orderId) {
      if (status !== 'iocCancelRejected') publish(held.message);
      held = undefined;
    }
    if (change === 'placed' && order.timeInForce === 'ioc') held = { orderId: order.orderId, message };
    else publish(message);
  });
  return { stop };
}

function openFills(venue: Venue, user: string, publish: Publish): Source {
  const account = venue.authority.accountOf(user);
  const stop = venue.engine.on((event) => {
    const execution = event.type === 'order' ? event.execution : undefined;
    if (execution === undefined || execution.account !== account) return;
    const fills = [toFill(execution, marketOf(venue, execution.market).market)];
    publish({ channel: 'userFills', data: { user, fills } });
  });
  return { stop };
}

function openFundings(venue: Venue, user: string, publish: Publish): Source {
  const account = venue.authority.accountOf(user);
  const stop = venue.engine.on((event) => {
    if (event.type !== 'funding' || event.payment.account !== account) return;
    publish({
      channel: 'userFundings',
      data: { user, fundings: [{ time: event.payment.at, ...toFunding(event.payment) }] },
    });
  });
  return { stop };
}

function openState(
  venue: Venue,
  { channel, user }: { readonly channel: string; readonly user: string },
  publish: Publish,
): Source {
  const account = venue.authority.accountOf(user);
  const timer = createTimer(venue.clock, stateEveryMs, () => publish(toStateMessage(venue, channel, user)));
  const off = venue.engine.on((event) => {
    if (ownerOf(event) === account) timer.start();
  });
  return {
    stop: () => {
      off();
      timer.stop();
    },
  };
}

function toStateMessage(venue: Venue, channel: string, user: string): object {
  const account = venue.authority.accountOf(user) ?? user;
  if (channel === 'spotState') return { channel, data: { user, spotState: toSpotState(venue, account) } };
  const state = toState(venue, account);
  if (channel === 'clearinghouseState') return { channel, data: { dex: '', user, clearinghouseState: state } };
  return { channel, data: { user, clearinghouseStates: [['', state]] } };
}
