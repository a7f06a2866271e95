import type { NumberForms, Security } from '@hb/binance-emulation';
import {
  refuse,
  weightedAverage,
  between,
  summarize,
  type ApiKey,
  type EngineMarket,
  type EngineReads,
  type EngineTrade,
  type Exchange,
  type Parameters,
  type VenueRefusal,
} from '@hb/connector-testkit';

import type { Limits } from './limits.js';
import { averageMinutes, digits, type MarketRules } from './markets.js';
import { forms } from './parameters.js';
import type { Placement } from './placement.js';

/** What the venue shows of an account beside its balances. Rates are fractions as text. */
export type AccountSettings = {
  readonly uid: number;
  readonly maker: string;
  readonly taker: string;
  readonly paysInBnb: boolean;
};

/** Everything that a request may look at or change. */
export type Venue = Exchange & {
  readonly limits: Limits;
  readonly accounts: ReadonlyMap<string, AccountSettings>;
  readonly rules: ReadonlyMap<string, MarketRules>;
  /** Ids that cancels gave to orders, which lost their own; by `keyOf`. */
  readonly cancelIds: Map<string, string>;
  /** A client order id for who sent none. */
  readonly newId: () => string;
  /** Tells the user streams of an order that the engine never saw: the new one of a cancel-replace. */
  readonly tellRejected: (account: string, placement: Placement, refusal: VenueRefusal) => void;
};

export type Call = { readonly venue: Venue; readonly reads: EngineReads; readonly parameters: Parameters };
export type SignedCall = Call & { readonly key: ApiKey; readonly settings: AccountSettings };

/** One request of the documentation. */
export type Route = {
  /** What it is called in either API: `GET /api/v3/time` and `time`. */
  readonly names: readonly string[];
  readonly weight: number | ((parameters: Parameters) => number);
  /** Parameters that it reads, beside those of security. */
  readonly accepts: readonly string[];
} & (
  | { readonly security?: undefined; readonly run: (call: Call) => unknown }
  | {
      readonly security: Security;
      /** Costs its weight only when it fails. */
      readonly isFreeWhenDone?: true;
      /** Its answer tells the order counts too. */
      readonly countsOrders?: true;
      readonly run: (call: SignedCall) => unknown;
    }
);

/** The market of `symbol`. Throws -1102, -1100 or -1121. */
export function findMarket(call: Call): { readonly market: EngineMarket; readonly rules: MarketRules } {
  return marketOf(call, call.parameters.required('symbol', forms.symbol));
}

export function marketOf({ venue, reads }: Call, symbol: string): { market: EngineMarket; rules: MarketRules } {
  const market = reads.market(symbol);
  const rules = venue.rules.get(symbol);
  if (market === undefined || rules === undefined) throw refuse(-1121, 'Invalid symbol.');
  return { market, rules };
}

/** A price or an amount in the venue's 8 decimal places. */
export function toPrice(market: EngineMarket, price: bigint): string {
  return market.price.format(price, digits);
}

export function toAmount(market: EngineMarket, amount: bigint): string {
  return market.amount.format(amount, digits);
}

export function toQuote(market: EngineMarket, quote: bigint): string {
  return market.quoteAsset.format(quote, digits);
}

export const numbers: NumberForms = { price: toPrice, amount: toAmount, quote: toQuote };

/** Volume-weighted over the last minutes, else the last price; `undefined` before the first trade. */
export function averagePrice(market: EngineMarket, trades: readonly EngineTrade[], now: number): string | undefined {
  const summary = summarize(between(trades, now - averageMinutes * 60_000));
  if (summary !== undefined) return weightedAverage(market, summary, digits);
  return market.lastTrade === undefined ? undefined : toPrice(market, market.lastTrade.price);
}
