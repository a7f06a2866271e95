import {
  decimal,
  fromUnits,
  type Decimal,
  type DexConnector,
  type Fill,
  type Order,
  type Quote,
} from '@hb/connector-core';

import type { Lab } from './lab.js';

/** One token is the first one of a pool, the other one the second: each of them is the base, and the quote. */
export const pairs = ['WETH-USDC', 'USDC-WETH'] as const;

/** Exact in, exact out, exact out, exact in. */
export const asks = [
  ['sell', 'base'],
  ['sell', 'quote'],
  ['buy', 'base'],
  ['buy', 'quote'],
] as const;

export type Symbol = 'WETH' | 'USDC';
export type Ask = {
  readonly pair: (typeof pairs)[number];
  readonly side: 'buy' | 'sell';
  readonly amountIn: 'base' | 'quote';
};

export const decimals = { WETH: 18, USDC: 6 } as const satisfies Readonly<Record<Symbol, number>>;

/** Which token is which, and which of them is given exactly. */
export function toTokens({
  pair,
  side,
  amountIn,
}: Ask): Readonly<Record<'base' | 'quote' | 'spent' | 'received' | 'asked', Symbol>> {
  const [base, quote] = pair === 'WETH-USDC' ? (['WETH', 'USDC'] as const) : (['USDC', 'WETH'] as const);
  const [spent, received] = side === 'sell' ? [base, quote] : [quote, base];
  return { base, quote, spent, received, asked: amountIn === 'base' ? base : quote };
}

export function quoteOf(
  connector: DexConnector,
  { pair, side, amountIn }: Ask,
  amounts: Readonly<Record<Symbol, string>>,
): Promise<Quote> {
  const amount = amounts[toTokens({ pair, side, amountIn }).asked];
  return connector.quote(pair, side, amountIn === 'base' ? { base: amount } : { quote: amount });
}

/** What came of an order: as it was told, and as the chain has it. */
export type Done = {
  readonly order: Order;
  readonly fills: readonly Fill[];
  /** What the owner's tokens changed by. */
  readonly change: Readonly<Record<Symbol, Decimal>>;
  /** In coins. */
  readonly paid: Decimal;
};

/** Carries an order out. */
export async function trade(
  lab: Lab,
  connector: DexConnector,
  order: Parameters<DexConnector['place']>[0],
): Promise<Done> {
  const holdings = (): Promise<readonly bigint[]> => Promise.all([lab.balanceOf(lab.weth), lab.balanceOf(lab.usdc)]);
  const fills: Fill[] = [];
  const off = connector.on('order-filled', ({ fill }) => fills.push(fill));
  const before = await holdings();
  const { clientOrderId } = await connector.place(order);
  const closed = await connector.closed(clientOrderId);
  const after = await holdings();
  off();
  const [weth = 0n, usdc = 0n] = after.map((each, index) => each - (before[index] ?? 0n));
  const change = { WETH: fromUnits(weth, decimals.WETH), USDC: fromUnits(usdc, decimals.USDC) };
  return { order: closed, fills, change, paid: await paidFor(lab, closed) };
}

async function paidFor({ anvil }: Lab, { orderId }: Order): Promise<Decimal> {
  const receipt = await anvil.rpc('eth_getTransactionReceipt', orderId);
  const [gas = 0n, price = 0n] = ['gasUsed', 'effectiveGasPrice'].map((name) =>
    BigInt(String(Reflect.get(Object(receipt), name))),
  );
  return fromUnits(gas * price, 18);
}

/** What a swap moves of all that there is, when the product of both amounts stays the same; its fee does not count. */
export function impactOf(
  ask: Ask,
  { fee, pool }: { readonly fee: string; readonly pool: Readonly<Record<Symbol, string>> },
  amounts: Readonly<Record<Symbol, string>>,
): Decimal {
  const { spent, received, asked } = toTokens(ask);
  if (asked === received) return decimal(amounts[asked]).div(decimal(pool[received]));
  const enters = decimal(amounts[asked]).times(decimal('1').minus(fee));
  return enters.div(enters.plus(pool[spent]));
}
