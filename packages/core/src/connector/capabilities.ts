import { ConnectorError } from '../errors/connector-error.js';
import type { Side } from '../model/market.js';
import type { AnySpec } from './any-spec.js';
import type { Capabilities, Needs } from './connector.js';

/** What a venue can do, read off its spec. */
export function toCapabilities<O, C, W>(spec: AnySpec<O, C, W>): Capabilities {
  return {
    limit: spec.orders.limit,
    market: spec.orders.market,
    amend: spec.trading.amend !== undefined,
    batch: spec.trading.placeMany?.max ?? 1,
    deadman: spec.trading.deadman !== undefined,
    book: spec.market.feed.streams !== undefined,
    tickers: spec.market.fetchTickers !== undefined,
    candles: spec.market.candles !== undefined,
    fees: spec.trading.fetchFees !== undefined,
    positions: 'positions' in spec,
    hedge: 'positions' in spec && spec.positions.modes.includes('hedge'),
  };
}

/** Throws `unsupported`, with everything that is missing in one line. */
export function checkNeeds(id: string, has: Capabilities, needs: Needs): void {
  const missing = [
    ...(needs.limit ?? [])
      .filter((timeInForce) => !has.limit.includes(timeInForce))
      .map((name) => `limit orders ${name}`),
    ...(needs.market !== undefined && !covers(has.market, needs.market) ? [`market orders in ${needs.market}`] : []),
    ...(needs.amend === true && !has.amend ? ['amending orders'] : []),
    ...(needs.book === true && !has.book ? ['an order book'] : []),
    ...(needs.tickers === true && !has.tickers ? ['last prices of all markets'] : []),
    ...(needs.candles === true && !has.candles ? ['candles'] : []),
    ...(needs.fees === true && !has.fees ? ['the fees of the account'] : []),
    ...(needs.positions === true && !has.positions ? ['positions'] : []),
    ...(needs.hedge === true && !has.hedge ? ['hedge mode'] : []),
  ];
  if (missing.length === 0) return;
  throw new ConnectorError(`the script needs what this venue lacks: ${missing.join(', ')}`, {
    kind: 'unsupported',
    outcome: 'not-sent',
    operation: `${id} start`,
  });
}

/** Whether market orders can be sized in `asset`: those of `side`, or both when it is left out. */
export function covers(has: Capabilities['market'], asset: 'base' | 'quote', side?: Side): boolean {
  if (has === 'spent') return side !== undefined && asset === (side === 'buy' ? 'quote' : 'base');
  return has === 'either' || has === asset;
}
