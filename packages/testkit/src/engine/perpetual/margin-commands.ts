import type { PositionMode } from '@hb/connector-core';

import type { Assembled } from '../engine.js';
import { tellBalances } from '../execute.js';
import type { MarketState } from '../market-state.js';
import { toRatio } from '../step.js';
import type { Figures } from './figures.js';
import { payFunding } from './funding.js';
import { settleRisk } from './liquidate.js';
import type { MarginBook } from './margin-book.js';
import { asPerpetual, compare, type PerpetualMarketState } from './market.js';
import type { MarginEvent, MarginRefusal, MarginSetting, PerpetualEngine, PerpetualPrices } from './types.js';

type MarginCommands = Pick<
  PerpetualEngine,
  'place' | 'move' | 'replace' | 'setPrices' | 'payFunding' | 'setLeverage' | 'setPositionMode'
>;

/** What can change positions, what they are worth, or what stands behind them. */
export function createMarginCommands(
  { engine, parts, markets }: Assembled,
  { book, figures }: { readonly book: MarginBook; readonly figures: Figures },
): MarginCommands {
  const { events, now } = parts;
  let payments = 0;

  /** Runs a command and then what follows from it: liquidations, and orders with nothing left to reduce. */
  function guarded<T>(run: () => T): T {
    return events.command(() => {
      const result = run();
      settleRisk({ ...parts, book, figures });
      tellBalances(parts);
      return result;
    });
  }
  function tell(event: MarginEvent): void {
    events.emit({ sequence: events.next(), at: now(), ...event });
  }
  function touchHolders(market: PerpetualMarketState): void {
    for (const { name } of book.accounts()) if (book.open(name, market).length > 0) book.touch(name);
  }
  function setPrices(symbol: string, changed: Partial<PerpetualPrices>): void {
    const market = marketOf(markets, symbol);
    const prices = { ...market.perpetual.prices, ...changed };
    if (prices.mark <= 0n || prices.index <= 0n) throw new RangeError(`${symbol}: a price is above zero`);
    toRatio(prices.fundingRate);
    market.perpetual.prices = prices;
    tell({ type: 'prices', market: symbol, prices });
    touchHolders(market);
  }
  function setLeverage(account: string, symbol: string, setting: MarginSetting): MarginRefusal | undefined {
    const market = markets.get(symbol);
    if (market === undefined) return 'unknown-market';
    const perpetual = asPerpetual(market);
    const refused = checkSetting(account, perpetual, setting);
    if (refused !== undefined) return refused;
    const before = book.setting(account, perpetual);
    book.of(account).settings.set(symbol, setting);
    if (figures.left(account, perpetual.perpetual.settle) < 0n && compare(setting.leverage, before.leverage) < 0) {
      book.of(account).settings.set(symbol, before);
      return 'insufficient-balance';
    }
    tell({ type: 'leverage', account, market: symbol, setting });
    return undefined;
  }
  function checkSetting(account: string, market: PerpetualMarketState, setting: MarginSetting) {
    const { leverage, margin } = setting;
    const isInRange = compare(leverage, '1') >= 0 && compare(leverage, market.perpetual.maxLeverage) <= 0;
    if (!isInRange) return 'invalid-leverage';
    const before = book.setting(account, market);
    const hasPosition = book.open(account, market).length > 0;
    // What an isolated position holds was set aside at its leverage.
    const isTied = margin !== before.margin || (margin === 'isolated' && compare(leverage, before.leverage) < 0);
    if (isTied && hasPosition) return 'has-position';
    const hasOrders = [...parts.accounts.of(account).open].some((order) => order.market === market);
    return margin !== before.margin && hasOrders ? 'has-orders' : undefined;
  }
  function setPositionMode(account: string, mode: PositionMode): MarginRefusal | undefined {
    const owner = book.of(account);
    if (owner.mode === mode) return undefined;
    if (book.open(account).length > 0) return 'has-position';
    if (parts.accounts.of(account).open.size > 0) return 'has-orders';
    owner.mode = mode;
    tell({ type: 'position-mode', account, mode });
    return undefined;
  }
  const nextId = () => {
    payments += 1;
    return payments;
  };
  return {
    place: (account, request) => guarded(() => engine.place(account, request)),
    move: (account, ref, to) => guarded(() => engine.move(account, ref, to)),
    replace: (account, ref, request) => guarded(() => engine.replace(account, ref, request)),
    setPrices: (market, prices) => guarded(() => setPrices(market, prices)),
    payFunding: (market) =>
      guarded(() => {
        const paid = payFunding({ ...parts, book, nextId }, marketOf(markets, market));
        tellBalances(parts);
        return paid;
      }),
    setLeverage: (account, market, setting) => events.command(() => setLeverage(account, market, setting)),
    setPositionMode: (account, mode) => events.command(() => setPositionMode(account, mode)),
  };
}

function marketOf(markets: ReadonlyMap<string, MarketState>, symbol: string): PerpetualMarketState {
  const market = markets.get(symbol);
  if (market === undefined) throw new RangeError(`there is no market ${symbol}`);
  return asPerpetual(market);
}
