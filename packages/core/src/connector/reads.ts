import type { Book } from '../model/book.js';
import { zero } from '../model/decimal.js';
import type { FeeRates } from '../model/fees.js';
import type { Pair, UnixMs } from '../model/market.js';
import type { Order, OrderReport } from '../model/order.js';
import type { Ticker } from '../model/trade.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { AnySpec } from './any-spec.js';
import type { Api } from './api.js';
import { fetchCandles } from './candles.js';
import type { Catalogue } from './catalogue.js';
import type { Connector } from './connector.js';
import { invalid, known } from './known.js';
import { toPublicTrade } from './public-trade.js';
import { toQuote } from './quote.js';
import { createRaw } from './raw.js';
import type { Reconciler } from './reconciler.js';

const feesLastMs = 12 * 3_600_000;

export type ReadsOptions<O, C, W> = {
  readonly id: string;
  readonly spec: Pick<AnySpec<O, C, W>, 'market' | 'trading'>;
  readonly hasCredentials: boolean;
  readonly api: Api<O, C>;
  readonly catalogue: Catalogue<W>;
  readonly clock: Clock;
  readonly book: (pair: Pair) => Book | undefined;
  readonly tracker: Tracker;
  readonly reconciler: Reconciler;
  readonly refreshMarkets: () => Promise<void>;
  readonly fees: Connector['fees'];
  /** Absent on spot. */
  readonly fetchPositions?: (() => Promise<void>) | undefined;
};

/** What is asked of the venue when a caller asks for it. */
export type Reads = Pick<
  Connector,
  'tickers' | 'recentTrades' | 'candles' | 'fees' | 'closedOrders' | 'raw' | 'quote' | 'refresh'
>;

export function createReads<O, C, W>(options: ReadsOptions<O, C, W>): Reads {
  const { id, spec, api, catalogue, tracker, reconciler, fees } = options;
  const { fetchTickers, fetchTrades, candles } = spec.market;
  const { fetchClosedOrders } = spec.trading;

  return {
    ...(fetchTickers !== undefined && {
      tickers: async () => {
        const tickers = await fetchTickers(api.public());
        return new Map(tickers.flatMap((ticker) => toEntry(catalogue, ticker)));
      },
    }),
    ...(fetchTrades !== undefined && {
      recentTrades: async (pair) => {
        const market = catalogue.get(pair);
        return (await fetchTrades(api.public({ symbol: market.symbol }), market)).map((trade) =>
          toPublicTrade(market, trade),
        );
      },
    }),
    ...(candles !== undefined && {
      candles: async (pair, range) => {
        const market = catalogue.get(pair);
        return fetchCandles({ id, candles, api: api.public({ symbol: market.symbol }) }, market, range);
      },
    }),
    ...(fees !== undefined && { fees }),
    quote: async (pair, side, amount) => {
      const market = catalogue.get(pair);
      const rates = options.hasCredentials ? await fees?.(pair) : undefined;
      return toQuote(market, options.book(pair), { side, amount, rates });
    },
    ...(fetchClosedOrders !== undefined && {
      closedOrders: async (pair, from) => {
        const since = { market: catalogue.get(pair), ...(from !== undefined && { from }) };
        const reports = await fetchClosedOrders(api.private({ symbol: since.market.symbol }), since);
        return reports.flatMap((report) => toClosedOrder(pair, report, api.now()));
      },
    }),
    refresh: async (what) => {
      if (what === 'markets') return options.refreshMarkets();
      if (what === 'balances') return reconciler.fetchBalances();
      if (what === 'positions') {
        if (options.fetchPositions === undefined)
          throw invalid(`${id} refresh`, 'this venue has no positions', 'unsupported');
        return options.fetchPositions();
      }
      return reconciler.look(known(tracker, id, what.clientOrderId).clientOrderId);
    },
    raw: createRaw(id, (at) => (at.signed === true ? api.private() : api.public())),
  };
}

type FeesOptions<O, C, W> = Pick<ReadsOptions<O, C, W>, 'id' | 'spec' | 'api' | 'catalogue' | 'clock'>;

/** The fees of each market, remembered for 12 h. */
export function createFees<O, C, W>({
  spec,
  api,
  catalogue,
  clock,
}: FeesOptions<O, C, W>): NonNullable<Connector['fees']> | undefined {
  const { fetchFees } = spec.trading;
  if (fetchFees === undefined) return undefined;
  const fees = new Map<Pair, { readonly rates: FeeRates; readonly until: number }>();
  return async (pair) => {
    const market = catalogue.get(pair);
    const held = fees.get(pair);
    if (held !== undefined && held.until > clock.mono()) return held.rates;
    const rates = await fetchFees(api.private({ symbol: market.symbol }), market);
    fees.set(pair, { rates, until: clock.mono() + feesLastMs });
    return rates;
  };
}

function toEntry<W>(catalogue: Catalogue<W>, ticker: Ticker): readonly (readonly [Pair, Ticker])[] {
  const market = catalogue.bySymbol(ticker.symbol);
  return market === undefined ? [] : [[market.pair, ticker]];
}

/** An order that was never tracked here, as far as the venue's report describes it. */
function toClosedOrder(pair: Pair, report: OrderReport, now: UnixMs): readonly Order[] {
  const { terms, orderId, filled = zero, filledQuote, status } = report;
  const clientOrderId = report.clientOrderId ?? orderId;
  if (terms === undefined || clientOrderId === undefined || status === 'open') return [];
  return [
    {
      clientOrderId,
      ...(orderId !== undefined && { orderId }),
      pair,
      side: terms.side,
      type: terms.price === undefined ? 'market' : 'limit',
      origin: 'external',
      canceling: false,
      amount: terms.amount,
      amountIn: 'base',
      ...(terms.price !== undefined && { price: terms.price }),
      state: status,
      ...(report.reason !== undefined && { reason: report.reason }),
      filled,
      ...(filledQuote !== undefined && filled.gt(zero) && { averagePrice: filledQuote.div(filled) }),
      fees: report.fees ?? [],
      fillsComplete: false,
      createdAt: now,
    },
  ];
}
