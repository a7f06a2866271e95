import {
  createPublicClient,
  encodeAbiParameters,
  getAddress,
  http,
  keccak256,
  parseAbi,
  parseAbiParameters,
  type Hex,
} from 'viem';

import type { Lab, Version } from './lab.js';

const factories = parseAbi([
  'function getPair(address, address) view returns (address)',
  'function getPool(address, address, uint24) view returns (address)',
]);
const coin = '0x0000000000000000000000000000000000000000';

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
