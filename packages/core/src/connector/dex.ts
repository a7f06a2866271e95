import type { AccountState } from '../model/event.js';
import { attribute } from '../errors/attribute.js';
import { toDecimal, type Exact } from '../model/decimal.js';
import type { LiquidityRequest } from '../model/liquidity.js';
import type { UnixMs } from '../model/market.js';
import type { ChainSpec, Network } from '../spec/chain.js';
import type { DexSpec } from '../spec/dex.js';
import type { OrderRules } from '../spec/spot.js';
import { createBase } from './base.js';
import type { Capabilities, Connector, DexConnector } from './connector.js';
import { createDesk } from './desk.js';
import { createDexAccount } from './dex-account.js';
import { createBlockReader } from './block-reader.js';
import { createDexBlocks } from './dex-blocks.js';
import { createDexDraft } from './dex-draft.js';
import { createDexHistory } from './dex-history.js';
import { createDexCancelling } from './dex-cancel.js';
import { createCarry } from './dex-carry.js';
import { createFollow } from './dex-follow.js';
import { createLiquidity } from './dex-liquidity.js';
import { createDexMarkets } from './dex-markets.js';
import { createDexNode } from './dex-node.js';
import { createDone, createOperationLog, toAttemptsOf, toLedger } from './dex-operations.js';
import { betterOf, toDexQuote, toQuoteAsk } from './dex-quote.js';
import { createReplace, toOrderLedger } from './dex-replace.js';
import { createSwaps } from './dex-swaps.js';
import { createDexTrades } from './dex-trades.js';
import { createTransact } from './dex-transact.js';
import { toOwnMarkets, withWrapping, type Wrapped } from './dex-wrap.js';
import { checkCalls } from './door.js';
import { defaultEnvironment } from './hosts.js';
import { invalid, known } from './known.js';
import { createLane } from './lane.js';
import { createLifecycle } from './lifecycle.js';
import { createNodes } from './nodes.js';
import type { ConnectorOptions } from './options.js';
import { createOutgoing } from './outgoing.js';
import { createRaw } from './raw.js';
import { createRecords } from './records.js';
import { checkReady, createStatusBoard } from './status.js';
import { createWaits } from './waits.js';

/** A DEX and the chain that it is on. */
export type DexVenue<O, C, Op, Plan, W, R> = {
  readonly dex: DexSpec<O, Op, W, R>;
  readonly chain: ChainSpec<O, C, Op, Plan>;
};

export type DexOptions<C> = ConnectorOptions<C> & {
  /** How much worse than its quote a market order may be carried out, as a fraction, where it has no `maxSlippage`; 0.005 when left out. */
  readonly slippage?: Exact;
  /** Native coin that no order may spend, so that fees can be paid; 0 when left out. */
  readonly gasReserve?: Exact;
};

const rules: OrderRules = {
  limit: ['fok'],
  market: 'either',
  clientId: { form: 'none', unique: 'for-ever', echoed: false },
  settle: { engineMs: 0, lagMs: 0 },
};
const abilities: Capabilities = {
  limit: rules.limit,
  market: rules.market,
  batch: 1,
  ...{ amend: false, deadman: false, book: false, tickers: false, candles: false, fees: false },
  ...{ positions: false, hedge: false },
};

/**
 * One account at one DEX, on one network of its chain, ready to be started. An order is a swap: at market, or `fok` at its price
 * or better. Throws a `ConnectorError` for options or credentials that cannot be right.
 */
export function createDexConnector<O, C, Op, Plan, W, R>(
  venue: DexVenue<O, C, Op, Plan, W, R>,
  given: DexOptions<C> = {},
): DexConnector {
  try {
    const connector = assemble(venue, given);
    return Object.assign(connector, checkCalls(venue.dex.id, { ...connector }));
  } catch (error) {
    throw attribute(error, { operation: `${venue.dex.id} options`, outcome: 'not-sent' });
  }
}

