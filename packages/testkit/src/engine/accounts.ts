import type { FeeSchedule } from './fees.js';
import { isSystem } from './ledger.js';
import type { MarketState } from './market-state.js';
import type { WorkingOrder } from './order.js';
import type { Execution, OrderRef } from './types.js';

/** What the engine knows of one account, balances aside. */
export type AccountState = {
  readonly name: string;
  fees: FeeSchedule;
  readonly open: Set<WorkingOrder>;
  readonly orders: WorkingOrder[];
  /** The latest order of each client id. */
  readonly byClientId: Map<string, WorkingOrder>;
  readonly executions: Execution[];
};

export type Accounts = {
  /** Opens the account when it is new. Throws a `RangeError` for names that start with @: they are the ledger's own. */
  readonly of: (name: string) => AccountState;
};

export function createAccounts(fees: FeeSchedule): Accounts {
  const accounts = new Map<string, AccountState>();
  return {
    of: (name) => {
      const found = accounts.get(name);
      if (found !== undefined) return found;
      if (isSystem(name)) throw new RangeError(`names of accounts do not start with @: ${name}`);
      const made: AccountState = { name, fees, open: new Set(), orders: [], byClientId: new Map(), executions: [] };
      accounts.set(name, made);
      return made;
    },
  };
}

export function findOrder(
  account: AccountState,
  ref: OrderRef,
  markets: ReadonlyMap<string, MarketState>,
): WorkingOrder | undefined {
  if (!('orderId' in ref)) return account.byClientId.get(ref.clientOrderId);
  const order = markets.get(ref.market)?.orders.get(ref.orderId);
  return order?.account === account.name ? order : undefined;
}
