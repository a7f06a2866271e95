import type {
  FixtureMarket,
  MarginRequest,
  PerpetualFixtureVenue,
  SimulatedRequest,
  SimulationVenue,
  VenueParts,
} from '@hb/connector-testkit';

import { createHyperliquidPerpetualEmulator, type MarketRules } from '../emulator/index.js';

/** Where scripts trade: one market at each end of the scale, both where five digits and the decimal places end at one step. */
export const traded: readonly [FixtureMarket, FixtureMarket] = [
  { pair: 'BTC-USD', price: '8000', minAmount: '0.00001', minNotional: '10' },
  { pair: 'STRK-USD', price: '0.2', minAmount: '0.1', minNotional: '10' },
];

const markets: readonly MarketRules[] = [
  { name: 'BTC', szDecimals: 5, maxLeverage: 40, price: '8000' },
  { name: 'STRK', szDecimals: 1, maxLeverage: 5, price: '0.2' },
];

type Requests = Readonly<Record<Exclude<SimulatedRequest, 'fetchBook'> | MarginRequest, string>>;

/** All go to two paths: what is in the body of each, and in no other. Positions and balances are one answer. */
export const requests: Requests = {
  place: '{"type":"order",',
  cancel: '{"type":"cancelByCloid",',
  amend: '{"type":"batchModify",',
  fetchOrder: '"type":"orderStatus"',
  fetchOpenOrders: '"type":"frontendOpenOrders"',
  fetchFills: '"type":"userFills',
  fetchBalances: '"type":"clearinghouseState"',
  fetchMarkets: '"type":"meta"',
  fetchTime: '"type":"exchangeStatus"',
  fetchPositions: '"type":"clearinghouseState"',
  fetchPayments: '"type":"userFunding"',
  fetchFunding: '"type":"metaAndAssetCtxs"',
};

/** What the emulator calls those that can lag. */
const types: Readonly<Partial<Record<SimulatedRequest | MarginRequest, readonly string[]>>> = {
  fetchOrder: ['orderStatus'],
  fetchOpenOrders: ['frontendOpenOrders'],
  fetchFills: ['userFills', 'userFillsByTime'],
  fetchBalances: ['clearinghouseState'],
  fetchPositions: ['clearinghouseState'],
  fetchPayments: ['userFunding'],
  fetchFunding: ['metaAndAssetCtxs'],
};

/** The emulator with one empty account, whose agent trades, reached by names of its own; its streams by paths that tell them apart. */
export function createVenue(
  { clock, crypto }: VenueParts,
  keys: { readonly owner: string; readonly agent: string },
): PerpetualFixtureVenue & SimulationVenue {
  const venue = createHyperliquidPerpetualEmulator({
    ...{ clock, crypto, markets, runsMarkets: false },
    accounts: [{ privateKey: keys.owner, agents: [keys.agent], name: 'trader', balances: {} }],
  });
  const lag = (request: SimulatedRequest | MarginRequest, lagMs: number): (() => void) => {
    const ends = (types[request] ?? []).map((at) => venue.behave({ at, lagMs }));
    return () => {
      for (const end of ends) end();
    };
  };
  return {
    venue: {
      ...venue,
      connect: (upgrade, socket) =>
        venue.connect({ ...upgrade, path: upgrade.path.replace(/^\/(?:public|account)/, '') }, socket),
    },
    ...{ engine: venue.engine, account: 'trader' },
    hosts: {
      rest: 'http://hyperliquid.localhost',
      public: 'ws://hyperliquid.localhost/public/ws',
      private: 'ws://hyperliquid.localhost/account/ws',
    },
    toEnd: ({ timeInForce, filled }) => (timeInForce === 'ioc' && filled === 0n ? 'rejected' : 'canceled'),
    toFillId: ({ at, tradeId }) => `${at}-${tradeId}`,
    bookLevels: 20,
    limitRefusals: () => venue.limitRefusals(),
    setMinAmount: (pair, least) => {
      venue.setDecimals(pair.replace('-USD', ''), placesOf(Number(least)));
    },
    lag,
    lagMargin: lag,
  };
}

/** The least amount is one step, and steps are tenths of each other: the next that is not below. */
function placesOf(least: number): number {
  return Math.max(0, Math.floor(-Math.log10(least) + 1e-9));
}
