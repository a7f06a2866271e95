import { createRequire } from 'node:module';

import { readArtifact, type Artifact } from '@hb/lab/artifacts';
import { concatHex, keccak256, numberToHex, toFunctionSelector, type Hex } from 'viem';

/** One of PancakeSwap's contracts. */
export function readOwn(path: string): Artifact {
  return readArtifact(path, createRequire(import.meta.url));
}

/**
 * PancakeSwap's own pool of V3 with its callbacks renamed to those of Uniswap: PancakeSwap publishes no periphery, and that of
 * Uniswap, which has the same functions, answers to these names alone.
 */
export function readPool(): Artifact {
  const { abi, bytecode } = readOwn('@pancakeswap/v3-core/artifacts/contracts/PancakeV3Pool.sol/PancakeV3Pool.json');
  const names = ['SwapCallback(int256,int256,bytes)', 'MintCallback(uint256,uint256,bytes)'];
  return {
    abi,
    bytecode: names.reduce<Hex>(
      (code, name) => swapText(code, toFunctionSelector(`pancakeV3${name}`), toFunctionSelector(`uniswapV3${name}`)),
      bytecode,
    ),
  };
}

/** A contract of Uniswap's periphery that looks for pools where PancakeSwap's deployer puts them. */
export function readPeriphery(path: string): Artifact {
  const { abi, bytecode } = readArtifact(`@uniswap/v3-periphery/artifacts/contracts/${path}`);
  const own = readArtifact('@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json').bytecode;
  return { abi, bytecode: swapText(bytecode, keccak256(own), keccak256(readPool().bytecode)) };
}

/**
 * Router02 of Uniswap, which has the functions of PancakeSwap's router, for PancakeSwap's pairs and with its fee: of 10,000 that go in,
 * 9,975 count, in place of 997 of 1,000. https://docs.pancakeswap.finance/trade/pancakeswap-pools
 */
export function readV2Router(): Artifact {
  const { abi, bytecode } = readArtifact('@uniswap/v2-periphery/build/UniswapV2Router02.json');
  const own = readArtifact('@uniswap/v2-core/build/UniswapV2Pair.json').bytecode;
  const pair = readOwn('@pancakeswap-libs/pancake-swap-core/build/PancakePair.json').bytecode;
  const [push997, push1000] = ['0x6103e5', '0x6103e8'] as const;
  const code = swapText(bytecode, keccak256(own), keccak256(pair));
  return { abi, bytecode: swapText(swapText(code, push997, '0x6126f7'), push1000, '0x612710') };
}

function swapText(code: Hex, from: Hex, to: Hex): Hex {
  const swapped = code.replaceAll(from.slice(2), to.slice(2));
  if (swapped === code) throw new TypeError(`${from} is not in the code`);
  return `0x${swapped.slice(2)}`;
}

/**
 * The deployer of V3's pools, which is not published either, by its interface: `deploy(factory, token0, token1, fee, tickSpacing)` keeps
 * the five and creates the pool under the hash of the tokens and the fee; `parameters()`, the call without arguments, tells them.
 * https://github.com/pancakeswap/pancake-v3-contracts/blob/main/projects/v3-core/contracts/PancakeV3PoolDeployer.sol
 */
export function toDeployer(pool: Hex): Hex {
  const length = numberToHex((pool.length - 2) / 2, { size: 3 });
  const slots = [0, 1, 2, 3, 4];
  const keep = slots.map((slot) => concatHex(['0x60', byte(4 + 32 * slot), '0x3560', byte(slot), '0x55']));
  const tell = slots.map((slot) => concatHex(['0x60', byte(slot), '0x5460', byte(32 * slot), '0x52']));
  const create = (offset: number): Hex =>
    concatHex([
      '0x60606024600037', // calldatacopy(0, 36, 96)
      '0x6060600020', // keccak256(0, 96)
      ...(['0x62', length, '0x61', numberToHex(offset, { size: 2 }), '0x600039'] as const), // codecopy(0, offset, length)
      ...(['0x62', length, '0x60006000f5'] as const), // create2(0, 0, length, hash)
      '0x60005260206000f3', // return it
    ]);
  const at = (label: number, offset: number): Hex =>
    concatHex([
      ...(['0x3660041460', byte(label), '0x57'] as const), // to the label when there are no arguments
      ...keep,
      create(offset),
      '0x5b',
      ...tell,
      '0x60a06000f3',
    ]);
  const label = size(at(0, 0)) - 1 - size(concatHex([...tell, '0x60a06000f3']));
  return concatHex([at(label, size(at(label, 0))), pool]);
}

function byte(value: number): Hex {
  return numberToHex(value, { size: 1 });
}

function size(code: Hex): number {
  return (code.length - 2) / 2;
}
