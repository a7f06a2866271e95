import { expect, test } from 'vitest';

import type { CaseStatus, ConformanceCase } from '../src/conformance/case.js';
import { printConformance, resultOf } from '../src/conformance/results.js';

function caseOf(id: string, status: CaseStatus, run: () => Promise<void> = () => Promise.resolve()): ConformanceCase {
  return { id, title: `title of ${id}`, source: 'here', status, run };
}

const failing = caseOf('17', 'runs', () => Promise.reject(new Error('events: expected 1, found 2\nand more')));

test('a case that does not run has a result without being run', async () => {
  const untouchable = (): Promise<void> => Promise.reject(new Error('it was run'));
  const results = [
    await resultOf(caseOf('2', { notYet: 'needs the journal' }, untouchable)),
    await resultOf(caseOf('6', { notApplicable: 'market.fetchTickers' }, untouchable)),
  ];
  expect(results.map(({ outcome, why }) => [outcome, why])).toEqual([
    ['not yet', 'needs the journal'],
    ['not applicable', 'the spec has no market.fetchTickers'],
  ]);
});

test('a failure is a result with the error', async () => {
  const { outcome, error } = await resultOf(failing);
  expect([outcome, error]).toEqual(['failed', new Error('events: expected 1, found 2\nand more')]);
});

test('the table has a row per case, with the first line of the reason, and a line of counts', async () => {
  const noted = { ...caseOf('gap-stop', 'runs'), note: 'more than the source asks' };
  const results = [];
  for (const one of [noted, failing, caseOf('2', { notYet: 'needs the journal' })]) results.push(await resultOf(one));
  expect(printConformance(results)).toBe(
    [
      'gap-stop  passed   title of gap-stop [more than the source asks]',
      '17        failed   title of 17 (events: expected 1, found 2)',
      '2         not yet  title of 2 (needs the journal)',
      'conformance: 1 passed, 1 not yet, 0 not applicable, 1 failed of 3',
    ].join('\n'),
  );
});
