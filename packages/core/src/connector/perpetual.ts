import { createFunding } from '../account/funding.js';
import { checkMargin } from '../account/margin.js';
import { createPayments } from '../account/payments.js';
import { createPositionCheck } from '../account/position-check.js';
import { createPositions } from '../account/positions.js';
import type { Book } from '../model/book.js';
import type { FeeRates } from '../model/fees.js';
import type { Pair, UnixMs } from '../model/market.js';
import type { NewOrder, OrderRequest } from '../model/order.js';
import type { Funding, Position, PositionSide } from '../model/position.js';
import type { PerpetualSpec, PositionEvent } from '../spec/perpetual.js';
import type { Base } from './base.js';
import type { Positions } from './connector.js';
import type { Desk } from './desk.js';
import { createFundingWatch, type FundingWatch } from './funding-watch.js';
import { createListeners } from './listeners.js';
import { createPaymentsFeed, fetchPayments } from './payments-feed.js';
import { createPositionSettings } from './position-settings.js';
import { createRests } from './rests.js';
import { createRuns } from './runs.js';

const calmMs = 5_000;
const historyMs = 7 * 24 * 3_600_000;

export type PerpetualOptions<O, C, W> = Base<O, C, W> &
  Desk & {
    readonly spec: Pick<PerpetualSpec<O, C, W>, 'market' | 'positions'>;
    /** Absent where the venue does not tell them. */
    readonly fees?: ((pair: Pair) => Promise<FeeRates>) | undefined;
    /** Asks for all positions again, in the background. */
    readonly refetchPositions: () => void;
    /** Asks for all fills since then, in the background. */
    readonly searchFills: (from: UnixMs) => void;
  };

/** What a perpetual venue has on top of a spot one. */
export type Perpetual<W> = {
  readonly positions: Positions;
  readonly funding: FundingWatch<W>;
  readonly rules: PerpetualRules;
  /** Learns the position mode and what earlier runs booked. */
  readonly start: () => Promise<void>;
  readonly take: (event: PositionEvent) => void;
  readonly fetchPositions: () => Promise<void>;
  readonly refetchPayments: () => void;
  readonly close: () => void;
};

/** What is different about orders on margin. */
export type PerpetualRules = {
  readonly sideOf: (request: OrderRequest) => PositionSide;
  /** Asks for what `checkFunds` needs; what cannot be told is left open. */
  readonly learn: (pair: Pair) => Promise<void>;
  readonly checkFunds: (order: NewOrder, book: Book | undefined) => void;
};

export function createPerpetual<O, C, W>(options: PerpetualOptions<O, C, W>): Perpetual<W> {
  const { id, api, now, hub, clock, ports, catalogue, spec, tracker, onProblem } = options;
  const pairOf = (symbol: string): Pair | undefined => catalogue.bySymbol(symbol)?.pair;
  const rests = createRests({ clock, random: ports.random('perpetual') });
  const store = createPositions({ now, pairOf, emit: hub.emit });
  const settings = createPositionSettings({
    id,
    spec: spec.positions,
    api: api.private,
    market: catalogue.get,
    onChanged: options.refetchPositions,
  });
  const payments = createPayments({ ...options, pairOf, keep: options.keepClosed, tell: tracker.tell });
  const paymentsFeed = createPaymentsFeed<W>({
    payments,
    clock,
    rests,
    onProblem,
    fetch: (since) => spec.positions.fetchPayments(api.private(), since),
  });
  const info = createFundingInfo(options);
  const searchUnexplained = watchFills(options);

  const relearnMode = createRuns({
    clock,
    calmMs,
    task: (runsBefore) => rests.rested(runsBefore, () => settings.learnMode().catch(onProblem)),
  });

  const take: Perpetual<W>['take'] = (event) => {
    if (event.type === 'funding-payment') {
      payments.book(event);
      return;
    }
    apply(event);
  };
  const apply = (event: Parameters<typeof store.apply>[0], askedAt?: number): void => {
    store.apply(event, askedAt);
    const entries = event.type === 'position' ? [event] : event.entries;
    const fits = entries.map((entry) => settings.observe(pairOf(entry.symbol) ?? entry.symbol, entry));
    if (fits.includes(false)) void relearnMode();
  };

  return {
    positions: {
      list: store.list,
      funding: info.get,
      onFunding: info.on,
      mode: settings.mode,
      ...(settings.setMode && { setMode: settings.setMode }),
      ...(settings.leverage && { leverage: settings.leverage }),
      ...(settings.setLeverage && { setLeverage: settings.setLeverage }),
      payments: ({ pair, from = now() - historyMs } = {}) =>
        fetchPayments<W>(
          (since) => spec.positions.fetchPayments(api.private(), since),
          { from, ...(pair !== undefined && { market: catalogue.get(pair) }) },
          pairOf,
        ),
    },
    funding: info.watch,
    rules: createRules(options, { settings, list: store.list }),
    start: async () => {
      await settings.learnMode();
      await payments.replay(options.journal.read());
      await payments.begin();
      paymentsFeed.start();
    },
    take,
    fetchPositions: async () => {
      const askedAt = now();
      const entries = await spec.positions.fetch(api.private());
      apply({ type: 'positions', entries }, askedAt);
      searchUnexplained(store.list());
    },
    refetchPayments: paymentsFeed.ask,
    close: () => {
      rests.close();
      paymentsFeed.close();
      info.watch.close();
    },
  };
}

