import { ConnectorError, isConnectorError } from '@hb/connector-core';
import {
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  getAddress,
  parseAbi,
} from 'viem/utils';

type Hex = `0x${string}`;

/** At the same address on every network. https://github.com/mds1/multicall3 */
export const multicallAddress = '0xca11bde05977b3631167028862be2a173976ca11';
/** A pool of two tokens at constant product, without a fee, and its router in one: made up for simulations. */
export const routerAddress = '0x00000000000000000000000000000000000000f1';

const multicall = parseAbi([
  'struct Call3 { address target; bool allowFailure; bytes callData; }',
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3(Call3[] calls) payable returns (Result[] returnData)',
  'function getEthBalance(address addr) view returns (uint256 balance)',
]);
// https://eips.ethereum.org/EIPS/eip-20
const erc20 = parseAbi([
  'function balanceOf(address owner) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function decimals() view returns (uint8)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]);
const router = parseAbi([
  'function quote(address tokenIn, address tokenOut, bool isExactIn, uint256 amount) view returns (uint256)',
  'function swap(address tokenIn, address tokenOut, bool isExactIn, uint256 amount, uint256 bound, uint256 deadline)',
]);

/** What accounts have and allow. Addresses in lower case; keys of several parts are joined by blanks. */
export type State = {
  readonly native: Map<string, bigint>;
  /** By token and owner. */
  readonly tokens: Map<string, bigint>;
  /** By token, owner and spender. */
  readonly allowances: Map<string, bigint>;
  readonly nonces: Map<string, number>;
};

export type Log = { readonly address: string; readonly topics: readonly string[]; readonly data: string };

/** A message to an address: from whom, with how much native coin, and at which time of a block, in seconds. */
export type Message = {
  readonly from: string;
  readonly to: string;
  readonly data: Hex;
  readonly value: bigint;
  readonly at: number;
};

/** A contract refuses: nothing of what the message did stays. */
function revert(message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'order-rejected', outcome: 'refused', operation: 'contract', code: '3' });
}

export function copyState({ native, tokens, allowances, nonces }: State): State {
  return {
    ...{ native: new Map(native), tokens: new Map(tokens), allowances: new Map(allowances), nonces: new Map(nonces) },
  };
}

export const nativeOf = ({ native }: State, owner: string): bigint => native.get(owner) ?? 0n;
export const tokenOf = ({ tokens }: State, token: string, owner: string): bigint =>
  tokens.get(`${token} ${owner}`) ?? 0n;

/** Does what a message asks for, in `state`. Throws when it is refused; then `state` must be thrown away. */
export function execute(state: State, message: Message): readonly Log[] {
  const { from, to, data, value } = message;
  if (nativeOf(state, from) < value) throw revert('insufficient balance for transfer');
  state.native.set(from, nativeOf(state, from) - value);
  state.native.set(to, nativeOf(state, to) + value);
  if (data === '0x') return [];
  if (to === routerAddress) return swap(state, message);
  return approve(state, message);
}

/** What a call without a transaction gives. Throws when it is refused. */
export function view(state: State, to: string, data: Hex): Hex {
  if (to === multicallAddress) return viewMany(state, data);
  if (to === routerAddress) return viewRouter(state, data);
  const { functionName, args } = decodeFunctionData({ abi: erc20, data });
  if (functionName === 'decimals') return word(decimalsOf(state, to));
  if (functionName === 'balanceOf') return word(tokenOf(state, to, args[0].toLowerCase()));
  if (functionName === 'approve') throw revert('not a call that only reads');
  return word(state.allowances.get(`${to} ${args[0].toLowerCase()} ${args[1].toLowerCase()}`) ?? 0n);
}

/** Whether an error says that a contract refused. */
export function isRevert(error: unknown): boolean {
  return isConnectorError(error) && error.code === '3';
}

