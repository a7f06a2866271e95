import type {
  Common,
  FundingReport,
  OrderRules,
  PositionsSpec,
  PublicMarketSpec,
  Secret,
  TradingSpec,
} from '../../../src/index.js';

export type Key = { readonly secret: Secret };

/** What every one of these venues has, and no payload is about. */
export const common: Omit<Common<object, Key>, 'id' | 'docs' | 'environments'> = {
  options: () => ({}),
  credentials: { secret: { label: 'secret', secret: true } },
  limits: () => ({}),
  sign: (_, request) => request,
  judge: () => undefined,
};

/** Order rules that no payload is about. */
export const rules: OrderRules = {
  limit: ['gtc', 'ioc', 'post-only'],
  market: 'base',
  clientId: { form: 'text', max: 32, alphabet: /^[0-9a-zA-Z-]$/, unique: 'for-ever', echoed: true },
  settle: { engineMs: 1_000, lagMs: 1_000 },
};

/** A venue without books. */
export const unwatched: Omit<PublicMarketSpec<object, unknown>, 'fetchMarkets'> = {
  topic: () => undefined,
  feed: {},
};

/** An account on which nothing happens. */
export const idle: TradingSpec<object, Key, unknown> = {
  place: () => Promise.reject(new TypeError('nothing is placed here')),
  cancel: () => Promise.reject(new TypeError('nothing is cancelled here')),
  fetchOrder: () => Promise.resolve(undefined),
  fetchOpenOrders: () => Promise.resolve([]),
  fetchFills: () => Promise.resolve({ fills: [] }),
  fetchBalances: () => Promise.resolve({ type: 'balances', complete: true, entries: [] }),
  feed: {},
};

/** Positions of an account on which nothing happens. */
export const flat: PositionsSpec<object, Key, unknown> = {
  modes: ['one-way'],
  fetch: () => Promise.resolve([]),
  fetchFunding: (_, { symbol }): Promise<FundingReport> => Promise.resolve({ type: 'funding', symbol }),
  fetchPayments: () => Promise.resolve([]),
};
