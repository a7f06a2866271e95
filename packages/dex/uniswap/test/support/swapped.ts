import {
  createPublicClient,
  encodeAbiParameters,
  getAddress,
  http,
  keccak256,
  parseAbi,
  parseAbiParameters,
  toEventSelector,
  type Hex,
} from 'viem';

import type { Lab, Version } from './lab.js';

/** By the event `Swap` that each version tells of a swap. */
const signatures = {
  V2: toEventSelector('Swap(address,uint256,uint256,uint256,uint256,address)'),
  V3: toEventSelector('Swap(address,address,int256,int256,uint160,uint128,int24)'),
  V4: toEventSelector('Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)'),
};
const factories = parseAbi([
  'function getPair(address, address) view returns (address)',
  'function getPool(address, address, uint24) view returns (address)',
]);
const coin = '0x0000000000000000000000000000000000000000';

/** What a transaction called, and the pools that told of a swap in it: by their address, or by their id for those of V4. */
export async function readSwaps(
  { anvil }: Lab,
  hash: string | undefined,
): Promise<{ readonly to: string; readonly pools: readonly string[] }> {
  const receipt: unknown = await anvil.rpc('eth_getTransactionReceipt', hash);
  const logs: unknown = Reflect.get(Object(receipt), 'logs');
  const told = Array.isArray(logs) ? logs.map((log: unknown) => readLog(log)) : [];
  return { to: String(Reflect.get(Object(receipt), 'to')), pools: told.flat() };
}

function readLog(log: unknown): readonly string[] {
  const topics: readonly unknown[] = Reflect.get(Object(log), 'topics');
  const [signature, id] = topics.map(String);
  if (signature === signatures.V4) return [id ?? ''];
  const isOlder = signature === signatures.V2 || signature === signatures.V3;
  return isOlder ? [String(Reflect.get(Object(log), 'address')).toLowerCase()] : [];
}

/** Where the lab's pool of a version is, as its factory says; of V4 its id, which is made of its terms. */
export async function findPool({ anvil, contracts, weth, usdc }: Lab, version: Version): Promise<string> {
  const [first, second] = [getAddress(weth.id), getAddress(usdc.id)];
  const reader = createPublicClient({ transport: http(anvil.url) });
  if (version === 'V2') {
    const of = { address: getAddress(contracts.v2?.factory ?? coin), abi: factories } as const;
    return (await reader.readContract({ ...of, functionName: 'getPair', args: [first, second] })).toLowerCase();
  }
  if (version === 'V3') {
    const of = { address: getAddress(contracts.v3.factory), abi: factories } as const;
    return (await reader.readContract({ ...of, functionName: 'getPool', args: [first, second, 500] })).toLowerCase();
  }
  return version === 'V4' ? toId([first, second], 3_000, 60) : toId([coin, second], 500, 10);
}

function toId(currencies: readonly [Hex, Hex], fee: number, spacing: number): Hex {
  const [first, second] = currencies;
  const [one, other] = BigInt(first) < BigInt(second) ? [first, second] : [second, first];
  const types = parseAbiParameters('address, address, uint24, int24, address');
  return keccak256(encodeAbiParameters(types, [one, other, fee, spacing, coin]));
}
