import type { ChainSpec, Public, Spend, Step } from '@hb/connector-core';
import { decodeFunctionResult, encodeFunctionData, getAddress, parseAbi } from 'viem/utils';

import type { Call } from './call.js';
import { networks } from './networks.js';
import { once } from './once.js';
import type { Options } from './options.js';
import { readMany } from './tokens.js';

type Spec = ChainSpec<Options, never, Call, never>;

/** @see https://eips.ethereum.org/EIPS/eip-20 */
const erc20 = once(() =>
  parseAbi([
    'function allowance(address owner, address spender) view returns (uint256)',
    'function approve(address spender, uint256 amount) returns (bool)',
  ]),
);

const permitted = 'uint160 amount, uint48 expiration, uint48 nonce' as const;

/** @see https://docs.uniswap.org/contracts/permit2/reference/allowance-transfer */
const permit2 = once(() =>
  parseAbi([
    `function allowance(address owner, address token, address spender) view returns (${permitted})`,
    'function approve(address token, address spender, uint160 amount, uint48 expiration)',
  ]),
);

/** What is allowed through Permit2 ends by itself after so long, and is not relied on in the last hour. */
const permittedMs = 86_400_000;
const spareMs = 3_600_000;

/** @see https://etherscan.io/token/0xdac17f958d2ee523a2206206994597c13d831ec7#code, which refuses to change an allowance that is not zero. */
const setToZeroFirst = networks.mainnet.tokens.filter(({ symbol }) => symbol === 'USDT').map(({ id }) => id);

/** Exactly what is needed: an allowance that is left over is a risk for as long as it is there. */
export const fetchApprovals: Spec['fetchApprovals'] = async (p, owner, spends) => {
  const results = await readMany(
    p,
    spends.map((spend) => toAllowanceCall(getAddress(owner), spend)),
  );
  return spends.flatMap((spend, index) => toSteps(spend, readAllowance(p, spend, results[index]), p.now()));
};

function toAllowanceCall(owner: `0x${string}`, { token, spender, through }: Spend): Call {
  if (through === undefined) {
    const args = [owner, getAddress(spender)] as const;
    return { to: token.id, data: encodeFunctionData({ abi: erc20(), functionName: 'allowance', args }) };
  }
  const args = [owner, getAddress(token.id), getAddress(spender)] as const;
  return { to: through, data: encodeFunctionData({ abi: permit2(), functionName: 'allowance', args }) };
}

function readAllowance({ now }: Public<Options>, { through }: Spend, told: `0x${string}` | undefined): bigint {
  if (told === undefined) return 0n;
  if (through === undefined) return BigInt(told);
  const [amount, expiration] = decodeFunctionResult({ abi: permit2(), functionName: 'allowance', data: told });
  return expiration * 1_000 > now() + spareMs ? amount : 0n;
}

function toSteps(spend: Spend, allowance: bigint, now: number): readonly Step<Call>[] {
  const { token, amount, through, promised = 0n } = spend;
  if (allowance - promised >= amount) return [];
  if (through !== undefined) return [permit(spend, through, now)];
  const isInTheWay = allowance > 0n && setToZeroFirst.includes(token.id);
  return [...(isInTheWay ? [approve(spend, 0n)] : []), approve(spend, amount)];
}

function approve({ token, spender }: Spend, amount: bigint): Step<Call> {
  const data = encodeFunctionData({ abi: erc20(), functionName: 'approve', args: [getAddress(spender), amount] });
  return { name: `approve ${amount} of ${token.symbol} for ${spender}`, op: { to: token.id, data } };
}

function permit({ token, spender, amount }: Spend, through: string, now: number): Step<Call> {
  const until = Math.floor((now + permittedMs) / 1_000);
  const args = [getAddress(token.id), getAddress(spender), amount, until] as const;
  const data = encodeFunctionData({ abi: permit2(), functionName: 'approve', args });
  return { name: `permit ${amount} of ${token.symbol} for ${spender}`, op: { to: through, data } };
}
