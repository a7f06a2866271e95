import type { ChainPublic, ChainSpec, Token } from '@hb/connector-core';
import * as v from 'valibot';
import { decodeFunctionResult, encodeFunctionData, getAddress, isAddress, parseAbi } from 'viem/utils';

import type { Call } from './call.js';
import { nativeId } from './networks.js';
import { once } from './once.js';
import type { Options } from './options.js';
import { ask, Hex } from './rpc.js';

type Spec = ChainSpec<Options, never, Call, never>;

/** @see https://eips.ethereum.org/EIPS/eip-20 */
const erc20 = once(() =>
  parseAbi(['function balanceOf(address owner) view returns (uint256)', 'function decimals() view returns (uint8)']),
);

/** At the same address on every network. @see https://github.com/mds1/multicall3 */
const multicall = '0xca11bde05977b3631167028862be2a173976ca11';
const multicall3 = once(() =>
  parseAbi([
    'struct Call3 { address target; bool allowFailure; bytes callData; }',
    'struct Result { bool success; bytes returnData; }',
    'function aggregate3(Call3[] calls) payable returns (Result[] returnData)',
    'function getEthBalance(address addr) view returns (uint256 balance)',
  ]),
);

/** What several calls give after `p.block`, or the latest one, in one request; `undefined` where one reverts. */
export async function readMany(
  p: ChainPublic<Options>,
  calls: readonly Call[],
): Promise<readonly (`0x${string}` | undefined)[]> {
  const data = encodeFunctionData({
    abi: multicall3(),
    functionName: 'aggregate3',
    args: [calls.map(({ to, data: callData }) => ({ target: getAddress(to), allowFailure: true, callData }))],
  });
  const at = p.block === undefined ? 'latest' : `0x${p.block.toString(16)}`;
  const answer = await ask(p, ['eth_call', { to: multicall, data }, at], v.parser(Hex));
  const results = decodeFunctionResult({ abi: multicall3(), functionName: 'aggregate3', data: answer });
  return results.map(({ success, returnData }) => (success && returnData !== '0x' ? returnData : undefined));
}

/** Its decimals, from the token itself; `id` is the address. Throws a `TypeError` for what is no token. @see https://eips.ethereum.org/EIPS/eip-20#decimals */
export const fetchToken: Spec['fetchToken'] = async (p, id): Promise<Token> => {
  if (!isAddress(id, { strict: false })) throw new TypeError(`${id} is no address`);
  const [told] = await readMany(p, [{ to: id, data: encodeFunctionData({ abi: erc20(), functionName: 'decimals' }) }]);
  if (told === undefined) throw new TypeError(`${id} is no token on ${p.environment}`);
  const decimals = decodeFunctionResult({ abi: erc20(), functionName: 'decimals', data: told });
  return { id: id.toLowerCase(), symbol: id.toLowerCase(), decimals };
};

/** @see https://github.com/gnosis/canonical-weth */
const weth = once(() => parseAbi(['function deposit() payable', 'function withdraw(uint256 amount)']));

export const wrap: Spec['wrap'] = ({ wrapped }, value) => ({
  ...{ to: wrapped.id, data: encodeFunctionData({ abi: weth(), functionName: 'deposit' }), value },
});

export const unwrap: Spec['unwrap'] = ({ wrapped }, amount) => ({
  ...{ to: wrapped.id, data: encodeFunctionData({ abi: weth(), functionName: 'withdraw', args: [amount] }) },
});

/** Of the native coin and of tokens, in one request. */
export const fetchBalances: Spec['fetchBalances'] = async (p, owner, tokens) => {
  const address = getAddress(owner);
  const native = encodeFunctionData({ abi: multicall3(), functionName: 'getEthBalance', args: [address] });
  const balance = encodeFunctionData({ abi: erc20(), functionName: 'balanceOf', args: [address] });
  const results = await readMany(
    p,
    tokens.map(({ id }) => (id === nativeId ? { to: multicall, data: native } : { to: id, data: balance })),
  );
  return new Map(
    tokens.flatMap(({ id }, index) => (results[index] === undefined ? [] : [[id, BigInt(results[index])]])),
  );
};
