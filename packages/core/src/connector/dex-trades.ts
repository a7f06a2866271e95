import { isConnectorError } from '../errors/connector-error.js';
import type { Pair, UnixMs } from '../model/market.js';
import type { PublicTrade } from '../model/trade.js';
import type { Clock } from '../ports/ports.js';
import type { DexMarket, DexSpec } from '../spec/dex.js';
import type { Connector } from './connector.js';
import type { DexNode } from './dex-node.js';
import { toPublicTrades } from './dex-history.js';
import { createListeners } from './listeners.js';
import { repeat } from './repeat.js';

export type DexTradesOptions<O, C, Op, W, R> = {
  readonly fetch: NonNullable<DexSpec<O, Op, W, R>['fetchTrades']>;
  readonly node: Pick<DexNode<O, C>, 'any'>;
  readonly load: (pair: Pair) => Promise<DexMarket<W>>;
  readonly clock: Clock;
  /** How often blocks come. */
  readonly everyMs: number;
  readonly fetchBlockTime: (height: number) => Promise<UnixMs>;
  /** `undefined` while it is not known. */
  readonly height: () => number | undefined;
  readonly onProblem: (error: unknown) => void;
};

/** The swaps of markets as they are included, while somebody listens: each once. */
export type DexTrades = Pick<Connector, 'trades' | 'onTrade'> & {
  readonly start: () => void;
  readonly close: () => void;
};

/** `after`: the last block that is no news; `upTo`: the last one that was read. */
type Heard = { after: number | undefined; upTo: number | undefined; trades: readonly PublicTrade[] };

const kept = 1_000;

/** Read again each time: a node may not have had all of a block when it was asked. */
const overlap = 3;

/** At once, where nodes do not refuse so many. */
const page = 500;

export function createDexTrades<O, C, Op, W, R>(options: DexTradesOptions<O, C, Op, W, R>): DexTrades {
  const { onProblem } = options;
  const listeners = createListeners<PublicTrade>(onProblem);
  const heard = new Map<Pair, Heard>();
  let size = page;
  let stop = (): void => undefined;

  const look = async (pair: Pair): Promise<void> => {
    const of = heard.get(pair);
    const height = options.height();
    if (of === undefined || height === undefined) return;
    if (!listeners.isHeard(pair)) {
      of.after = undefined;
      of.upTo = undefined;
      return;
    }
    // What was included before anybody listened is no news.
    of.after ??= height;
    const from = Math.max(of.after, (of.upTo ?? of.after) - overlap) + 1;
    const to = Math.min(height, from + size - 1);
    if (to < from) return;
    const market = await options.load(pair);
    const found = await options.fetch(options.node.any(), market, { from, to }).catch((error: unknown) => {
      // Whoever asked for as much again would hear nothing any more; more than what is read again, to get on.
      if (isConnectorError(error, 'invalid-request')) size = Math.max((to - from + 1) >> 1, overlap + 1);
      throw error;
    });
    size = Math.min(2 * size, page);
    const known = new Set(of.trades.map(({ id }) => id));
    const fresh = found.filter(({ id }) => !known.has(id));
    const news = await toPublicTrades(market, fresh, options.fetchBlockTime);
    of.upTo = to;
    of.trades = [...of.trades, ...news].slice(-kept);
    for (const trade of news) listeners.tell(pair, trade);
  };

  return {
    trades: (pair) => heard.get(pair)?.trades ?? [],
    onTrade: (pair, listener) => {
      if (!heard.has(pair)) heard.set(pair, { after: options.height(), upTo: undefined, trades: [] });
      return listeners.on(pair, listener);
    },
    start: () => {
      // A script may start what was started before.
      stop();
      stop = repeat(options.clock, options.everyMs, async () => {
        for (const pair of heard.keys()) await look(pair).catch(onProblem);
      });
    },
    close: () => {
      stop();
    },
  };
}
