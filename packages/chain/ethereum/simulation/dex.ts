import { decimal, defineDex, one, type DexMarket, type DexSpec, type Token } from '@hb/connector-core';
import { decodeAbiParameters, encodeFunctionData, getAddress, parseAbi } from 'viem/utils';

import { routerAddress } from '../emulator/index.js';
import { readMany, type Call, type Options } from '../src/index.js';

const abi = parseAbi([
  'function quote(address tokenIn, address tokenOut, bool isExactIn, uint256 amount) view returns (uint256)',
  'function swap(address tokenIn, address tokenOut, bool isExactIn, uint256 amount, uint256 bound, uint256 deadline)',
]);

type Ask = { readonly side: 'buy' | 'sell'; readonly of: 'base' | 'quote' };

const wayOf = ({ baseToken, quoteToken }: DexMarket<undefined>, { side, of }: Ask) => {
  const [tokenIn, tokenOut] = side === 'sell' ? [baseToken, quoteToken] : [quoteToken, baseToken];
  return { tokenIn, tokenOut, isExactIn: of === (side === 'sell' ? 'base' : 'quote') };
};

const toMarket = (baseToken: Token, quoteToken: Token): DexMarket<undefined> => ({
  ...{ pair: '', symbol: 'pool', base: baseToken.symbol, quote: quoteToken.symbol, settle: quoteToken.symbol },
  ...{ shape: 'amm', status: 'trading', contractSize: one, price: { step: decimal('1e-18') }, wire: undefined },
  amount: { step: decimal('1e-18'), min: decimal('1e-18'), quoteStep: decimal('1e-6') },
  ...{ baseToken, quoteToken },
});

/** The emulator's pool as a DEX, so that nothing but the chain is simulated. */
export const poolDex: DexSpec<Options, Call, undefined, undefined> = defineDex({
  specVersion: 'dex/1',
  id: 'ethereum',
  docs: 'https://ethereum.org/en/developers/docs/apis/json-rpc',
  chain: 'ethereum',
  networks: ['avalanche'],
  fetchMarket: async (_, base, quote) => toMarket(base, quote),
  quote: async (p, market, ask) => {
    const { tokenIn, tokenOut, isExactIn } = wayOf(market, ask);
    const args = [getAddress(tokenIn.id), getAddress(tokenOut.id), isExactIn, ask.amount] as const;
    const [told] = await readMany(p, [
      { to: routerAddress, data: encodeFunctionData({ abi, functionName: 'quote', args }) },
    ]);
    if (told === undefined) throw new TypeError('no liquidity');
    const [amount] = decodeAbiParameters([{ type: 'uint256' }], told);
    const [spend, receive] = isExactIn ? [ask.amount, amount] : [amount, ask.amount];
    return { spend, receive, gas: 90_000n, route: undefined };
  },
  build: async (_, { market, side, of, spendMax, receiveMin, deadline }) => {
    const { tokenIn, tokenOut, isExactIn } = wayOf(market, { side, of });
    const [amount, bound] = isExactIn ? [spendMax, receiveMin] : [receiveMin, spendMax];
    const until = BigInt(Math.floor(deadline / 1_000));
    const args = [getAddress(tokenIn.id), getAddress(tokenOut.id), isExactIn, amount, bound, until] as const;
    return {
      op: { to: routerAddress, data: encodeFunctionData({ abi, functionName: 'swap', args }) },
      spends: [{ token: tokenIn, spender: routerAddress, amount: spendMax }],
    };
  },
});
