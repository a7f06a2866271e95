import { findOrder } from './accounts.js';
import { changed, execute, leaves, tellBalances, withdraw, type Parts } from './execute.js';
import type { MarketState } from './market-state.js';
import { moved } from './move.js';
import { toOrder, type WorkingOrder } from './order.js';
import {
  checkClientId,
  checkTerms,
  prepareOrder,
  refuse,
  wouldTake,
  type ClientIdRule,
  type Prepared,
} from './prepare.js';
import type { Accepted, EndReason, Engine, EngineRequest, OrderRef, Refused, SelfTrade } from './types.js';

export type CommandOptions = {
  readonly markets: ReadonlyMap<string, MarketState>;
  readonly selfTrade: SelfTrade;
  readonly clientIds: ClientIdRule;
};

export type Commands = Pick<Engine, 'place' | 'cancel' | 'cancelAll' | 'amend' | 'move' | 'replace' | 'expire'>;

type Answer = Accepted | Refused;

/** What accounts, and the venue itself, may do with orders. */
export function createCommands(parts: Parts, options: CommandOptions): Commands {
  const { accounts, events } = parts;
  const { markets, clientIds, selfTrade } = options;

  function place(name: string, request: EngineRequest, replaces?: number): Answer {
    const account = accounts.of(name);
    const market = markets.get(request.market);
    if (market === undefined) return refuse('unknown-market');
    const refused = checkTerms(market, request) ?? checkClientId(account, request.clientOrderId, clientIds);
    if (refused !== undefined) return refused;
    const asked = { account, market, request, replaces, selfTrade, at: parts.now() };
    const prepared = prepareOrder(parts.settlement, asked);
    if (prepared.type === 'refused') return prepared;
    if (wouldTake(prepared.order)) return refuse('would-take');
    if (!parts.settlement.reserve(prepared.order, prepared.plan)) return refuse('insufficient-balance');
    return submit(parts, prepared);
  }

  /** The order, when it is open and its market lets it change. */
  function openOrder(name: string, ref: OrderRef): WorkingOrder | Refused {
    const order = findOrder(accounts.of(name), ref, markets);
    if (order === undefined) return refuse('unknown-order');
    if (order.status !== 'open') return refuse('order-closed', order);
    return order.market.status === 'halted' ? refuse('market-closed', order) : order;
  }

  function cancel(name: string, ref: OrderRef): Answer {
    const order = openOrder(name, ref);
    return order.type === 'refused' ? order : ended(parts, order, 'canceled');
  }

  function amend(name: string, ref: OrderRef, to: { amount: bigint; clientOrderId?: string }): Answer {
    const order = openOrder(name, ref);
    if (order.type === 'refused') return order;
    if (to.amount <= order.filled || to.amount >= order.amount) return refuse('invalid-amount', order);
    const { clientOrderId } = to;
    if (clientOrderId !== undefined && clientOrderId !== order.clientOrderId) {
      const refused = checkClientId(accounts.of(name), clientOrderId, clientIds);
      if (refused !== undefined) return refused;
      order.clientOrderId = clientOrderId;
      accounts.of(name).byClientId.set(clientOrderId, order);
    }
    return lowered(parts, order, to.amount);
  }

  function move(name: string, ref: OrderRef, to: Parameters<Engine['move']>[2]): Answer {
    const order = openOrder(name, ref);
    return order.type === 'refused' ? order : moved(parts, order, to);
  }

  function replace(name: string, ref: OrderRef, request: EngineRequest): ReturnType<Engine['replace']> {
    const canceled = cancel(name, ref);
    if (canceled.type === 'refused') return { canceled };
    return { canceled, placed: place(name, request, canceled.order.orderId) };
  }

  function expire(name: string, ref: OrderRef): Answer {
    const order = findOrder(accounts.of(name), ref, markets);
    if (order === undefined) return refuse('unknown-order');
    return order.status === 'open' ? ended(parts, order, 'expired') : refuse('order-closed', order);
  }

  return {
    place: (account, request) => events.command(() => place(account, request)),
    cancel: (account, ref) => events.command(() => cancel(account, ref)),
    cancelAll: (account, market) =>
      events.command(() =>
        openOf(parts, account, market)
          .filter((order) => order.market.status !== 'halted')
          .map((order) => ended(parts, order, 'canceled').order),
      ),
    amend: (account, ref, to) => events.command(() => amend(account, ref, to)),
    move: (account, ref, to) => events.command(() => move(account, ref, to)),
    replace: (account, ref, request) => events.command(() => replace(account, ref, request)),
    expire: (account, ref) => events.command(() => expire(account, ref)),
  };
}

/** Takes up an order and lets it trade as planned. */
export function submit(parts: Parts, { order, plan }: Prepared): Accepted {
  register(parts, order);
  changed(parts, order, 'placed');
  tellBalances(parts);
  const executions = execute(parts, order, plan);
  tellBalances(parts);
  return { type: 'accepted', order: toOrder(order), executions };
}

/** The open orders of an account, oldest first. */
export function openOf({ accounts }: Parts, account: string, market?: string): readonly WorkingOrder[] {
  return [...accounts.of(account).open].filter((order) => market === undefined || order.market.symbol === market);
}

/** Ends an open order, `expired` by the venue or `canceled` by its owner. */
export function ended(
  parts: Parts,
  order: WorkingOrder,
  status: 'canceled' | 'expired',
  reason: EndReason = status === 'canceled' ? 'canceled' : 'venue',
): Accepted {
  withdraw(parts, order, status, reason);
  tellBalances(parts);
  return { type: 'accepted', order: toOrder(order), executions: [] };
}

function lowered(parts: Parts, order: WorkingOrder, amount: bigint): Accepted {
  leaves(parts, order, order.amount - amount, false);
  order.amount = amount;
  parts.settlement.release(order);
  changed(parts, order, 'amended');
  tellBalances(parts);
  return { type: 'accepted', order: toOrder(order), executions: [] };
}

export function register({ accounts }: Parts, order: WorkingOrder): void {
  const { market, orderId, clientOrderId } = order;
  const account = accounts.of(order.account);
  market.nextOrderId += 1;
  market.orders.set(orderId, order);
  account.orders.push(order);
  account.open.add(order);
  if (clientOrderId !== undefined) account.byClientId.set(clientOrderId, order);
}
