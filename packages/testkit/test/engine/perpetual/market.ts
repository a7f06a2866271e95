import { createPerpetualEngine } from '../../../src/engine/perpetual/engine.js';
import type { PerpetualEngine, PerpetualTerms } from '../../../src/engine/perpetual/types.js';
import type { Accepted, EngineOptions, EngineRequest, Refused } from '../../../src/engine/types.js';

export type PerpetualTestOptions = Partial<Omit<EngineOptions, 'markets'>> & {
  readonly terms?: Partial<PerpetualTerms>;
  readonly balance?: string;
};

const grids = { base: 'BTC', priceStep: '1', amountStep: '0.001' };

/**
 * `BTCUSDT`, linear in USDT: one step of each is worth 0.001 USDT; `BTCUSD`, inverse in BTC with contracts of 100 USD.
 * Free of charge, 10 times leverage, a tenth of that to keep; all start at 1000. Time stands still unless `now` is given.
 */
export function createPerpetuals(options: PerpetualTestOptions = {}): PerpetualEngine {
  const { terms = {}, balance = '1000', ...rest } = options;
  const common = { price: '1000', leverage: '10', maintenanceRate: '0.01', ...terms };
  const engine = createPerpetualEngine({
    now: () => 1000,
    assets: { USDT: 3, BTC: 8 },
    markets: [
      { ...grids, symbol: 'BTCUSDT', quote: 'USDT', perpetual: { shape: 'linear', settle: 'USDT', ...common } },
      {
        ...grids,
        symbol: 'ETHUSDT',
        base: 'ETH',
        quote: 'USDT',
        perpetual: { shape: 'linear', settle: 'USDT', ...common },
      },
      {
        ...{ ...grids, symbol: 'BTCUSD', quote: 'USD', amountStep: '1' },
        perpetual: { shape: 'inverse', settle: 'BTC', contractSize: '100', ...common },
      },
    ],
    ...rest,
  });
  for (const account of ['ann', 'bob', 'cyd']) {
    engine.deposit(account, 'USDT', balance);
    engine.deposit(account, 'BTC', '10');
  }
  return engine;
}

type Terms = Pick<EngineRequest, 'reduceOnly' | 'positionSide'> & {
  readonly market?: string;
  readonly timeInForce?: 'gtc' | 'ioc' | 'fok' | 'post-only';
};

export function limit(side: 'buy' | 'sell', price: bigint, amount: bigint, terms: Terms = {}): EngineRequest {
  return { market: 'BTCUSDT', side, type: 'limit', price, amount, ...terms };
}

export function market(side: 'buy' | 'sell', amount: bigint, terms: Omit<Terms, 'timeInForce'> = {}): EngineRequest {
  return { market: 'BTCUSDT', side, type: 'market', amount, ...terms };
}

/** Lets `buyer` buy from `seller`, who rests first. */
export function trade(
  engine: PerpetualEngine,
  [buyer, seller]: readonly [string, string],
  [price, amount]: readonly [bigint, bigint],
  terms: Terms = {},
): Accepted | Refused {
  const resting = engine.place(seller, limit('sell', price, amount, terms));
  return resting.type === 'refused' ? resting : engine.place(buyer, limit('buy', price, amount, terms));
}

/** `net 1.5 at 1000` in the words of a trader, for each position. */
export function positions(engine: PerpetualEngine, account: string): readonly string[] {
  return engine.positions(account).map((position) => {
    const market = engine.perpetual(position.market);
    if (market === undefined) throw new Error(`there is no market ${position.market}`);
    const worth = market.quoteAsset.format(position.entryWorth);
    return `${position.market} ${position.side} ${market.amount.format(position.amount)} for ${worth}`;
  });
}

/** Amounts of a wallet, without trailing zeros. */
export function wallet(engine: PerpetualEngine, account: string, asset: string = 'USDT'): string {
  return engine.asset(asset).format(engine.marginOf(account, asset).wallet);
}
