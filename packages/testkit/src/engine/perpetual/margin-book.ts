import type { MarginMode, PositionMode, UnixMs } from '@hb/connector-core';

import type { PerpetualMarketState } from './market.js';
import { flat, size, type Held } from './position.js';
import type { EngineFundingPayment, EnginePosition, EnginePositionSide, MarginSetting } from './types.js';

/** A position of an account, open or once open. */
export type PositionState = {
  readonly account: string;
  readonly market: PerpetualMarketState;
  readonly side: EnginePositionSide;
  held: Held;
  realized: bigint;
  updatedAt: UnixMs;
};

/** What an account is on margin, beside its wallet. */
type MarginAccount = {
  readonly name: string;
  mode: PositionMode;
  readonly settings: Map<string, MarginSetting>;
  /** By market and side; closed ones stay, flat. */
  readonly positions: Map<string, PositionState>;
  readonly payments: EngineFundingPayment[];
};

/** Positions and settings of all accounts. */
export interface MarginBook {
  of(account: string): MarginAccount;
  accounts(): Iterable<MarginAccount>;
  setting(account: string, market: PerpetualMarketState): MarginSetting;
  isIsolated(position: PositionState): boolean;
  position(account: string, market: PerpetualMarketState, side: EnginePositionSide): PositionState;
  /** Those that are not flat. */
  open(account: string, market?: PerpetualMarketState): readonly PositionState[];
  /** Gives a position its new numbers and notes that it changed. */
  change(position: PositionState, held: Held, realized?: bigint): void;
  /** Notes that the account has to be looked at again, whatever changed. */
  touch(account: string): void;
  /** Accounts that were touched since the last call. */
  takeTouched(): readonly string[];
  /** Positions that changed since the last call, as they are now. */
  takeChanged(): readonly EnginePosition[];
  /** The cost of all positions that settle in an asset. */
  totalCost(asset: string): bigint;
}

export function createMarginBook(now: () => UnixMs): MarginBook {
  const accounts = new Map<string, MarginAccount>();
  const touched = new Set<string>();
  const changed = new Set<PositionState>();
  const costs = new Map<string, bigint>();

  function of(name: string): MarginAccount {
    const found = accounts.get(name);
    if (found !== undefined) return found;
    const made: MarginAccount = { name, mode: 'one-way', settings: new Map(), positions: new Map(), payments: [] };
    accounts.set(name, made);
    return made;
  }
  function setting(account: string, { symbol, perpetual }: PerpetualMarketState): MarginSetting {
    return of(account).settings.get(symbol) ?? { leverage: perpetual.leverage, margin: 'cross' };
  }
  function position(account: string, market: PerpetualMarketState, side: EnginePositionSide): PositionState {
    const { positions } = of(account);
    const key = `${market.symbol} ${side}`;
    const found = positions.get(key);
    if (found !== undefined) return found;
    const made: PositionState = { account, market, side, held: flat, realized: 0n, updatedAt: now() };
    positions.set(key, made);
    return made;
  }
  function change(state: PositionState, held: Held, realized: bigint = 0n): void {
    const { settle } = state.market.perpetual;
    costs.set(settle, (costs.get(settle) ?? 0n) + held.cost - state.held.cost);
    // A new position starts to count anew.
    state.realized = state.held.amount === 0n ? realized : state.realized + realized;
    state.held = held;
    state.updatedAt = now();
    changed.add(state);
    touched.add(state.account);
  }
  const marginOf = (state: PositionState): MarginMode => setting(state.account, state.market).margin;
  return {
    of,
    accounts: () => accounts.values(),
    setting,
    isIsolated: (state) => marginOf(state) === 'isolated',
    position,
    open: (account, market) =>
      [...of(account).positions.values()].filter((state) => {
        return state.held.amount !== 0n && state.market.symbol === (market ?? state.market).symbol;
      }),
    change,
    touch: (account) => touched.add(account),
    takeTouched: () => takeAll(touched),
    takeChanged: () => takeAll(changed).map((state) => toPosition(state, setting(state.account, state.market))),
    totalCost: (asset) => costs.get(asset) ?? 0n,
  };
}

/** The position as it stands, as a value that never changes. */
export function toPosition(state: PositionState, { leverage, margin }: MarginSetting): EnginePosition {
  const { account, market, side, held, realized, updatedAt } = state;
  return {
    ...{ account, market: market.symbol, side, amount: held.amount, entryWorth: size(held.cost), margin, leverage },
    ...{ collateral: held.collateral, realized, updatedAt },
  };
}

function takeAll<T>(items: Set<T>): readonly T[] {
  const all = [...items];
  items.clear();
  return all;
}
