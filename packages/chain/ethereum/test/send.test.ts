import { createSecret, toHex } from '@hb/connector-core';
import { getAddress, hexToBytes, keccak256, parseTransaction } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';

import { ethereum, type Plan } from '../src/index.js';
import { account } from './support.js';

// The first account of https://getfoundry.sh/anvil/reference, which anybody may use.
const privateKey = createSecret('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';

const plan = {
  to: '0x00000000000000000000000000000000000000aa',
  data: '0x' as const,
  value: 1n,
  chainId: 1,
  gas: 21_000n,
  maxFeePerGas: 2_000_000_000n,
  maxPriorityFeePerGas: 1_000_000_000n,
} satisfies Plan;

describe('the owner', () => {
  test('is the address of the key', () => {
    expect(ethereum.toOwner(account({}, { credentials: { privateKey } }))).toBe(address);
  });

  test('is that of the signer', () => {
    const signer = { address: '0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266', sign: () => Promise.reject(new Error()) };
    expect(ethereum.toOwner(account({}, { credentials: { signer } }))).toBe(address);
  });

  test.each([
    ['neither', {}],
    ['both', { privateKey, signer: { address, sign: () => Promise.reject(new Error()) } }],
  ])('of %s is refused', (count, credentials) => {
    expect(() => ethereum.toOwner(account({}, { credentials }))).toThrow(`needs privateKey or signer and has ${count}`);
  });
});

describe('a transaction', () => {
  test('is signed as any wallet would', async () => {
    const wallet = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
    const expected = await wallet.signTransaction({ ...plan, to: getAddress(plan.to), nonce: 7, type: 'eip1559' });
    const signed = await ethereum.signTransaction(account({}, { credentials: { privateKey } }), plan, 7);
    expect(signed).toEqual({ raw: expected, hash: expect.stringMatching(/^0x[0-9a-f]{64}$/), nonce: 7 });
  });

  test('of before EIP-1559 is signed as any wallet would, for its chain alone', async () => {
    const wallet = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
    const { maxFeePerGas: _most, maxPriorityFeePerGas: _tip, ...call } = { ...plan, chainId: 42_161 };
    const legacy = { ...call, gasPrice: 3_000_000_000n };
    for (const nonce of [7, 8, 9]) {
      const expected = await wallet.signTransaction({ ...legacy, to: getAddress(plan.to), nonce, type: 'legacy' });
      const signed = await ethereum.signTransaction(account({}, { credentials: { privateKey } }), legacy, nonce);
      expect(signed).toEqual({ raw: expected, hash: keccak256(expected), nonce });
    }
  });

  test('is signed the same by a signer that shows no key', async () => {
    const own = account({}, { credentials: { privateKey } });
    const signer = { address, sign: async (hash: Uint8Array) => own.crypto.secp256k1(privateKey, hash) };
    const signed = await ethereum.signTransaction(account({}, { credentials: { signer } }), plan, 7);
    expect(signed).toEqual(await ethereum.signTransaction(own, plan, 7));
  });

  test('is signed the same by a hardware wallet, which gets all of it', async () => {
    const own = account({}, { credentials: { privateKey } });
    const shown: string[] = [];
    const signTransaction = async (unsigned: Uint8Array): Promise<Uint8Array> => {
      shown.push(toHex(unsigned));
      return own.crypto.secp256k1(privateKey, hexToBytes(keccak256(unsigned)));
    };
    const wallet = account({}, { credentials: { signer: { address, signTransaction } } });
    expect(await ethereum.signTransaction(wallet, plan, 7)).toEqual(await ethereum.signTransaction(own, plan, 7));
    expect(parseTransaction(`0x02${shown[0]?.slice(2) ?? ''}`)).toMatchObject({ nonce: 7, value: 1n, type: 'eip1559' });
  });

  const other = createSecret('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d');
  test.each([
    ['by another account is refused', other, 65, 'it was signed by 0x70997970C51812dc3A010C7d01b50e0d17dc79C8'],
    ['by nobody is refused', privateKey, 64, 'what the signer gave is no signature'],
  ])('%s', async (_, secret, length, message) => {
    const { crypto } = account();
    const signer = { address, sign: async (hash: Uint8Array) => crypto.secp256k1(secret, hash).subarray(0, length) };
    await expect(ethereum.signTransaction(account({}, { credentials: { signer } }), plan, 7)).rejects.toMatchObject({
      ...{ kind: 'auth', outcome: 'not-sent', message: expect.stringContaining(message) },
    });
  });

  test('is sent as it was signed', async () => {
    const p = account({ eth_sendRawTransaction: '0x1' });
    await ethereum.broadcast(p, { hash: '0x1', raw: '0x02f8', nonce: 7 });
    expect(p.asked).toEqual([{ method: 'eth_sendRawTransaction', params: ['0x02f8'] }]);
  });
});

describe('fees', () => {
  // https://ethereum.org/en/developers/docs/apis/json-rpc#eth_feehistory
  const eth_feeHistory = { baseFeePerGas: ['0x3b9aca00', '0x77359400'], reward: [['0x1'], ['0x5f5e100'], ['0x3']] };

  test('leave room for the base fee to double, and twice the gas', async () => {
    const p = account({ eth_feeHistory, eth_estimateGas: '0x5208' });
    expect(await ethereum.plan(p, address, { to: plan.to, data: '0x' })).toMatchObject({
      ...{ gas: 42_000n, maxFeePerGas: 4_000_000_003n, maxPriorityFeePerGas: 3n, chainId: 1 },
    });
  });

  test('end at the cap', async () => {
    const p = account({ eth_feeHistory, eth_estimateGas: '0x5208' }, { options: { maxFeeGwei: 3, minTipGwei: 0.5 } });
    expect(await ethereum.plan(p, address, { to: plan.to, data: '0x' })).toMatchObject({
      ...{ maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 500_000_000n },
    });
  });

  test('above the cap are not paid', async () => {
    const p = account({ eth_feeHistory, eth_estimateGas: '0x5208' }, { options: { maxFeeGwei: 1 } });
    await expect(ethereum.plan(p, address, { to: plan.to, data: '0x' })).rejects.toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining('gas costs 2.000000003 gwei now, above maxFeeGwei, 1'),
    });
  });

  test('that two nodes plan are those with the most gas, the lower tip and the most room', () => {
    const [modest, dear] = [
      { ...plan, gas: 100n, maxFeePerGas: 40n, maxPriorityFeePerGas: 2n },
      { ...plan, gas: 90n, maxFeePerGas: 70n, maxPriorityFeePerGas: 30n },
    ];
    const merged = { ...plan, gas: 100n, maxFeePerGas: 70n, maxPriorityFeePerGas: 2n };
    expect([ethereum.mergePlans(modest, dear), ethereum.mergePlans(dear, modest)]).toEqual([merged, merged]);
  });

  test('that two nodes plan with gas that no estimates can be apart are neither of them believed', () => {
    const [honest, lying] = [
      { ...plan, gas: 100n },
      { ...plan, gas: 401n },
    ];
    expect([ethereum.mergePlans(honest, lying), ethereum.mergePlans(lying, honest)]).toEqual([undefined, undefined]);
    expect(ethereum.mergePlans(honest, { ...plan, gas: 400n })?.gas).toBe(400n);
  });

  test('of before EIP-1559 that two nodes plan are the lower ones, which are paid whole', () => {
    const { maxFeePerGas: _most, maxPriorityFeePerGas: _tip, ...legacy } = plan;
    const [modest, dear] = [
      { ...legacy, gasPrice: 3n },
      { ...legacy, gasPrice: 9n },
    ];
    expect(ethereum.mergePlans(dear, modest)).toEqual(modest);
    expect(ethereum.mergePlans(modest, dear)).toEqual(modest);
  });

  test('of some gas are told in the native coin', async () => {
    const fee = await ethereum.fetchFee(account({ eth_feeHistory }, { environment: 'polygon' }), 100_000n);
    expect([fee.asset, fee.amount.toFixed()]).toEqual(['POL', '0.0002000000003']);
  });
});

test('nonces count what waits', async () => {
  const p = account({ eth_getTransactionCount: '0x9' });
  expect(await ethereum.fetchNonce(p, address)).toBe(9);
  expect(p.asked[0]?.params).toEqual([address, 'pending']);
});
