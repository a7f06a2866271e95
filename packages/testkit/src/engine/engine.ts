import { createAccounts, findOrder } from './accounts.js';
import { audit } from './audit.js';
import { depthOf, volumeAhead } from './book.js';
import { createCommands, ended, openOf } from './commands.js';
import { createEventLog } from './events.js';
import { tellBalances, type Parts } from './execute.js';
import { freeOfCharge, toSchedule } from './fees.js';
import { createLedger, feeAccount, outside, type Ledger } from './ledger.js';
import { createMarketState, toMarket, type MarketState } from './market-state.js';
import { toOrder } from './order.js';
import { createSettlement, type Settlement } from './settle.js';
import { createAssetStep, type Step } from './step.js';
import type { Engine, EngineOptions, MarketDefinition } from './types.js';

type Markets = Map<string, MarketState>;
type Asset = (name: string) => Step;

/** What one kind of engine does in its own way. */
export type EngineKind = {
  readonly ledger: Ledger;
  readonly settlement: (parts: Pick<Parts, 'now' | 'accounts' | 'ledger'>, asset: Asset) => Settlement;
  readonly market: (definition: MarketDefinition, asset: Asset) => MarketState;
  /** What an account may use or withdraw. */
  readonly free: (parts: Parts, account: string, asset: string) => bigint;
  readonly audit: (parts: Parts, markets: ReadonlyMap<string, MarketState>) => void;
};

/** An engine, and the parts that it is made of. */
export type Assembled = {
  readonly engine: Engine;
  readonly parts: Parts;
  readonly markets: ReadonlyMap<string, MarketState>;
};

/** An engine of spot markets. Throws a `RangeError` when a market, an asset or a fee plan is malformed. */
export function createEngine(options: EngineOptions): Engine {
  return assembleEngine(options, {
    ledger: createLedger(),
    settlement: ({ ledger }, asset) => createSettlement(ledger, asset),
    market: (definition, asset) => {
      if (definition.perpetual === undefined) return createMarketState(definition, asset);
      throw new RangeError(`${definition.symbol} is a perpetual`);
    },
    free: ({ ledger }, account, asset) => ledger.balance(account, asset).free,
    audit,
  }).engine;
}

export function assembleEngine(options: EngineOptions, kind: EngineKind): Assembled {
  const { now, selfTrade = 'none', clientIds = 'among-open' } = options;
  const asset = createAssets(options.assets);
  const markets: Markets = new Map();
  const accounts = createAccounts(toSchedule(options.fees ?? freeOfCharge));
  const base = { now, accounts, ledger: kind.ledger };
  const parts: Parts = { ...base, events: createEventLog(), settlement: kind.settlement(base, asset) };
  const list = (definition: MarketDefinition) => addMarket(markets, kind.market(definition, asset));
  const free = (account: string, name: string) => kind.free(parts, account, name);
  for (const definition of options.markets) list(definition);
  const engine: Engine = {
    now,
    asset,
    free,
    addMarket: list,
    ...createCommands(parts, { markets, selfTrade, clientIds }),
    ...createAdministration(parts, { markets, asset, free }),
    ...createReads(parts, markets),
    on: parts.events.on,
    log: parts.events.log,
    audit: () => kind.audit(parts, markets),
  };
  return { engine, parts, markets };
}

type Administration = Pick<Engine, 'setStatus' | 'setFees' | 'fees' | 'deposit'>;
type Means = { readonly markets: Markets; readonly asset: Asset; readonly free: Engine['free'] };

function createAdministration(parts: Parts, { markets, asset, free }: Means): Administration {
  const { accounts, events, ledger, now } = parts;

  function setStatus(symbol: string, status: MarketState['status']): void {
    const market = marketOf(markets, symbol);
    market.status = status;
    events.emit({ sequence: events.next(), at: now(), type: 'market', market: symbol, status });
    if (status !== 'delisted') return;
    for (const order of market.orders.values()) if (order.status === 'open') ended(parts, order, 'expired');
  }
  function deposit(account: string, name: string, text: string): void {
    const amount = signed(asset(name), text);
    const owner = accounts.of(account).name;
    const isCovered = amount !== undefined && (amount > 0n || free(owner, name) + amount >= 0n);
    if (!isCovered) throw new RangeError(`${account} cannot be given ${text} ${name}`);
    ledger.enter([
      { account, asset: name, part: 'free', amount },
      { account: outside, asset: name, part: 'free', amount: -amount },
    ]);
    events.emit({ sequence: events.next(), at: now(), type: 'deposit', account, asset: name, amount });
    tellBalances(parts);
  }
  return {
    setStatus: (market, status) => events.command(() => setStatus(market, status)),
    setFees: (account, fees) => {
      accounts.of(account).fees = toSchedule(fees);
    },
    fees: (account) => accounts.of(account).fees.plan,
    deposit: (account, name, amount) => events.command(() => deposit(account, name, amount)),
  };
}

type Reads = Pick<
  Engine,
  | 'market'
  | 'markets'
  | 'order'
  | 'ahead'
  | 'openOrders'
  | 'orders'
  | 'executions'
  | 'trades'
  | 'depth'
  | 'balances'
  | 'feesTaken'
>;

function createReads(parts: Parts, markets: Markets): Reads {
  const { accounts, ledger } = parts;
  return {
    market: (symbol) => {
      const market = markets.get(symbol);
      return market === undefined ? undefined : toMarket(market);
    },
    markets: () => Array.from(markets.values(), toMarket),
    order: (account, ref) => {
      const order = findOrder(accounts.of(account), ref, markets);
      return order === undefined ? undefined : toOrder(order);
    },
    ahead: (account, ref) => {
      const order = findOrder(accounts.of(account), ref, markets);
      return order?.status === 'open' ? volumeAhead(order.market.book, order) : undefined;
    },
    openOrders: (account, market) => openOf(parts, account, market).map(toOrder),
    orders: (account, market) =>
      accounts
        .of(account)
        .orders.filter((order) => market === undefined || order.market.symbol === market)
        .map(toOrder),
    executions: (account, filter = {}) =>
      accounts.of(account).executions.filter(({ market, orderId }) => {
        return market === (filter.market ?? market) && orderId === (filter.orderId ?? orderId);
      }),
    trades: (symbol) => marketOf(markets, symbol).trades,
    depth: (symbol, levels) => {
      const { book, updateId } = marketOf(markets, symbol);
      return { updateId, bids: depthOf(book.buy, levels), asks: depthOf(book.sell, levels) };
    },
    balances: (account) => ledger.balances(account),
    feesTaken: (name) => ledger.balance(feeAccount, name).free,
  };
}

function createAssets(digits: Readonly<Record<string, number>>): Asset {
  const steps = new Map(Object.entries(digits).map(([name, places]) => [name, createAssetStep(places)]));
  return (name) => {
    const step = steps.get(name);
    if (step === undefined) throw new RangeError(`the engine was not created with the asset ${name}`);
    return step;
  };
}

function addMarket(markets: Markets, market: MarketState): void {
  if (markets.has(market.symbol)) throw new RangeError(`there is a market ${market.symbol} already`);
  markets.set(market.symbol, market);
}

function marketOf(markets: Markets, symbol: string): MarketState {
  const market = markets.get(symbol);
  if (market === undefined) throw new RangeError(`there is no market ${symbol}`);
  return market;
}

function signed(step: Step, text: string): bigint | undefined {
  const size = step.parse(text.replace(/^-/, ''));
  return size !== undefined && text.startsWith('-') ? -size : size;
}
