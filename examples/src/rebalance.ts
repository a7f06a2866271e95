import { toDecimal, type Connector, type Decimal, type Exact, type Order, type Side } from '@hb/connector-core';

export type RebalanceOptions = {
  readonly pair: string;
  /** The part of the pair's value to hold in the base asset, as a fraction. */
  readonly target: Exact;
  /** How far the part may be from the target before anything is traded, as a fraction. */
  readonly tolerance: Exact;
  readonly maxSlippage: Exact;
  readonly signal?: AbortSignal;
};

/**
 * Trades once, at market, so that the base asset is `target` of the pair's value; resolves with the order, or with
 * nothing when the balance is near enough. Runs on any connector: order books and DEXs alike.
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

async function toTrade(
  connector: Connector,
  { pair, target, tolerance }: RebalanceOptions,
): Promise<{ readonly side: Side; readonly base: Decimal } | undefined> {
  const market = connector.markets.get(pair);
  if (market === undefined) throw new Error(`no market ${pair}`);
  const held = available(connector, market.base);
  const cash = available(connector, market.quote);
  // At the size of the account, so that what it is worth is what it would bring.
  const { average: price } = held.gt('0')
    ? await connector.quote(pair, 'sell', { base: held })
    : await connector.quote(pair, 'buy', { quote: cash });
  const value = held.times(price).plus(cash);
  const missing = value.times(toDecimal(target)).div(price).minus(held);
  if (
    missing
      .abs()
      .times(price)
      .lte(value.times(toDecimal(tolerance)))
  )
    return undefined;
  return { side: missing.gt(toDecimal('0')) ? 'buy' : 'sell', base: missing.abs() };
}

function available(connector: Connector, asset: string): Decimal {
  return connector.balances().get(asset)?.available ?? toDecimal('0');
}