function viewMany(state: State, data: Hex): Hex {
  const { functionName, args } = decodeFunctionData({ abi: multicall, data });
  if (functionName === 'getEthBalance') return word(nativeOf(state, args[0].toLowerCase()));
  const result = args[0].map(({ target, callData }) => {
    try {
      return { success: true, returnData: view(state, target.toLowerCase(), callData) };
    } catch (error) {
      if (isRevert(error)) return { success: false, returnData: '0x' as const };
      throw error;
    }
  });
  return encodeFunctionResult({ abi: multicall, functionName: 'aggregate3', result });
}

function viewRouter(state: State, data: Hex): Hex {
  const { functionName, args } = decodeFunctionData({ abi: router, data });
  if (functionName === 'swap') throw revert('not a call that only reads');
  const [tokenIn, tokenOut, isExactIn, amount] = args;
  return word(other(state, { tokenIn: tokenIn.toLowerCase(), tokenOut: tokenOut.toLowerCase(), isExactIn, amount }));
}

type Way = {
  readonly tokenIn: string;
  readonly tokenOut: string;
  readonly isExactIn: boolean;
  readonly amount: bigint;
};

/** The amount that goes with the one that is given. */
function other(state: State, { tokenIn, tokenOut, isExactIn, amount }: Way): bigint {
  const [has, gives] = [tokenOf(state, tokenIn, routerAddress), tokenOf(state, tokenOut, routerAddress)];
  if (has === 0n || gives === 0n || (!isExactIn && amount >= gives)) throw revert('no liquidity');
  return isExactIn ? (gives * amount) / (has + amount) : (has * amount) / (gives - amount) + 1n;
}

function swap(state: State, { from, data, at }: Message): readonly Log[] {
  const { functionName, args } = decodeFunctionData({ abi: router, data });
  if (functionName === 'quote') return [];
  const [tokenIn, tokenOut, isExactIn, amount, bound, deadline] = args;
  if (BigInt(at) > deadline) throw revert('too late');
  const way = { tokenIn: tokenIn.toLowerCase(), tokenOut: tokenOut.toLowerCase(), isExactIn, amount };
  const told = other(state, way);
  if (isExactIn ? told < bound : told > bound) throw revert('beyond the bound');
  const [spend, receive] = isExactIn ? [amount, told] : [told, amount];
  const key = `${way.tokenIn} ${from} ${routerAddress}`;
  const allowance = state.allowances.get(key) ?? 0n;
  if (allowance < spend) throw revert('not allowed');
  state.allowances.set(key, allowance - spend);
  return [
    move(state, way.tokenIn, { from, to: routerAddress, amount: spend }),
    move(state, way.tokenOut, { from: routerAddress, to: from, amount: receive }),
  ];
}

function approve(state: State, { from, to, data }: Message): readonly Log[] {
  const { functionName, args } = decodeFunctionData({ abi: erc20, data });
  if (functionName !== 'approve') throw revert('no such function');
  state.allowances.set(`${to} ${from} ${args[0].toLowerCase()}`, args[1]);
  return [];
}

function move(
  state: State,
  token: string,
  { from, to, amount }: { readonly from: string; readonly to: string; readonly amount: bigint },
): Log {
  if (tokenOf(state, token, from) < amount) throw revert('transfer amount exceeds balance');
  state.tokens.set(`${token} ${from}`, tokenOf(state, token, from) - amount);
  state.tokens.set(`${token} ${to}`, tokenOf(state, token, to) + amount);
  const topics = encodeEventTopics({
    ...{ abi: erc20, eventName: 'Transfer', args: { from: getAddress(from), to: getAddress(to) } },
  });
  return { address: token, topics: topics.map(String), data: word(amount) };
}

function decimalsOf({ tokens }: State, token: string): bigint {
  if (![...tokens.keys()].some((key) => key.startsWith(`${token} `))) throw revert('no such contract');
  return 18n;
}

function word(value: bigint): Hex {
  return encodeAbiParameters([{ type: 'uint256' }], [value]);
}
