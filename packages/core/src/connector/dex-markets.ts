import { ConnectorError } from '../errors/connector-error.js';
import type { Pair } from '../model/market.js';
import type { Token } from '../model/token.js';
import type { ChainSpec, Network } from '../spec/chain.js';
import type { DexMarket, DexPublic, DexSpec } from '../spec/dex.js';
import type { Catalogue } from './catalogue.js';
import type { DexNode } from './dex-node.js';
import type { Hub } from './hub.js';
import { alike } from './nodes.js';

export type DexMarketsOptions<O, C, Op, Plan, W, R> = {
  readonly id: string;
  readonly dex: Pick<DexSpec<O, Op, W, R>, 'fetchMarket'>;
  readonly chain: Pick<ChainSpec<O, C, Op, Plan>, 'fetchToken'>;
  readonly network: Network;
  readonly node: Pick<DexNode<O, C>, 'two'>;
  readonly catalogue: Catalogue<W>;
  readonly hub: Hub;
};

/** The markets of a DEX, looked up when they are first asked for: it has more of them than anybody could list. */
export type DexMarkets<W> = {
  /**
   * `WETH-USDC`: symbols of the network's token list, or ids: `0x1f98…f984-USDC`. A symbol is a label, which anybody can give
   * a token; only the list is trusted. Throws `invalid-request` for a token or a market that there is not.
   */
  readonly load: (pair: Pair) => Promise<DexMarket<W>>;
  /** Looks all of them up again. */
  readonly refresh: () => Promise<void>;
  /** Those of the markets, and the native one. */
  readonly tokens: () => ReadonlyMap<string, Token>;
};

export function createDexMarkets<O, C, Op, Plan, W, R>(
  options: DexMarketsOptions<O, C, Op, Plan, W, R>,
): DexMarkets<W> {
  const { id, dex, chain, network, node, catalogue } = options;
  const loading = new Map<Pair, Promise<DexMarket<W>>>();
  const loaded = new Map<Pair, DexMarket<W>>();
  const tokens = new Map<string, Token>([[network.native.symbol, network.native]]);

  /** Whoever lies about decimals has more sold than was meant. It is asked once, and kept. */
  const confirmed = <T extends object>(ask: (p: DexPublic<O>) => Promise<T>): Promise<T> =>
    node.two(ask, { join: alike(JSON.stringify), alone: true });

  const tokenOf = async (name: string): Promise<Token> => {
    // The native coin last: on some networks it is a token too.
    const listed = [network.wrapped, ...network.tokens, network.native].find(({ symbol }) => symbol === name);
    if (listed !== undefined) return listed;
    if (/^\w{20,}$/.test(name)) return { ...(await confirmed((p) => chain.fetchToken(p, name))), symbol: name };
    throw unknown(id, `no token ${JSON.stringify(name)} is listed; name it by its address`);
  };

  const fetch = async (pair: Pair): Promise<DexMarket<W>> => {
    const [baseName, quoteName, rest] = pair.split('-');
    if (baseName === undefined || quoteName === undefined || rest !== undefined)
      throw unknown(id, `no market ${JSON.stringify(pair)}; pairs are written BASE-QUOTE`);
    const [base, quote] = [await tokenOf(baseName), await tokenOf(quoteName)];
    const { market } =
      base.id === quote.id ? {} : await confirmed(async (p) => ({ market: await dex.fetchMarket(p, base, quote) }));
    if (market === undefined) throw unknown(id, `there is no market of ${baseName} and ${quoteName}`);
    return { ...market, pair, base: baseName, quote: quoteName, settle: quoteName };
  };

  const put = (market: DexMarket<W>): void => {
    loaded.set(market.pair, market);
    tokens.set(market.base, market.baseToken);
    tokens.set(market.quote, market.quoteToken);
    for (const change of catalogue.replace([...loaded.values()]))
      options.hub.emit({ type: 'market-changed', ...change });
  };

  const load: DexMarkets<W>['load'] = async (pair) => {
    const known = loading.get(pair) ?? fetch(pair);
    loading.set(pair, known);
    try {
      const market = await known;
      if (!loaded.has(pair)) put(market);
      return loaded.get(pair) ?? market;
    } catch (error) {
      loading.delete(pair);
      throw error;
    }
  };

  return {
    load,
    refresh: async () => {
      for (const pair of [...loaded.keys()]) put(await fetch(pair));
    },
    tokens: () => tokens,
  };
}

function unknown(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation });
}
