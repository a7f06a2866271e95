import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { readArguments } from '../src/arguments.mjs';
import { benchmarks } from '../src/benchmarks/index.mjs';

const main = fileURLToPath(new URL('../src/main.mjs', import.meta.url));

test('benchmarks are named, and all means each', () => {
  expect(readArguments(['book', 'order', '--quick'])).toEqual({ names: ['book', 'order'], how: { quick: true } });
  expect(readArguments(['all', '--documents', '10000000', '--seed', '7'])).toEqual({
    names: Object.keys(benchmarks),
    how: { quick: false, documents: 10_000_000, seed: 7 },
  });
});

test.each([
  [['--bogus', 'book'], "Unknown option '--bogus'"],
  [['book', 'toString'], 'no benchmark named toString'],
  [['book', '--seed', 'x'], '--seed is a whole number, not x'],
  [['--quick'], 'no benchmark is named'],
])('%j is not followed', (args, problem) => {
  expect(readArguments(args)).toEqual({ problem });
});

test('whoever uses it wrongly is told how it is used, and sees it in the exit code', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, '--bogus'], { encoding: 'utf8' });
  expect([status, stderr.split('\n')[0]]).toEqual([2, "Unknown option '--bogus'"]);
  expect(stderr).toContain('npm run bench -- <book|');
});
