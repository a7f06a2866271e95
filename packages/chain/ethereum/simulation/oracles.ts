import { decimal, zero, type Order } from '@hb/connector-core';
import { decodeFunctionData, parseAbi } from 'viem/utils';

import { nativeOf, routerAddress, tokenOf, type Receipt, type Transaction } from '../emulator/index.js';
import { owner, stable, wrapped } from './network.js';
import type { World } from './world.js';

const abi = parseAbi([
  'function swap(address tokenIn, address tokenOut, bool isExactIn, uint256 amount, uint256 bound, uint256 deadline)',
]);

/** What the script asked for: its amount is that of no other order. */
export type Intent = { readonly clientOrderId: string; readonly amount: bigint };

/** Holds what the connector says against what the chain has. */
export function judge(world: World, intents: readonly Intent[]): void {
  const connector = world.connector();
  const swaps = executed(world);
  for (const { clientOrderId, amount } of intents) {
    const done = swaps.filter(({ transaction }) => amountOf(transaction) === amount);
    if (done.length > 1) world.violate('ONE', `order ${clientOrderId} was carried out ${done.length} times`);
    checkSignatures(world, { clientOrderId, amount });
    const order = connector.order(clientOrderId);
    if (order === undefined) {
      if (done.length > 0) world.violate('TRK', `order ${clientOrderId} was carried out, and is not known`);
      continue;
    }
    checkState(world, order, done[0]);
    checkFills(world, order, done[0]);
  }
  checkTerms(world);
  checkEvents(world);
  checkBalances(world);
  if (connector.status.account !== 'ready') world.violate('LIV', `the account is ${connector.status.account}`);
}

/** Swaps of ours that had an effect, oldest first. */
function executed({ network }: World): readonly Receipt[] {
  const receipts: Receipt[] = [];
  for (let block = network.chain.head(); ; block = block.parent) {
    receipts.unshift(...block.receipts.filter(({ status, transaction }) => status === 1 && isSwap(transaction)));
    if (block.parent === undefined) return receipts;
  }
}

function isSwap({ to, from, data }: Transaction): boolean {
  return to === routerAddress && from === owner && data !== '0x';
}

function amountOf({ data }: Transaction): bigint {
  return decodeFunctionData({ abi, data }).args[3];
}

/** An intent may be signed any number of times, under one nonce. */
function checkSignatures(world: World, { clientOrderId, amount }: Intent): void {
  const nonces = new Set(
    [...world.network.received.values()].flatMap(({ transaction }) =>
      isSwap(transaction) && amountOf(transaction) === amount ? [transaction.nonce] : [],
    ),
  );
  if (nonces.size > 1) world.violate('SIG', `order ${clientOrderId} was signed under nonces ${[...nonces].join()}`);
}

const over: ReadonlySet<Order['state']> = new Set([
  'filled',
  'canceled',
  'expired',
  'rejected',
  'not-sent',
  'not-placed',
]);

function checkState(world: World, { clientOrderId, state }: Order, done: Receipt | undefined): void {
  if (!over.has(state)) world.violate('LIV', `order ${clientOrderId} is still ${state}`);
  else if ((state === 'filled') !== (done !== undefined))
    world.violate('GHO', `order ${clientOrderId} is ${state}, and was ${done === undefined ? 'not ' : ''}carried out`);
}

function checkFills(world: World, order: Order, done: Receipt | undefined): void {
  const { clientOrderId } = order;
  const fills = new Map<string, boolean>();
  for (const { event } of world.told) {
    if (!('fill' in event) || event.order.clientOrderId !== clientOrderId) continue;
    fills.set(event.fill.fillId, event.type !== 'fill-voided' && fills.get(event.fill.fillId) !== false);
  }
  const left = [...fills].filter(([, counts]) => counts);
  if (left.length !== (done === undefined ? 0 : 1))
    world.violate(
      'FIL',
      `order ${clientOrderId} has ${left.length} fills that count: ${left.map(([id]) => id).join()}`,
    );
  if (done === undefined) return;
  const [out, back] = done.logs.map(({ data }) => BigInt(data));
  const [base, quote] = order.side === 'sell' ? [out, back] : [back, out];
  const isExact =
    order.filled.eq(units(base, 18)) &&
    (order.averagePrice ?? zero).times(order.filled).minus(units(quote, 6)).abs().lt('0.0000001') &&
    order.fees.length === 1 &&
    order.fees[0]?.amount.eq(units(done.gasUsed * done.price, 18)) === true;
  if (!isExact) world.violate('SUM', `order ${clientOrderId} is not what its receipt says`);
}

/** The pool begins with 20 USDC for one WAVAX, and never has half or twice of that; what is usual for a tip is one gwei. */
const fair = { least: 10, most: 40 };
const mostTip = 50_000_000_000n;

/** Whatever nodes say, nothing of ours offers a price, or a tip, that is far from what there is. */
function checkTerms({ network, violate }: World): void {
  for (const { transaction } of network.received.values()) {
    const { hash, tip, data } = transaction;
    if (data !== '0x' && tip > mostTip) violate('TIP', `transaction ${hash} offers a tip of ${tip}`);
    if (!isSwap(transaction)) continue;
    const [tokenIn, , isExactIn, amount, bound] = decodeFunctionData({ abi, data }).args;
    const [spends, receives] = isExactIn ? [amount, bound] : [bound, amount];
    const isSell = tokenIn.toLowerCase() === wrapped.id;
    const [base, quote] = isSell ? [spends, receives] : [receives, spends];
    const price = Number(quote) / 1e6 / (Number(base) / 1e18);
    if (isSell ? price < fair.least : price > fair.most) violate('PRC', `swap ${hash} is content with ${price}`);
  }
}

/** The same is told again after a crash alone, and nothing of an order before its opening but by the process before. */
function checkEvents({ told, crashed, violate }: World): void {
  const tellers = new Map<string, number>();
  for (const { process, event } of told) {
    const before = tellers.get(event.id);
    if (before === process) violate('EVT', `${event.id} was told twice by one process`);
    else if (before !== undefined && !crashed.has(before))
      violate('EVT', `${event.id} was told again after a clean stop`);
    tellers.set(event.id, process);
  }
}

function checkBalances(world: World): void {
  const { state } = world.network.chain.head();
  const balances = world.connector().balances();
  for (const [asset, has] of [
    ['AVAX', units(nativeOf(state, owner), 18)],
    ['WAVAX', units(tokenOf(state, wrapped.id, owner), 18)],
    ['USDC', units(tokenOf(state, stable.id, owner), 6)],
  ] as const) {
    // At rest no order holds anything back.
    for (const told of [balances.get(asset)?.total, balances.get(asset)?.available])
      if (told?.eq(has) !== true)
        world.violate('BAL', `${told?.toFixed() ?? 'nothing'} ${asset}, not ${has.toFixed()}`);
  }
}

function units(amount: bigint | undefined, decimals: number): ReturnType<typeof decimal> {
  return decimal(`${amount ?? 0n}e-${decimals}`);
}
