import type { ConformanceCase, ConformanceResult } from './case.js';
import type { PerpetualFixture, SpotFixture } from './fixture.js';
import { printConformance, resultOf } from './results.js';
import { perpetualCases, spotCases } from './suite.js';

/** The functions of a test framework, such as vitest's. Tests must run in the order in which they are named. */
export type TestFramework = {
  readonly test: (name: string, run: () => Promise<void> | void) => void;
  readonly describe: (name: string, define: () => void) => void;
  /** Where the table goes. */
  readonly print: (table: string) => void;
};

/** Names a test for every case that runs, and a last one that prints a table of all cases, those that do not run too. */
export function testSpotConnector<O, C, W>(fixture: SpotFixture<O, C, W>, framework: TestFramework): void {
  testCases(fixture.spec.id, spotCases(fixture), framework);
}

/** As `testSpotConnector`, of a perpetual connector. */
export function testPerpetualConnector<O, C, W>(fixture: PerpetualFixture<O, C, W>, framework: TestFramework): void {
  testCases(fixture.spec.id, perpetualCases(fixture), framework);
}

function testCases(id: string, cases: readonly ConformanceCase[], { test, describe, print }: TestFramework): void {
  const results: ConformanceResult[] = [];
  describe(`${id} conforms`, () => {
    for (const one of cases) {
      if (one.status !== 'runs') continue;
      test(`${one.id}: ${one.title}`, async () => {
        const result = await resultOf(one);
        results.push(result);
        if (result.outcome === 'failed') throw result.error;
      });
    }
    test('every case has a row', async () => {
      const byCase = new Map(results.map((result) => [result.case, result]));
      const rows: ConformanceResult[] = [];
      for (const one of cases) rows.push(byCase.get(one) ?? (await resultOf(one)));
      print(printConformance(rows));
    });
  });
}
