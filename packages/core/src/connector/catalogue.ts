import { ConnectorError } from '../errors/connector-error.js';
import type { MarketChange } from '../model/event.js';
import type { Market, Pair } from '../model/market.js';
import { show } from './request.js';

/** The markets of a venue by our name and by the venue's. */
export type Catalogue<W> = {
  readonly byPair: ReadonlyMap<Pair, Market<W>>;
  readonly bySymbol: (symbol: string) => Market<W> | undefined;
  /** Throws `invalid-request` for a pair that the venue does not have. */
  readonly get: (pair: Pair) => Market<W>;
  /** Takes over a fresh list and tells what changed. */
  readonly replace: (markets: readonly Market<W>[]) => readonly Change<W>[];
};

type Change<W> = {
  readonly market: Market<W>;
  readonly change: MarketChange;
};

export function createCatalogue<W>(id: string): Catalogue<W> {
  const byPair = new Map<Pair, Market<W>>();
  const bySymbol = new Map<string, Market<W>>();
  const delisted = new Set<Pair>();

  const take = ({ market, change }: Change<W>): void => {
    // A delisted market stays, as halted: its orders and fills may still have to be told apart.
    if (change === 'delisted') delisted.add(market.pair);
    else delisted.delete(market.pair);
  };
  const put = (market: Market<W>): void => {
    byPair.set(market.pair, market);
    bySymbol.set(market.symbol, market);
  };

  return {
    byPair,
    bySymbol: (symbol) => bySymbol.get(symbol),
    get: (pair) => {
      const market = byPair.get(pair);
      if (market !== undefined) return market;
      throw new ConnectorError(unknownPair(pair, byPair), {
        kind: 'invalid-request',
        outcome: 'not-sent',
        operation: id,
      });
    },
    replace: (markets) => {
      refuseEqualPairs(id, markets);
      const isFirst = byPair.size === 0;
      const changes = [...toChanges({ known: byPair, delisted }, markets)];
      for (const change of changes) take(change);
      for (const { market } of changes) put(market);
      for (const market of markets) put(market);
      return isFirst ? [] : changes;
    },
  };
}

function* toChanges<W>(
  {
    known,
    delisted,
  }: {
    readonly known: ReadonlyMap<Pair, Market<W>>;
    readonly delisted: ReadonlySet<Pair>;
  },
  markets: readonly Market<W>[],
): Iterable<Change<W>> {
  const pairs = new Set(markets.map(({ pair }) => pair));
  for (const market of known.values()) {
    if (pairs.has(market.pair) || delisted.has(market.pair)) continue;
    yield { market: { ...market, status: 'halted' }, change: 'delisted' };
  }
  for (const market of markets) {
    const before = delisted.has(market.pair) ? undefined : known.get(market.pair);
    if (before === undefined) yield { market, change: 'listed' };
    else if (before.status !== market.status) yield { market, change: 'status' };
    else if (toRules(before) !== toRules(market)) yield { market, change: 'rules' };
  }
}

function toRules({ price, amount, minNotional, contractSize }: Market): string {
  return JSON.stringify([price, amount, minNotional, contractSize]);
}

function refuseEqualPairs(id: string, markets: readonly Market[]): void {
  const symbols = new Map<Pair, string>();
  for (const { pair, symbol } of markets) {
    const other = symbols.get(pair);
    if (other !== undefined) {
      throw new ConnectorError(`${symbol} and ${other} are both ${pair}`, {
        kind: 'bad-response',
        outcome: 'refused',
        operation: `${id} markets`,
      });
    }
    symbols.set(pair, symbol);
  }
}

/** As a caller that no compiler has checked may write it. */
function unknownPair(pair: unknown, known: ReadonlyMap<Pair, unknown>): string {
  if (typeof pair !== 'string') return `pair: ${show(pair)} is not text`;
  if (known.size === 0) return `markets are not loaded: call start() before using ${pair}`;
  const turned = pair.toUpperCase().replace(/[/_:]/, '-');
  const hint = known.has(turned) ? `; did you mean ${turned}?` : '; pairs are written BASE-QUOTE';
  return `no market ${JSON.stringify(pair)}${hint}`;
}
