import {
  decimal,
  fromUnits,
  type Decimal,
  type DexConnector,
  type Fill,
  type Order,
  type Quote,
  type Token,
} from '@hb/connector-core';
import { toEventSelector } from 'viem';

import type { Anvil } from './anvil.js';

/** Exact in, exact out, exact out, exact in. */
export const asks = [
  ['sell', 'base'],
  ['sell', 'quote'],
  ['buy', 'base'],
  ['buy', 'quote'],
] as const;

export type Ask = { readonly pair: string; readonly side: 'buy' | 'sell'; readonly amountIn: 'base' | 'quote' };

/** By the symbols of two tokens. */
export type Amounts = Readonly<Record<string, string>>;

/** Which token is which, and which of them is given exactly. */
export function toTokens({
  pair,
  side,
  amountIn,
}: Ask): Readonly<Record<'base' | 'quote' | 'spent' | 'received' | 'asked' | 'open', string>> {
  const [base = '', quote = ''] = pair.split('-');
  const [spent, received] = side === 'sell' ? [base, quote] : [quote, base];
  const [asked, open] = amountIn === 'base' ? [base, quote] : [quote, base];
  return { base, quote, spent, received, asked, open };
}

export function amountOf(amounts: Amounts, token: string): string {
  const amount = amounts[token];
  if (amount === undefined) throw new TypeError(`no amount of ${token}`);
  return amount;
}

export function quoteOf(connector: DexConnector, ask: Ask, amounts: Amounts): Promise<Quote> {
  const amount = amountOf(amounts, toTokens(ask).asked);
  return connector.quote(ask.pair, ask.side, ask.amountIn === 'base' ? { base: amount } : { quote: amount });
}

/** What a swap moves of all that there is, when the product of both amounts stays the same; its fee does not count. */
export function impactOf(
  ask: Ask,
  { fee, pool }: { readonly fee: string; readonly pool: Amounts },
  amounts: Amounts,
): Decimal {
  const { spent, received, asked } = toTokens(ask);
  const amount = decimal(amountOf(amounts, asked));
  if (asked === received) return amount.div(decimal(amountOf(pool, received)));
  const enters = amount.times(decimal('1').minus(fee));
  return enters.div(enters.plus(amountOf(pool, spent)));
}

/** What came of an order: as it was told, and as the chain has it. */
export type Traded = {
  readonly order: Order;
  readonly fills: readonly Fill[];
  /** What the owner's tokens changed by, those that did not left out. */
  readonly change: Readonly<Record<string, Decimal>>;
  /** In coins. */
  readonly paid: Decimal;
  /** Which contract was called. */
  readonly called: string;
  /** Those that told of a swap: by their address, or by their id for those of V4. */
  readonly pools: readonly string[];
};

type Chain = { readonly anvil: Anvil; readonly balanceOf: (token: Token) => Promise<bigint> };

/** Carries an order out, and looks at these tokens of its owner. */
export async function trade(
  { anvil, balanceOf }: Chain,
  tokens: readonly Token[],
  connector: DexConnector,
  order: Parameters<DexConnector['place']>[0],
): Promise<Traded> {
  const holdings = (): Promise<readonly bigint[]> => Promise.all(tokens.map((token) => balanceOf(token)));
  const fills: Fill[] = [];
  const off = connector.on('order-filled', ({ fill }) => fills.push(fill));
  const before = await holdings();
  const { clientOrderId } = await connector.place(order);
  const closed = await connector.closed(clientOrderId);
  const after = await holdings();
  off();
  const changes = tokens.map(({ symbol, decimals }, index) => {
    const change = (after[index] ?? 0n) - (before[index] ?? 0n);
    return [symbol, fromUnits(change, decimals)] as const;
  });
  const change = Object.fromEntries(changes.filter(([, each]) => !each.eq('0')));
  return { order: closed, fills, change, ...(await readReceipt(anvil, closed)) };
}

async function readReceipt(anvil: Anvil, { orderId }: Order): Promise<Pick<Traded, 'paid' | 'called' | 'pools'>> {
  const receipt = await anvil.rpc('eth_getTransactionReceipt', orderId);
  const of = (name: string): unknown => Reflect.get(Object(receipt), name);
  const logs = of('logs');
  return {
    paid: fromUnits(BigInt(String(of('gasUsed'))) * BigInt(String(of('effectiveGasPrice'))), 18),
    called: String(of('to')),
    pools: Array.isArray(logs) ? logs.flatMap((log: unknown) => readPool(log)) : [],
  };
}

/** By the events `Swap` of V2, of V3 and of PancakeSwap's, and of V4. */
const [v4, ...older] = [
  'Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)',
  'Swap(address,uint256,uint256,uint256,uint256,address)',
  'Swap(address,address,int256,int256,uint160,uint128,int24)',
  'Swap(address,address,int256,int256,uint160,uint128,int24,uint128,uint128)',
].map((text) => toEventSelector(text));

function readPool(log: unknown): readonly string[] {
  const topics: unknown = Reflect.get(Object(log), 'topics');
  const [signature, id] = Array.isArray(topics) ? topics.map(String) : [];
  if (signature === v4) return [id ?? ''];
  const isOlder = older.some((each) => each === signature);
  return isOlder ? [String(Reflect.get(Object(log), 'address')).toLowerCase()] : [];
}