function assemble<O, C, Op, Plan, W, R>(venue: DexVenue<O, C, Op, Plan, W, R>, given: DexOptions<C>): DexConnector {
  const { chain } = venue;
  const { id } = venue.dex;
  const hasCredentials = given.credentials !== undefined;
  const environment = given.environment ?? defaultEnvironment(chain);
  const network = toNetwork(venue, environment);
  for (const [name, url] of Object.entries(given.hosts ?? {})) checkNode(id, name, url);
  const dex = withWrapping(venue.dex, chain, network);
  const { fetchHeight, ...common } = chain;
  const base = createBase<O, C, Wrapped<W>>(
    {
      ...common,
      id,
      sign: (_, request) => request,
      fetchHeight: (p) => fetchHeight(nodes.any(p)),
    },
    given,
  );
  const { api, catalogue, hub, meter, clock, onProblem, stopped } = base;
  const capabilities: Capabilities = { ...abilities, candles: dex.fetchTrades !== undefined };
  const records = createRecords({ ...base, given, environment, hasCredentials });
  api.keepNonces(records.journal.nonces);
  const desk = createDesk(rules, { ...given, isOnMargin: false }, { ...base, records });
  const { ids, guard, tracker, balances } = desk;
  let account: AccountState = 'none';

  const status = createStatusBoard({
    hub,
    parts: () => ({ phase: lifecycle.phase(), account, killed: guard.killed(), clockOffsetMs: 0, books: new Map() }),
  });
  const nodes = createNodes(Object.keys(chain.environments[environment] ?? {}), meter);
  const node = createDexNode({ chain, api, nodes, network, onProblem });
  const markets = createDexMarkets({ id, dex, chain, network, node, catalogue, hub });
  const accountFeed = createDexAccount({
    chain,
    node,
    clock,
    balances,
    onProblem,
    tokens: markets.tokens,
    everyMs: network.blockMs,
    onState: (state) => {
      account = state;
      status.tell();
    },
  });
  const follow = createFollow({
    clock,
    everyMs: network.blockMs,
    finalDepth: network.finalDepth,
    fetchState: node.fetchState,
  });
  const lane = createLane(() => chain.fetchNonce(node.any(), node.owner()));
  const outgoing = createOutgoing();

  const log = createOperationLog({ ...desk, tell: tracker.tell });
  const replacing = { id, chain, node, onProblem, graceMs: 2 * network.blockMs };
  const replace = createReplace({ ...replacing, ledger: toOrderLedger(tracker) });
  const attemptsOf = toAttemptsOf(log, createReplace({ ...replacing, ledger: toLedger(log) }));
  const carry = createCarry<Wrapped<W>>({
    id,
    tracker,
    follow,
    replace,
    lane,
    attemptsOf,
    market: markets.load,
    onMoved: () => {
      void accountFeed.fetch().catch(onProblem);
    },
  });

  const slippage = toDecimal(given.slippage ?? '0.005');
  const transact = createTransact({ chain, node, lane, settled: carry.step, giveUp: carry.giveUp });
  const swaps = createSwaps({
    id,
    dex,
    node,
    tracker,
    outgoing,
    transact,
    carry,
    slippage,
    nextId: ids.next,
    draft: createDexDraft<Wrapped<W>>({
      id,
      markets,
      tracker,
      balances,
      ids,
      guard,
      now: base.now,
      native: network.native.symbol,
      gasReserve: toDecimal(given.gasReserve ?? '0'),
      checkReady: () => {
        checkReady(`${id} place`, { phase: lifecycle.phase(), account, hasCredentials });
      },
    }),
  });
  const underWay = new Set<Promise<unknown>>();
  const awaited = async <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };
  const place: Connector['place'] = (request) => awaited(swaps.place(request));

  const fetchBlockTime = (height: number): Promise<UnixMs> => chain.fetchBlockTime(node.any(), height);
  const history =
    dex.fetchTrades &&
    createDexHistory<Wrapped<W>>({
      id,
      load: markets.load,
      stopped,
      fetchBlockTime,
      blockMs: network.blockMs,
      fetchHeight: () => fetchHeight(node.any()),
      reader: createBlockReader<O, C, Op, Wrapped<W>, Wrapped<R>>({
        ...{ id, fetch: dex.fetchTrades, node, clock, meter, random: base.ports.random('history') },
      }),
    });
  const height = (): number | undefined => api.public().height();
  const blocks = createDexBlocks({ clock, everyMs: network.blockMs, height, onProblem });
  const trades =
    dex.fetchTrades &&
    createDexTrades<O, C, Op, Wrapped<W>, Wrapped<R>>({
      fetch: dex.fetchTrades,
      node,
      load: markets.load,
      clock,
      onProblem,
      ...{ everyMs: network.blockMs, height, fetchBlockTime },
    });
  const liquidity =
    venue.dex.liquidity &&
    createLiquidity({
      id,
      spec: venue.dex.liquidity,
      node,
      log,
      markets: toOwnMarkets(id, markets),
      transact,
      slippage,
      nextId: ids.next,
      onProblem,
      checkReady: ({ action, pair }) => {
        checkReady(`${id} ${action}`, { phase: lifecycle.phase(), account, hasCredentials });
        const reason = action === 'open' || action === 'add' ? guard.killed() : undefined;
        if (reason !== undefined) throw invalid(`${id} ${action} ${pair}`, `refused: ${reason}`, 'aborted');
      },
      ...{ follow: follow.all, attemptsOf },
      giveUp: carry.giveUp,
      hold: ({ nonce }) => {
        lane.hold(nonce);
      },
      followStep: (transaction) => void carry.step(transaction).catch(() => undefined),
      onMoved: () => void accountFeed.fetch().catch(onProblem),
    });

  const cancelling = createDexCancelling({ id, tracker, outgoing, replace, clock });
  const { cancelAll } = cancelling;

  const lifecycle = createLifecycle<O, C, Wrapped<W>>({
    ...base,
    hasCredentials,
    capabilities,
    tracker,
    records,
    spec: { market: { fetchMarkets: async () => [...catalogue.byPair.values()] }, trading: {} },
    data: {
      watch: async () => undefined,
      unwatch: () => undefined,
      close: () => {
        follow.close();
        trades?.close();
        blocks.close();
      },
    },
    feed: {
      start: async () => {
        await carry.resume();
        await log.replay();
        await liquidity?.resume();
        await accountFeed.start();
      },
      close: accountFeed.close,
    },
    reconciler: { fetchBalances: async () => undefined, missedSince: () => undefined, close: () => undefined },
    commands: {
      cancelAll,
      settled: async () => {
        await Promise.allSettled([...underWay]);
      },
      close: outgoing.close,
    },
    onPhase: (phase) => {
      if (phase === 'stopped') {
        account = 'none';
        stopped.end();
      }
      status.tell();
    },
  });

  const start: Connector['start'] = async ({ pairs = [], ...options } = {}) => {
    await lifecycle.start(options);
    await Promise.all(pairs.map(markets.load));
    trades?.start();
    blocks.start();
    if (hasCredentials) await accountFeed.fetch();
  };

  return {
    id,
    account: given.account ?? 'main',
    environment,
    capabilities,
    get status() {
      return status.read();
    },
    markets: catalogue.byPair,
    start,
    stop: lifecycle.stop,
    watch: async (pair) => {
      await markets.load(pair);
    },
    unwatch: async () => undefined,
    book: () => undefined,
    onBook: () => () => undefined,
    ...{ trades: trades?.trades ?? (() => []), onTrade: trades?.onTrade ?? (() => () => undefined) },
    quote: async (pair, side, amount) => {
      const market = await markets.load(pair);
      const ask = toQuoteAsk(market, side, amount);
      const quote = await node.two((p) => dex.quote(p, market, ask), { join: betterOf(ask, slippage), alone: true });
      const fees = quote.gas === undefined ? [] : [await chain.fetchFee(node.any(), quote.gas)];
      return toDexQuote(market, ask, { quote, fees, slippage });
    },
    newClientOrderId: ids.next,
    place,
    placeMany: (requests) =>
      Promise.all(
        requests.map((request) =>
          place(request).catch((error: unknown) => attribute(error, { operation: `${id} place`, outcome: 'unknown' })),
        ),
      ),
    ...{ cancel: cancelling.cancel, speedUp: cancelling.speedUp },
    cancelAll,
    kill: (reason = 'no reason was given') => {
      guard.kill(reason);
      status.tell();
      return cancelAll();
    },
    release: () => {
      guard.release();
      status.tell();
    },
    refresh: async (what) => {
      if (what === 'markets') return markets.refresh();
      if (what === 'balances') return accountFeed.fetch();
      if (what === 'positions') throw invalid(`${id} refresh`, 'this venue has no positions', 'unsupported');
      known(tracker, id, what.clientOrderId);
    },
    ...createWaits({
      ...desk,
      data: { book: () => undefined, onBook: () => () => undefined },
      stopped,
      recorded: records.closed,
    }),
    ...{ ...history, onBlock: blocks.onBlock },
    ...{ order: tracker.order, orders: tracker.orders, balances: balances.all, on: hub.on, metrics: base.metrics },
    raw: createRaw(id, node.any),
    ...(liquidity !== undefined && {
      liquidity: {
        ...liquidity.calls,
        submit: (request: LiquidityRequest) => awaited(liquidity.calls.submit(request)),
        done: createDone(id, { hub, stopped, operation: liquidity.calls.operation }),
      },
    }),
    [Symbol.asyncDispose]: async () => {
      await lifecycle.stop();
    },
  };
}

function toNetwork<O, C, Op, Plan, W, R>({ dex, chain }: DexVenue<O, C, Op, Plan, W, R>, environment: string): Network {
  const network = chain.networks[environment];
  if (dex.chain !== chain.id) throw new TypeError(`${dex.id} is on ${dex.chain}, not on ${chain.id}`);
  if (network !== undefined && dex.networks.includes(environment)) return network;
  throw new TypeError(`${dex.id} is not on ${environment}; it is on ${dex.networks.join(', ')}`);
}

/** A URL of a node often has a key in it. */
function checkNode(id: string, name: string, url: string): void {
  if (/^wss?:/i.test(url)) throw invalid(id, `hosts.${name}: nodes are asked over https, not over a websocket`);
}
