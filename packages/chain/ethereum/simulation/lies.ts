import { decodeJson } from '@hb/connector-core';
import type { VenueAnswer, VenueRequest } from '@hb/connector-testkit';
import { decodeFunctionResult, encodeFunctionResult, parseAbi } from 'viem/utils';

const abi = parseAbi([
  'struct Call3 { address target; bool allowFailure; bytes callData; }',
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3(Call3[] calls) payable returns (Result[] returnData)',
]);

/** Says of what succeeded that it was reverted, and the other way round; of some transactions that they moved something else. */
export function lieOfReceipt(answer: VenueAnswer): VenueAnswer {
  const body = String(answer.body);
  if (!body.includes('"logs"')) return answer;
  const isOfSome = /"transactionHash":"0x[0-9a-f]*[1357]"/.test(body);
  if (isOfSome) return { ...answer, body: body.replaceAll(/"data":"(0x[0-9a-f]+)[0-9a-f]{4}"/g, '"data":"$10bad"') };
  const said = body.includes('"status":"0x1"')
    ? ['"status":"0x1"', '"status":"0x0"']
    : ['"status":"0x0"', '"status":"0x1"'];
  return { ...answer, body: body.replace(said[0] ?? '', said[1] ?? '') };
}

/** Other prices, balances, allowances, tips and gas; `undefined` of what it does not lie about. */
export function lieOfState(
  { body }: VenueRequest,
  answer: VenueAnswer,
  change: (told: bigint) => bigint,
): VenueAnswer | undefined {
  const method: unknown = Reflect.get(Object(decodeJson(body)), 'method');
  const result: unknown = Reflect.get(Object(decodeJson(String(answer.body))), 'result');
  const lie = typeof method === 'string' && result !== undefined ? lies[method]?.(result, change) : undefined;
  return lie === undefined ? undefined : { ...answer, body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: lie }) };
}

type Lie = (result: unknown, change: (told: bigint) => bigint) => unknown;

const lies: Readonly<Record<string, Lie>> = {
  eth_estimateGas: (result, change) => quantity(change(BigInt(String(result)))),
  eth_feeHistory: (result, change) => {
    const baseFeePerGas: unknown = Reflect.get(Object(result), 'baseFeePerGas');
    return { baseFeePerGas, reward: [[quantity(change(1_000_000_000n))]] };
  },
  eth_call: (result, change) => {
    const data: `0x${string}` = `0x${String(result).slice(2)}`;
    const told = decodeFunctionResult({ abi, functionName: 'aggregate3', data });
    const changed = told.map(({ success, returnData }) => ({
      success,
      returnData: success ? word(change(BigInt(returnData))) : returnData,
    }));
    return encodeFunctionResult({ abi, functionName: 'aggregate3', result: changed });
  },
};

function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function word(value: bigint): `0x${string}` {
  return `0x${(value % 2n ** 256n).toString(16).padStart(64, '0')}`;
}
