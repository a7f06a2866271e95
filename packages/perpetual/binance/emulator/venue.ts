import type { Security } from '@hb/binance-emulation';
import { refuse } from '@hb/connector-testkit';
import type {
  Alarms,
  ApiKey,
  EngineOrder,
  Exchange,
  Parameters,
  PerpetualEngine,
  PerpetualMarket,
  PerpetualReads,
} from '@hb/connector-testkit';

import type { GoodTill } from './good-till.js';
import type { ListenKeys } from './listen-keys.js';
import type { Limits } from './limits.js';
import type { MarketRules } from './markets.js';
import type { Described } from './reports.js';

/** Fractions as text. */
export type Fees = { readonly maker: string; readonly taker: string };

/** Everything that a request may look at or change. */
export type Venue = Exchange<PerpetualEngine> & {
  readonly limits: Limits;
  readonly rules: ReadonlyMap<string, MarketRules>;
  /** By account. */
  readonly fees: ReadonlyMap<string, Fees>;
  readonly listenKeys: ListenKeys;
  readonly alarms: Alarms;
  readonly goodTill: GoodTill;
  /** A client order id for who sent none. */
  readonly newId: () => string;
};

export type Call = { readonly venue: Venue; readonly reads: PerpetualReads; readonly parameters: Parameters };
export type KeyedCall = Call & { readonly key: ApiKey };

/** One request of the documentation. */
export type Route = {
  readonly names: readonly [string];
  readonly weight: number | ((parameters: Parameters) => number);
} & (
  | { readonly security?: undefined; readonly run: (call: Call) => unknown }
  | {
      readonly security: Security;
      /** Its answer tells the order counts too. */
      readonly countsOrders?: true;
      readonly run: (call: KeyedCall) => unknown;
    }
);

/** The market of `symbol`. Throws -1102 or -1121. */
export function findMarket(call: Call): { readonly market: PerpetualMarket; readonly rules: MarketRules } {
  return marketOf(call.venue, call.parameters.required('symbol'));
}

export function marketOf(
  { engine, rules: all }: { readonly engine: Pick<PerpetualReads, 'perpetual'> } & Pick<Venue, 'rules'>,
  symbol: string,
): { readonly market: PerpetualMarket; readonly rules: MarketRules } {
  const market = engine.perpetual(symbol);
  const rules = all.get(symbol);
  if (market === undefined || rules === undefined) throw refuse(-1121, 'Invalid symbol.');
  return { market, rules };
}

export function describe({ goodTill }: Venue, order: EngineOrder, market: PerpetualMarket): Described {
  return { order, market, goodTillDate: goodTill.of(order) };
}

/** The market of `symbol` when one was named. */
export function namedMarket(call: Call): string | undefined {
  const symbol = call.parameters.text('symbol');
  return symbol === undefined ? undefined : marketOf(call.venue, symbol).market.symbol;
}
