import { createSecret } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { ethereum, type Plan } from '../src/index.js';
import { account } from './support.js';

// The first account of https://getfoundry.sh/anvil/reference, which anybody may use.
const privateKey = createSecret('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const gwei = 1_000_000_000n;

const plan: Plan = {
  ...{ to: '0x00000000000000000000000000000000000000aa', data: '0x1234', value: 5n, chainId: 1, gas: 90_000n },
  ...{ maxFeePerGas: 20n * gwei, maxPriorityFeePerGas: 2n * gwei },
};
const signed = () => ethereum.signTransaction(account({}, { credentials: { privateKey } }), plan, 7);

/** At a base fee and a usual tip, in gwei. */
function at(base: bigint, tip: bigint, maxFeeGwei = 500): ReturnType<typeof account> {
  const hex = (value: bigint): string => `0x${(value * gwei).toString(16)}`;
  const eth_feeHistory = { baseFeePerGas: [hex(base)], reward: [[hex(tip)]] };
  return account({ eth_feeHistory, eth_estimateGas: '0x5208' }, { options: { maxFeeGwei } });
}

describe('a transaction with a legacy price', () => {
  const legacy: Plan = {
    ...{ to: '0x00000000000000000000000000000000000000aa', data: '0x1234', value: 5n, chainId: 56, gas: 90_000n },
    gasPrice: 4n * gwei,
  };
  const old = () => ethereum.signTransaction(account({}, { credentials: { privateKey } }), legacy, 7);
  const now = (price: bigint, maxFeeGwei = 500): ReturnType<typeof account> => {
    const answers = { eth_gasPrice: `0x${(price * gwei).toString(16)}`, eth_estimateGas: '0x5208' };
    return account(answers, { options: { maxFeeGwei, fees: 'legacy' }, environment: 'bsc' });
  };

  test('offers what the node suggests, and no more than the limit', async () => {
    const call = { to: address, data: '0x' } as const;
    expect(await ethereum.plan(now(3n), address, call)).toEqual({
      ...{ ...call, chainId: 56, gas: 42_000n, gasPrice: 3n * gwei },
    });
    await expect(ethereum.plan(now(3n, 2), address, call)).rejects.toMatchObject({
      ...{ outcome: 'not-sent', message: expect.stringContaining('gas costs 3 gwei now, above maxFeeGwei, 2') },
    });
  });

  test('is stuck when more is asked now', async () => {
    expect(await ethereum.isStuck(now(4n), await old())).toBe(false);
    expect(await ethereum.isStuck(now(5n), await old())).toBe(true);
  });

  test('gets faster by the least that nodes take, or by what is asked now, and is cancelled so', async () => {
    expect(await ethereum.planFaster(now(1n), await old())).toEqual({ ...legacy, gasPrice: 4_500_000_001n });
    expect(await ethereum.planFaster(now(9n), await old())).toEqual({ ...legacy, gasPrice: 9n * gwei });
    expect(await ethereum.planCancel(now(1n), address, await old())).toEqual({
      ...{ to: address, data: '0x', chainId: 56, gas: 42_000n, gasPrice: 4_500_000_001n },
    });
  });
});

describe('a transaction that waits', () => {
  test.each([
    ['no', 'as it was', 10n, 2n, false],
    ['stuck', 'below the base fee', 21n, 2n, true],
    ['stuck', 'with too little left for a tip', 19n, 3n, true],
    ['no', 'with half of the usual tip', 10n, 4n, false],
    ['stuck', 'with less than half of the usual tip', 10n, 5n, true],
  ])('is %s: %s', async (_, __, base, tip, isStuck) => {
    expect(await ethereum.isStuck(at(base, tip), await signed())).toBe(isStuck);
  });

  test('gets faster by the least that nodes take, or by what is asked now', async () => {
    const same = {
      to: '0x00000000000000000000000000000000000000aa',
      data: '0x1234',
      value: 5n,
      chainId: 1,
      gas: 90_000n,
    };
    expect(await ethereum.planFaster(at(5n, 1n), await signed())).toEqual({
      ...{ ...same, maxFeePerGas: 22_500_000_001n, maxPriorityFeePerGas: 2_250_000_001n },
    });
    expect(await ethereum.planFaster(at(50n, 6n), await signed())).toEqual({
      ...{ ...same, maxFeePerGas: 106n * gwei, maxPriorityFeePerGas: 6n * gwei },
    });
  });

  test('does not get faster above the limit', async () => {
    await expect(ethereum.planFaster(at(5n, 1n, 22), await signed())).rejects.toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining('above maxFeeGwei, 22'),
    });
  });

  test('is cancelled by nothing that goes to its owner', async () => {
    expect(await ethereum.planCancel(at(5n, 1n), address, await signed())).toEqual({
      ...{ to: address, data: '0x', chainId: 1, gas: 42_000n },
      ...{ maxFeePerGas: 22_500_000_001n, maxPriorityFeePerGas: 2_250_000_001n },
    });
  });
});
