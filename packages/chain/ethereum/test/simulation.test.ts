import { describe, expect, test } from 'vitest';

import { runSeed, type ChainRunOptions } from '../simulation/chain.js';
import type { Plan } from '../src/index.js';

/** The oracles that complain within so many seeds. */
async function complaints(seeds: number, options: ChainRunOptions = {}): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const { oracle } of (await runSeed(seed, options)).violations) found.add(oracle);
  }
  return [...found].sort();
}

describe('a simulated chain', () => {
  test('gives the same run for the same seed, in which everything holds', async () => {
    const first = await runSeed(1);
    expect(await runSeed(1)).toEqual(first);
    expect(first.violations).toEqual([]);
  });

  test('finds balances that are read wrong', async () => {
    const plant: ChainRunOptions['plant'] = (chain) => ({
      ...chain,
      fetchBalances: async (p, owner, tokens) => {
        const balances = await chain.fetchBalances(p, owner, tokens);
        return new Map([...balances].map(([id, units]) => [id, units + 1n]));
      },
    });
    expect(await complaints(1, { plant })).toContain('BAL');
  });

  test('finds receipts that are read wrong', async () => {
    const plant: ChainRunOptions['plant'] = (chain) => ({
      ...chain,
      fetchState: async (p, owner, transaction) => {
        const told = await chain.fetchState(p, owner, transaction);
        if (told.state !== 'included') return told;
        const changes = new Map([...told.receipt.changes].map(([id, units]) => [id, units + 1n]));
        return { ...told, receipt: { ...told.receipt, changes } };
      },
    });
    expect(await complaints(2, { plant })).toContain('SUM');
  });

  test('finds transactions that are given up while they may still be included', async () => {
    const plant: ChainRunOptions['plant'] = (chain) => ({
      ...chain,
      fetchState: async (p, owner, transaction) => {
        const told = await chain.fetchState(p, owner, transaction);
        return told.state === 'pending' ? { state: 'replaced' } : told;
      },
    });
    expect(await complaints(2, { plant })).toContain('GHO');
  });

  test('finds fees that one node alone made dear', async () => {
    const tipOf = (plan: Plan): bigint => ('gasPrice' in plan ? plan.gasPrice : plan.maxPriorityFeePerGas);
    const plant: ChainRunOptions['plant'] = (chain) => ({
      ...chain,
      mergePlans: (first, second) => (tipOf(first) > tipOf(second) ? first : second),
    });
    expect(await complaints(8, { plant })).toContain('TIP');
  });
});
