import type { Clock } from '@hb/connector-core';
import { tellOwners } from '@hb/connector-testkit';
import type {
  EngineBalance,
  EngineEvent,
  EngineOrder,
  EnginePosition,
  Execution,
  OrderChange,
} from '@hb/connector-testkit';

import { clientIdOf, toPositionSide, toStatus, toTimeInForce } from './reports.js';
import { toAmount, toAverage, toMoney, toPrice } from './text.js';
import { marketOf, type Venue } from './venue.js';

type OrderEvent = Extract<EngineEvent, { readonly type: 'order' }>;
type Tell = (account: string, event: object) => void;
type Gathered = {
  reason: string;
  readonly balances: Map<string, EngineBalance>;
  readonly positions: Map<string, EnginePosition>;
};

const executionTypes: Readonly<Record<OrderChange, string>> = {
  placed: 'NEW',
  filled: 'TRADE',
  amended: 'AMENDMENT',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
};

/** Tells owners what the engine did to their accounts. Returns what ends it. https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export function tellUsers(venue: Venue, accounts: ReadonlySet<string>, tell: Tell): () => void {
  const changes = createChanges(venue, tell);
  return tellOwners(venue.engine, accounts, (account, event) => {
    if (event.type === 'order') tell(account, toOrderUpdate(venue, event));
    else if (event.type === 'leverage') {
      const [E, l] = [venue.clock.now(), Number(event.setting.leverage)];
      tell(account, { e: 'ACCOUNT_CONFIG_UPDATE', E, T: event.at, ac: { s: event.market, l } });
    } else changes.note(account, event);
  });
}

/** Balances and positions that change together are told together, after the command that changed them. */
function createChanges(venue: Venue, tell: Tell): { readonly note: (account: string, event: EngineEvent) => void } {
  const gathered = new Map<string, Gathered>();

  function flush(account: string): void {
    const held = gathered.get(account);
    gathered.delete(account);
    if (held === undefined || held.balances.size + held.positions.size === 0) return;
    const B = [...held.balances.values()].map(({ asset, free, locked }) => {
      return { a: asset, wb: toMoney(free + locked), cw: toMoney(free), bc: '0' };
    });
    const P = [...held.positions.values()].map((position) => toPositionJson(venue, position));
    const now = venue.clock.now();
    tell(account, { e: 'ACCOUNT_UPDATE', E: now, T: now, a: { m: held.reason, B, P } });
  }
  function of(account: string, clock: Clock): Gathered {
    const held = gathered.get(account) ?? { reason: 'ORDER', balances: new Map(), positions: new Map() };
    if (!gathered.has(account)) clock.soon(() => flush(account));
    gathered.set(account, held);
    return held;
  }
  return {
    note: (account, event) => {
      const held = of(account, venue.clock);
      if (event.type === 'balance') for (const balance of event.balances) held.balances.set(balance.asset, balance);
      else if (event.type === 'position')
        held.positions.set(`${event.position.market} ${event.position.side}`, event.position);
      else if (event.type === 'funding') held.reason = 'FUNDING_FEE';
      else if (event.type === 'deposit') held.reason = 'DEPOSIT';
      else if (event.type === 'bankruptcy') held.reason = 'INSURANCE_CLEAR';
    },
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Balance-and-Position-Update */
function toPositionJson(venue: Venue, position: EnginePosition): object {
  const { market } = marketOf(venue, position.market);
  const size = position.amount < 0n ? -position.amount : position.amount;
  return {
    ...{ s: position.market, pa: toAmount(market, position.amount), ep: toAverage(market, position.entryWorth, size) },
    ...{ bep: '0', cr: toMoney(position.realized), up: toMoney(venue.engine.figures(position).unrealized) },
    ...{ mt: position.margin, iw: toMoney(position.collateral), ps: toPositionSide(position.side) },
  };
}

function toExecutionType({ liquidation }: EngineOrder, change: OrderChange): string {
  return liquidation === true && change === 'filled' ? 'CALCULATED' : executionTypes[change];
}

/** Why an order expired, by the venue's numbers. */
function toExpiry({ status, reason, type }: EngineOrder): string {
  if (status !== 'expired') return '0';
  if (reason === 'self-trade') return '1';
  if (reason === 'reduce-only') return '4';
  if (reason === 'liquidation') return '5';
  if (reason === 'venue') return '7';
  return type === 'market' ? '9' : '2';
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
function toOrderUpdate(venue: Venue, { order, change, execution, at }: OrderEvent): object {
  const { market } = marketOf(venue, order.market);
  const type = order.liquidation === true ? 'LIQUIDATION' : order.type.toUpperCase();
  const o = {
    ...{
      s: order.market,
      c: clientIdOf(order),
      S: order.side.toUpperCase(),
      o: type,
      f: toTimeInForce(order, venue.goodTill.of(order)),
    },
    q: toAmount(market, order.amount),
    p: order.price === undefined ? '0' : toPrice(market, order.price),
    ...{ ap: toAverage(market, order.filledQuote, order.filled), sp: '0' },
    ...{
      x: toExecutionType(order, change),
      X: toStatus(order),
      i: order.orderId,
      z: toAmount(market, order.filled),
      T: at,
    },
    ...toTraded(venue, order.market, execution),
    ...{ b: '0', a: '0', R: order.reduceOnly ?? false, wt: 'CONTRACT_PRICE', ot: type },
    ...{ ps: toPositionSide(order.positionSide), cp: false, pP: false, si: 0, ss: 0 },
    ...{ V: 'EXPIRE_MAKER', pm: 'NONE', gtd: venue.goodTill.of(order) ?? 0, er: toExpiry(order) },
  };
  return { e: 'ORDER_TRADE_UPDATE', E: venue.clock.now(), T: at, o };
}

function toTraded(venue: Venue, symbol: string, execution: Execution | undefined): object {
  const { market } = marketOf(venue, symbol);
  if (execution === undefined) return { l: '0', L: '0', t: 0, m: false, rp: '0' };
  return {
    ...{ l: toAmount(market, execution.amount), L: toPrice(market, execution.price), t: execution.tradeId },
    ...{ N: execution.fee.asset, n: toMoney(execution.fee.amount), m: execution.maker },
    rp: toMoney(execution.realized ?? 0n),
  };
}
