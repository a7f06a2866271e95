import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { isHex, type Abi, type Hex } from 'viem';

const require = createRequire(import.meta.url);

export type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

/** A compiled contract of a package: `@uniswap/v2-core/build/UniswapV2Factory.json`. `load` finds packages that are not known here. */
export function readArtifact(path: string, load: (path: string) => unknown = require): Artifact {
  const artifact = load(path);
  const abi: unknown = Reflect.get(Object(artifact), 'abi');
  const told: unknown = Reflect.get(Object(artifact), 'bytecode');
  const code = String(typeof told === 'string' ? told : Reflect.get(Object(told), 'object')).replace(/^(?!0x)/, '0x');
  if (!isAbi(abi) || !isHex(code)) throw new TypeError(`${path} is no compiled contract`);
  return { abi, bytecode: code };
}

function isAbi(value: unknown): value is Abi {
  return Array.isArray(value);
}

/** The creation code of Multicall3, which viem has and does not export. */
export async function readMulticall(): Promise<Hex> {
  const folder = fileURLToPath(new URL('.', import.meta.resolve('viem')));
  const constants: unknown = await import(`${folder}constants/contracts.js`);
  const code = String(Reflect.get(Object(constants), 'multicall3Bytecode'));
  if (!isHex(code)) throw new TypeError('viem has no Multicall3');
  return code;
}

/** The creation code in a package's type declarations for contracts of others: `PoolManager`. */
export function readFactory(name: string): Hex {
  const path = require.resolve(`@uniswap/universal-router/typechain/factories/${name}__factory.ts`);
  const [, code = ''] = /_bytecode =\s*"(0x[0-9a-f]+)"/.exec(readFileSync(path, 'utf8')) ?? [];
  if (!isHex(code)) throw new TypeError(`${name} has no code`);
  return code;
}

/** The code of Permit2, as it is at its address. */
export function readPermit2(): Hex {
  const path = require.resolve('@uniswap/v4-periphery/lib/permit2/test/utils/DeployPermit2.sol');
  const [, code = ''] = /hex"([0-9a-f]+)"/.exec(readFileSync(path, 'utf8')) ?? [];
  return `0x${code}`;
}
