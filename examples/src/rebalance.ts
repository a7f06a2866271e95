import { toDecimal } from '@hb/connector-core';
import type { Connector, Decimal, Exact, Market, Order, Position, Side } from '@hb/connector-core';

export type RebalanceOptions = {
  readonly pair: string;
  /** The part of the pair's value to hold in the base asset, as a fraction; of a perpetual, the collateral's as a position. */
  readonly target: Exact;
  /** How far the part may be from the target before anything is traded, as a fraction. */
  readonly tolerance: Exact;
  readonly maxSlippage: Exact;
  readonly signal?: AbortSignal;
};

/**
 * Trades once, at market, so that the base asset is `target` of the pair's value; resolves with the order, or with
 * nothing when it is near enough. Runs on any connector: on order books, perpetuals and DEXs alike.
 */
export async function rebalance(connector: Connector, options: RebalanceOptions): Promise<Order | undefined> {
  const { pair, signal } = options;
  await connector.start({ pairs: [pair], ...(signal !== undefined && { signal }) });
  const trade = await toTrade(connector, options);
  if (trade === undefined) return undefined;
  const { side, base } = trade;
  const quote = await connector.quote(pair, side, { base });
  const inQuote = connector.capabilities.market === 'quote';
  const order = await connector.place({
    pair,
    side,
    type: 'market',
    amount: inQuote ? quote.quote : base,
    amountIn: inQuote ? 'quote' : 'base',
    maxSlippage: options.maxSlippage,
  });
  return connector.closed(order.clientOrderId, signal);
}

type Owned = { readonly held: Decimal; readonly cash: Decimal };
const none = toDecimal('0');

async function toTrade(
  connector: Connector,
  { pair, target, tolerance }: RebalanceOptions,
): Promise<{ readonly side: Side; readonly base: Decimal } | undefined> {
  const market = connector.markets.get(pair);
  if (market === undefined) throw new Error(`no market ${pair}`);
  const { held, cash } = owned(connector, market);
  // At the size of the account, so that what it is worth is what it would bring.
  const { average: price } = held.eq('0')
    ? await connector.quote(pair, 'buy', { quote: cash })
    : await connector.quote(pair, held.gt('0') ? 'sell' : 'buy', { base: held.abs() });
  const value = held.times(price).plus(cash);
  const missing = value.times(toDecimal(target)).div(price).minus(held);
  if (
    missing
      .abs()
      .times(price)
      .lte(value.times(toDecimal(tolerance)))
  )
    return undefined;
  return { side: missing.gt(none) ? 'buy' : 'sell', base: missing.abs() };
}

/** What there is of each: of a perpetual, the position and what would be left of the collateral had it been paid for. */
function owned(connector: Connector, { pair, base, quote, settle }: Market): Owned {
  const balances = connector.balances();
  const available = (asset: string): Decimal => balances.get(asset)?.available ?? none;
  const positions = connector.positions?.list();
  if (positions === undefined) return { held: available(base), cash: available(quote) };
  const start = { held: none, cash: balances.get(settle)?.total ?? none };
  return positions.reduce((sum, position) => (position.pair === pair ? plus(sum, position) : sum), start);
}

function plus({ held, cash }: Owned, { side, amount, entryPrice = none }: Position): Owned {
  const signed = side === 'short' ? none.minus(amount) : amount;
  return { held: held.plus(signed), cash: cash.minus(signed.times(entryPrice)) };
}
