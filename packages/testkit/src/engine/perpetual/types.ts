import type { MarginMode, PositionMode, UnixMs } from '@hb/connector-core';

import type { Engine, EngineMarket, MarketDefinition } from '../types.js';

/** `net` in one-way mode, `long` and `short` in hedge mode. */
export type EnginePositionSide = 'net' | 'long' | 'short';

/** What makes a market a perpetual. Amounts of its orders count in contracts: the amount step is `'0.001'` or `'1'` contract. */
export type PerpetualTerms = {
  /** `linear`: worth price × amount in the settle asset. `inverse`: worth amount ÷ price in it. */
  readonly shape: 'linear' | 'inverse';
  /** The asset of margins, fees, profits and funding. */
  readonly settle: string;
  /** Base units (linear) or quote units (inverse) in one contract; `'1'` when left out. */
  readonly contractSize?: string;
  /** Where mark and index price start; on the price grid. */
  readonly price: string;
  /** `'20'` when left out. */
  readonly leverage?: string;
  /** `'125'` when left out. */
  readonly maxLeverage?: string;
  /** Of the notional at the mark price; below it a position is liquidated. `'0.004'` when left out. */
  readonly maintenanceRate?: string;
};

export type PerpetualDefinition = MarketDefinition & { readonly perpetual: PerpetualTerms };

/** Mark and index price in price steps, and the funding rate that is told for the next payment, `'0.0001'`. */
export type PerpetualPrices = {
  readonly mark: bigint;
  readonly index: bigint;
  readonly fundingRate: string;
  readonly nextFundingAt: UnixMs | undefined;
};

/** A perpetual as it stands. `quoteAsset` and `notional` are about the settle asset. */
export type PerpetualMarket = EngineMarket & {
  readonly perpetual: Required<Omit<PerpetualTerms, 'price'>> & PerpetualPrices;
};

/** A position as it stood; never changes. Money in the last digit of the settle asset. */
export type EnginePosition = {
  readonly account: string;
  readonly market: string;
  readonly side: EnginePositionSide;
  /** In amount steps; negative is short, on either kind of side. Zero: it was closed. */
  readonly amount: bigint;
  /** What the position was worth when it was entered; never negative. */
  readonly entryWorth: bigint;
  readonly margin: MarginMode;
  readonly leverage: string;
  /** Set aside for an isolated position, zero on cross margin. */
  readonly collateral: bigint;
  /** Profits and losses taken since it was opened, without fees and funding. */
  readonly realized: bigint;
  readonly updatedAt: UnixMs;
};

/** What a position comes to at the mark price. */
export type EnginePositionFigures = {
  readonly worth: bigint;
  readonly unrealized: bigint;
  readonly initialMargin: bigint;
  readonly maintenanceMargin: bigint;
  /** In price steps; absent where no price liquidates it, other positions standing still. */
  readonly liquidationPrice: bigint | undefined;
};

/** What an account has of one settle asset. */
export type MarginFigures = {
  /** Deposits, profits and losses taken, fees and funding; collateral of isolated positions included. */
  readonly wallet: bigint;
  /** Part of the wallet that isolated positions hold. */
  readonly isolated: bigint;
  readonly unrealized: bigint;
  /** Wallet and what is unrealized. */
  readonly equity: bigint;
  /** Of all positions. */
  readonly positionMargin: bigint;
  /** Of open orders, on top. */
  readonly orderMargin: bigint;
  readonly maintenanceMargin: bigint;
  /** For new orders on cross margin, and to withdraw; never negative. */
  readonly available: bigint;
};

export type MarginSetting = { readonly leverage: string; readonly margin: MarginMode };

/** One payment of funding; `amount` in the last digit of the settle asset, negative was paid. */
export type EngineFundingPayment = {
  /** Unique within the engine; counts up. */
  readonly paymentId: number;
  readonly account: string;
  readonly market: string;
  readonly side: EnginePositionSide;
  readonly asset: string;
  readonly amount: bigint;
  readonly rate: string;
  readonly at: UnixMs;
};

/** What happens on perpetuals beside orders and trades. */
export type MarginEvent =
  /** Follows the balances that it changed. */
  | { readonly type: 'position'; readonly position: EnginePosition }
  | { readonly type: 'prices'; readonly market: string; readonly prices: PerpetualPrices }
  | { readonly type: 'funding'; readonly payment: EngineFundingPayment }
  /** Orders of the account have been taken back; the trades that close the position follow. */
  | {
      readonly type: 'liquidation';
      readonly account: string;
      readonly market: string;
      readonly side: EnginePositionSide;
    }
  /** The insurance fund pays what an account owes after its positions are gone. */
  | { readonly type: 'bankruptcy'; readonly account: string; readonly asset: string; readonly amount: bigint }
  | { readonly type: 'leverage'; readonly account: string; readonly market: string; readonly setting: MarginSetting }
  | { readonly type: 'position-mode'; readonly account: string; readonly mode: PositionMode };

/** Why margin settings stay as they are. */
export type MarginRefusal =
  | 'unknown-market'
  | 'invalid-leverage'
  /** A position or an open order stands in the way. */
  | 'has-position'
  | 'has-orders'
  | 'insufficient-balance';

export function isPerpetual(engine: Engine): engine is PerpetualEngine {
  return 'payFunding' in engine;
}

/** An engine of perpetuals: an `Engine`, whose balances are wallets, with positions. */
export interface PerpetualEngine extends Engine {
  perpetual(symbol: string): PerpetualMarket | undefined;
  /** Moves what is named; liquidates who falls below the maintenance margin. Prices above zero, in price steps. */
  setPrices(market: string, prices: Partial<PerpetualPrices>): void;
  /** Pays between longs and shorts at the mark price and the rate that was told, dust to the insurance fund. */
  payFunding(market: string): readonly EngineFundingPayment[];
  /** `undefined` when done. */
  setLeverage(account: string, market: string, setting: MarginSetting): MarginRefusal | undefined;
  leverage(account: string, market: string): MarginSetting;
  setPositionMode(account: string, mode: PositionMode): MarginRefusal | undefined;
  /** `one-way` until it is set. */
  positionMode(account: string): PositionMode;

  /** Open positions. */
  positions(account: string, market?: string): readonly EnginePosition[];
  figures(position: EnginePosition): EnginePositionFigures;
  marginOf(account: string, asset: string): MarginFigures;
  /** Every payment of the account, oldest first. */
  fundingPayments(account: string, market?: string): readonly EngineFundingPayment[];
  /** What the insurance fund holds, less what it paid. */
  insurance(asset: string): bigint;
  /** What it would have answered at that time, all that happened in that millisecond included. */
  asOf(at: UnixMs): MarginReads;
}

/** What a perpetual engine tells of accounts and prices. */
export type MarginReads = Pick<
  PerpetualEngine,
  'perpetual' | 'leverage' | 'positionMode' | 'positions' | 'figures' | 'marginOf' | 'fundingPayments'
>;
