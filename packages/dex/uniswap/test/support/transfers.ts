import { fromUnits, type Decimal } from '@hb/connector-core';

import type { Lab } from './lab.js';

/** ERC-20's `Transfer(address,address,uint256)`. https://eips.ethereum.org/EIPS/eip-20#transfer-1 */
const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

/** What somebody gave and got for it in a transaction, by the transfers of both tokens: no event of a pool is read. */
export type Exchange = {
  readonly at: number;
  readonly block: number;
  readonly hash: string;
  readonly weth: Decimal;
  readonly usdc: Decimal;
  readonly side: 'buy' | 'sell';
};

/** All exchanges of WETH and USDC in the blocks from one on. */
export async function readExchanges({ anvil, weth, usdc }: Lab, from: number): Promise<readonly Exchange[]> {
  const found: Exchange[] = [];
  const head = Number(await anvil.rpc('eth_blockNumber'));
  for (let height = from; height <= head; height += 1) {
    const block = await anvil.rpc('eth_getBlockByNumber', `0x${height.toString(16)}`, true);
    for (const transaction of list(block, 'transactions')) {
      const hash = text(transaction, 'hash');
      const logs = list(await anvil.rpc('eth_getTransactionReceipt', hash), 'logs');
      const owner = text(transaction, 'from');
      const [base, quote] = [changeOf(logs, weth.id, owner), changeOf(logs, usdc.id, owner)];
      if (base === 0n || quote === 0n) continue;
      found.push({
        ...{ at: Number(text(block, 'timestamp')) * 1_000, block: height, hash, side: base > 0n ? 'buy' : 'sell' },
        ...{ weth: fromUnits(size(base), 18), usdc: fromUnits(size(quote), 6) },
      });
    }
  }
  return found;
}

function changeOf(logs: readonly unknown[], token: string, owner: string): bigint {
  return logs
    .filter((log) => text(log, 'address').toLowerCase() === token && list(log, 'topics')[0] === transfer)
    .reduce<bigint>((sum, log) => {
      const [, from, to] = list(log, 'topics').map((topic) => `0x${String(topic).slice(-40)}`);
      const amount = BigInt(text(log, 'data'));
      return sum + (to === owner ? amount : 0n) - (from === owner ? amount : 0n);
    }, 0n);
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function text(value: unknown, name: string): string {
  return String(Reflect.get(Object(value), name));
}

function list(value: unknown, name: string): readonly unknown[] {
  const found: unknown = Reflect.get(Object(value), name);
  return Array.isArray(found) ? found : [];
}
