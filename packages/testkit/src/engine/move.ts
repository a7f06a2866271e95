import { changed, execute, leaves, tellBalances, type Parts } from './execute.js';
import { planMatch, type Plan } from './match.js';
import { remaining, toOrder, type WorkingOrder } from './order.js';
import { refuse, wouldTake } from './prepare.js';
import type { Accepted, Refused } from './types.js';

type Terms = { readonly price?: bigint; readonly amount?: bigint };

/** Takes an open order off its place and enters it again under the same id, with what is left of it. */
export function moved(parts: Parts, order: WorkingOrder, to: Terms): Accepted | Refused {
  const { price = order.price, amount = order.amount } = to;
  if (price === undefined || price <= 0n) return refuse('invalid-price', order);
  if (amount <= order.filled) return refuse('invalid-amount', order);
  if (order.market.status !== 'trading') return refuse('market-closed', order);
  if (wouldTake({ ...order, price })) return refuse('would-take', order);
  const next = { ...order, price, amount };
  const refusal = parts.settlement.check(next);
  if (refusal !== undefined) return refuse(refusal, order);
  const plan = planOf(parts, next);
  if (!reserveAgain(parts, { order, next, plan })) return refuse('insufficient-balance', order);
  leaves(parts, order, remaining(order), true);
  order.price = price;
  order.amount = amount;
  changed(parts, order, 'amended');
  tellBalances(parts);
  const executions = execute(parts, order, plan);
  tellBalances(parts);
  return { type: 'accepted', order: toOrder(order), executions };
}

function planOf({ settlement }: Parts, next: WorkingOrder): Plan {
  const { account, market, side, selfTrade, price } = next;
  const taker = { account, market, side, selfTrade, price, quoteAmount: undefined };
  return planMatch({ ...taker, amount: settlement.most(next), capacity: settlement.capacity() });
}

type Change = { readonly order: WorkingOrder; readonly next: WorkingOrder; readonly plan: Plan };

/** Holds back what is left of the changed order in place of what the order held; false, with nothing changed, when that is not there. */
function reserveAgain({ settlement, accounts }: Parts, { order, next, plan }: Change): boolean {
  const { open } = accounts.of(order.account);
  const none: Plan = { meetings: [], amount: 0n, quote: 0n, end: 'short' };
  const rest = (of: WorkingOrder) => ({ ...of, amount: remaining(of), filled: 0n, prevented: 0n, locked: 0n });
  const [before, after] = [rest(order), rest(next)];
  settlement.release({ ...order, status: 'canceled' });
  open.delete(order);
  const isCovered = settlement.reserve(after, plan);
  if (!isCovered) settlement.reserve(before, none);
  order.locked = isCovered ? after.locked : before.locked;
  open.add(order);
  return isCovered;
}
