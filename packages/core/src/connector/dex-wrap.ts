import { decimal, one } from '../model/decimal.js';
import type { ChainSpec, Network } from '../spec/chain.js';
import type { DexMarket, DexSpec } from '../spec/dex.js';
import type { DexMarkets } from './dex-markets.js';
import { invalid } from './known.js';

/** What a DEX needs of its market; `undefined` for the market that wraps the native coin. */
export type Wrapped<T> = { readonly own: T } | undefined;

type Trading<O, Op, W, R> = Pick<DexSpec<O, Op, W, R>, 'fetchMarket' | 'quote' | 'build' | 'fetchTrades'>;

/** What wrapping takes at most, in the chain's units of work. */
const wrapGas = 45_000n;

/**
 * A DEX that also has the market of the native coin and the token that wraps it, `ETH-WETH`: selling there wraps, buying
 * unwraps, one for one, as an order like any other. Its other markets are of tokens alone.
 */
export function withWrapping<O, C, Op, Plan, W, R>(
  dex: DexSpec<O, Op, W, R>,
  chain: Pick<ChainSpec<O, C, Op, Plan>, 'wrap' | 'unwrap'>,
  network: Network,
): Trading<O, Op, Wrapped<W>, Wrapped<R>> {
  const { native, wrapped } = network;
  const { fetchTrades } = dex;

  return {
    ...(fetchTrades !== undefined && {
      fetchTrades: async (p, { wire, ...market }, blocks) =>
        wire === undefined ? [] : fetchTrades(p, { ...market, wire: wire.own }, blocks),
    }),
    fetchMarket: async (p, base, quote) => {
      if (base.id !== native.id && quote.id !== native.id) {
        const market = await dex.fetchMarket(p, base, quote);
        return market && { ...market, wire: { own: market.wire } };
      }
      if (base.id === native.id && quote.id === wrapped.id) return toWrapMarket(network);
      const how = `trade ${wrapped.symbol}, and wrap or unwrap it as ${native.symbol}-${wrapped.symbol}`;
      throw invalid(`${dex.id} market`, `${native.symbol} is no token: ${how}`);
    },
    quote: async (p, { wire, ...market }, ask) => {
      if (wire === undefined) return { spend: ask.amount, receive: ask.amount, gas: wrapGas, route: undefined };
      const quote = await dex.quote(p, { ...market, wire: wire.own }, ask);
      return { ...quote, route: { own: quote.route } };
    },
    build: async (p, { market: { wire, ...market }, route, ...swap }) => {
      if (wire !== undefined && route !== undefined)
        return dex.build(p, { ...swap, market: { ...market, wire: wire.own }, route: route.own });
      const wrapping = swap.side === 'sell' ? chain.wrap : chain.unwrap;
      return { op: wrapping(network, swap.amount), spends: [] };
    },
  };
}

/** The DEX's own markets. */
export function toOwnMarkets<W>(id: string, markets: DexMarkets<Wrapped<W>>): DexMarkets<W> {
  return {
    ...markets,
    load: async (pair) => {
      const { wire, ...market } = await markets.load(pair);
      if (wire === undefined) throw invalid(`${id} ${pair}`, 'no liquidity can be held in it', 'unsupported');
      return { ...market, wire: wire.own };
    },
  };
}

function toWrapMarket({ native, wrapped }: Network): DexMarket<undefined> {
  const step = decimal(`1e-${native.decimals}`);
  return {
    pair: `${native.symbol}-${wrapped.symbol}`,
    symbol: `${native.id} ${wrapped.id}`,
    wire: undefined,
    ...{ base: native.symbol, quote: wrapped.symbol, settle: wrapped.symbol, shape: 'amm', status: 'trading' },
    ...{ contractSize: one, price: { step }, amount: { step, min: step, quoteStep: step } },
    ...{ baseToken: native, quoteToken: wrapped },
  };
}
