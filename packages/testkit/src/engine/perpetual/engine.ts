import { assembleEngine, type Assembled } from '../engine.js';
import { createLedger, insuranceFund } from '../ledger.js';
import { toMarket } from '../market-state.js';
import type { EngineOptions } from '../types.js';
import { auditMargin } from './audit.js';
import { createFigures, type FigureParts, type Figures } from './figures.js';
import { createMarginBook, toPosition, type MarginBook } from './margin-book.js';
import { createMarginCommands } from './margin-commands.js';
import { asPerpetual, createPerpetualState, toPerpetualMarket } from './market.js';
import { marginAsOf } from './past.js';
import { createMarginSettlement } from './settle.js';
import type { MarginReads, PerpetualDefinition, PerpetualEngine } from './types.js';

export type PerpetualEngineOptions = Omit<EngineOptions, 'markets'> & {
  readonly markets: readonly PerpetualDefinition[];
};

/** An engine of perpetuals; fees are taken in the settle asset, whatever the plan says. Throws a `RangeError` when a market, an asset or a fee plan is malformed. */
export function createPerpetualEngine(options: PerpetualEngineOptions): PerpetualEngine {
  const book = createMarginBook(options.now);
  let known: Figures | undefined;
  const figuresOf = (parts: Pick<FigureParts, 'ledger' | 'accounts'>): Figures => {
    known ??= createFigures({ ...parts, book });
    return known;
  };
  const assembled = assembleEngine(options, {
    ledger: createLedger('margin'),
    settlement: (parts) => createMarginSettlement({ ...parts, book, figures: figuresOf(parts) }),
    market: (definition, asset) => {
      if (definition.perpetual === undefined) throw new RangeError(`${definition.symbol} is no perpetual`);
      return createPerpetualState(definition, definition.perpetual, asset);
    },
    free: (parts, account, asset) => figuresOf(parts).account(account, asset).available,
    audit: (parts, markets) => auditMargin(parts, markets, book),
  });
  const figures = figuresOf(assembled.parts);
  return {
    ...assembled.engine,
    ...createMarginCommands(assembled, { book, figures }),
    ...createMarginReads(assembled, { book, figures }),
  };
}

function createMarginReads(
  { markets, parts }: Assembled,
  { book, figures }: { readonly book: MarginBook; readonly figures: Figures },
): MarginReads & Pick<PerpetualEngine, 'insurance' | 'asOf'> {
  const find = (symbol: string) => {
    const market = markets.get(symbol);
    return market === undefined ? undefined : asPerpetual(market);
  };
  const need = (symbol: string) => {
    const market = find(symbol);
    if (market === undefined) throw new RangeError(`there is no market ${symbol}`);
    return market;
  };
  return {
    perpetual: (symbol) => {
      const market = find(symbol);
      return market === undefined ? undefined : toPerpetualMarket(market, toMarket(market));
    },
    leverage: (account, market) => book.setting(account, need(market)),
    positionMode: (account) => book.of(account).mode,
    positions: (account, market) =>
      book
        .open(account, market === undefined ? undefined : need(market))
        .map((state) => toPosition(state, book.setting(account, state.market))),
    figures: ({ account, market, side }) => figures.of(book.position(account, need(market), side)),
    marginOf: (account, asset) => figures.account(account, asset),
    fundingPayments: (account, market) =>
      book.of(account).payments.filter((payment) => payment.market === (market ?? payment.market)),
    insurance: (asset) => parts.ledger.balance(insuranceFund, asset).free,
    asOf: (at) => marginAsOf({ log: parts.events.log, markets }, at),
  };
}
