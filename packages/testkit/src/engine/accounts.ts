import { freeOfCharge, toSchedule, type FeeSchedule } from './fees.js';
import { insuranceFund, isSystem } from './ledger.js';
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
  const accounts = new Map([[insuranceFund, open(insuranceFund, toSchedule(freeOfCharge))]]);
  return {
    of: (name) => {
      const found = accounts.get(name);
      if (found !== undefined) return found;
      if (isSystem(name)) throw new RangeError(`names of accounts do not start with @: ${name}`);
      const made = open(name, fees);
      accounts.set(name, made);
      return made;
    },
  };
}

function open(name: string, fees: FeeSchedule): AccountState {
  return { name, fees, open: new Set(), orders: [], byClientId: new Map(), executions: [] };
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
