import type { PositionMode, UnixMs } from '@hb/connector-core';

import { toMarket, type MarketState } from '../market-state.js';
import type { EngineBalance, EngineEvent, EngineOrder } from '../types.js';
import { createFigures, type Figures, type MarginOrder } from './figures.js';
import { toPosition, type PositionState } from './margin-book.js';
import { asPerpetual, directionOf, toPerpetualMarket, type PerpetualMarketState } from './market.js';
import { flat, sign } from './position.js';
import type { EngineFundingPayment, EnginePosition, MarginReads, MarginSetting, PerpetualPrices } from './types.js';

type PastParts = {
  readonly log: readonly EngineEvent[];
  readonly markets: ReadonlyMap<string, MarketState>;
};

/** Margins, positions and prices as they stood at an earlier time, read back from the log. */
export function marginAsOf({ log, markets }: PastParts, at: UnixMs): MarginReads {
  const past = gather(log, at);
  const find = (symbol: string): PerpetualMarketState | undefined => {
    const market = markets.get(symbol);
    return market && withPrices(asPerpetual(market), past.prices.get(symbol));
  };
  const need = (symbol: string): PerpetualMarketState => {
    const market = find(symbol);
    if (market === undefined) throw new RangeError(`there is no market ${symbol}`);
    return market;
  };
  const setting = (account: string, { symbol, perpetual }: PerpetualMarketState): MarginSetting =>
    past.settings.get(keyOf(account, symbol)) ?? { leverage: perpetual.leverage, margin: 'cross' };
  // Made once: figures tell a position from the others of its account by what it is.
  const held = [...past.positions.values()]
    .filter(({ amount }) => amount !== 0n)
    .map((position) => toState(position, need(position.market)));
  const states = (account: string) => held.filter((state) => state.account === account);
  const figures = createPastFigures(past, { need, setting, states });
  return {
    perpetual: (symbol) => {
      const market = find(symbol);
      return market && toPerpetualMarket(market, toMarket(market));
    },
    leverage: (account, symbol) => setting(account, need(symbol)),
    positionMode: (account) => past.modes.get(account) ?? 'one-way',
    positions: (account, symbol) =>
      states(account)
        .filter(({ market }) => market.symbol === (symbol ?? market.symbol))
        .map((state) => toPosition(state, setting(account, state.market))),
    figures: ({ account, market, side }) => {
      const known = states(account).find((state) => state.market.symbol === market && state.side === side);
      return figures.of(known ?? { account, market: need(market), side, held: flat, realized: 0n, updatedAt: at });
    },
    marginOf: (account, asset) => figures.account(account, asset),
    fundingPayments: (account, market) =>
      past.payments.filter((payment) => payment.account === account && payment.market === (market ?? payment.market)),
  };
}

type Past = {
  readonly prices: Map<string, PerpetualPrices>;
  readonly settings: Map<string, MarginSetting>;
  readonly modes: Map<string, PositionMode>;
  readonly positions: Map<string, EnginePosition>;
  readonly wallets: Map<string, EngineBalance>;
  readonly open: Map<string, EngineOrder>;
  readonly payments: EngineFundingPayment[];
};

function gather(log: readonly EngineEvent[], at: UnixMs): Past {
  const past: Past = {
    ...{ prices: new Map(), settings: new Map(), modes: new Map(), positions: new Map(), wallets: new Map() },
    ...{ open: new Map(), payments: [] },
  };
  for (const event of log) {
    if (event.at > at) break;
    take(past, event);
  }
  return past;
}

function take({ prices, settings, modes, positions, wallets, open, payments }: Past, event: EngineEvent): void {
  if (event.type === 'prices') prices.set(event.market, event.prices);
  else if (event.type === 'leverage') settings.set(keyOf(event.account, event.market), event.setting);
  else if (event.type === 'position-mode') modes.set(event.account, event.mode);
  else if (event.type === 'funding') payments.push(event.payment);
  else if (event.type === 'balance') {
    for (const balance of event.balances) wallets.set(keyOf(event.account, balance.asset), balance);
  } else if (event.type === 'position') {
    const { account, market, side } = event.position;
    positions.set(keyOf(account, market, side), event.position);
  } else if (event.type === 'order') {
    const { market, orderId, status } = event.order;
    if (status === 'open') open.set(keyOf(market, orderId), event.order);
    else open.delete(keyOf(market, orderId));
  }
}

function keyOf(...parts: readonly (string | number)[]): string {
  return parts.join(' ');
}

type Reading = {
  readonly need: (symbol: string) => PerpetualMarketState;
  readonly setting: (account: string, market: PerpetualMarketState) => MarginSetting;
  readonly states: (account: string) => readonly PositionState[];
};

function createPastFigures({ wallets, open }: Past, { need, setting, states }: Reading): Figures {
  return createFigures({
    ledger: {
      balance: (account, asset) => wallets.get(keyOf(account, asset)) ?? { asset, free: 0n, locked: 0n },
    },
    accounts: {
      of: (name) => ({
        open: [...open.values()]
          .filter(({ account }) => account === name)
          .map((order) => toMarginOrder(order, need(order.market))),
      }),
    },
    book: {
      setting,
      open: states,
      isIsolated: ({ account, market }) => setting(account, market).margin === 'isolated',
    },
  });
}

function withPrices(market: PerpetualMarketState, told: PerpetualPrices | undefined): PerpetualMarketState {
  const { perpetual } = market;
  return { ...market, perpetual: { ...perpetual, prices: told ?? perpetual.firstPrices } };
}

function toState(position: EnginePosition, market: PerpetualMarketState): PositionState {
  const { account, side, amount, entryWorth, collateral, realized, updatedAt } = position;
  const cost = sign(amount) * directionOf(market) * entryWorth;
  return { account, market, side, held: { amount, cost, collateral }, realized, updatedAt };
}

function toMarginOrder(order: EngineOrder, market: PerpetualMarketState): MarginOrder {
  const { side, price, amount, filled, positionSide = 'net', reduceOnly = false, liquidation = false } = order;
  const position = { side: positionSide, reduceOnly, isLiquidation: liquidation };
  return { market, side, price, amount, filled, position };
}