/** Returns what is called with all positions: it asks for fills where a position shows that some were not told. */
function watchFills<O, C, W>({
  hub,
  now,
  catalogue,
  meter,
  searchFills,
}: PerpetualOptions<O, C, W>): (positions: readonly Position[]) => void {
  const check = createPositionCheck();
  // An inverse position is in base units at its entry price, and fills at theirs: those cannot be compared.
  const isExact = (pair: Pair): boolean => catalogue.byPair.get(pair)?.shape === 'linear';
  hub.on('order-filled', ({ order, fill }) => {
    if (isExact(order.pair)) check.filled(order.pair, order.side, fill.amount);
  });
  return (positions) => {
    const from = check.compare(
      positions.filter(({ pair }) => isExact(pair)),
      now(),
    );
    if (from === undefined) return;
    meter.count('positions.unexplained');
    searchFills(from);
  };
}

function createFundingInfo<O, C, W>({
  now,
  clock,
  spec,
  api,
  meter,
  ports,
  onProblem,
}: PerpetualOptions<O, C, W>): {
  readonly watch: FundingWatch<W>;
  readonly get: (pair: Pair) => Funding | undefined;
  readonly on: Positions['onFunding'];
} {
  const store = createFunding({ now });
  const listeners = createListeners<Funding>((error) => {
    meter.count('listener.threw');
    ports.log('error', 'listener.threw', { error });
  });
  const watch = createFundingWatch<W>({
    store,
    clock,
    now,
    onProblem,
    fetch: (market) => spec.positions.fetchFunding(api.public({ symbol: market.symbol }), market),
    isStreamed: (market) => spec.market.topic('funding', market) !== undefined,
    onFunding: (funding) => {
      listeners.tell(funding.pair, funding);
    },
  });
  return { watch, get: store.get, on: listeners.on };
}

function createRules<O, C, W>(
  { fees, tracker, balances, catalogue }: PerpetualOptions<O, C, W>,
  {
    settings,
    list,
  }: { readonly settings: ReturnType<typeof createPositionSettings>; readonly list: Positions['list'] },
): PerpetualRules {
  const rates = new Map<Pair, FeeRates>();
  return {
    sideOf: settings.sideOf,
    learn: async (pair) => {
      const learnFees = async (): Promise<void> => {
        const told = await fees?.(pair);
        if (told !== undefined) rates.set(pair, told);
      };
      await Promise.allSettled([settings.learnLeverage(pair), learnFees()]);
    },
    checkFunds: (order, book) => {
      checkMargin(order, {
        balances: balances.all(),
        positions: list(),
        inFlight: tracker.orders({ open: true }).filter(({ state }) => state !== 'open'),
        market: (pair) => catalogue.byPair.get(pair),
        leverage: settings.leverageOf,
        fees: rates.get(order.market.pair),
        referencePrice: book?.best(order.request.side === 'buy' ? 'sell' : 'buy')?.price,
      });
    },
  };
}
