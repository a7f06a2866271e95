import type { ConformanceCase, ConformanceResult } from './case.js';
import { whyNotApplicable } from './run-case.js';

/** Runs one case. Does not reject: a failure is a result. */
export async function resultOf(one: ConformanceCase): Promise<ConformanceResult> {
  if (one.status !== 'runs') return statusResult(one, one.status);
  try {
    await one.run();
    return { case: one, outcome: 'passed' };
  } catch (error) {
    const reason = whyNotApplicable(error);
    if (reason !== undefined) return { case: one, outcome: 'not applicable', why: reason };
    return { case: one, outcome: 'failed', error, why: error instanceof Error ? error.message : String(error) };
  }
}

/** A row per case and a line of counts; no case is left out. */
export function printConformance(results: readonly ConformanceResult[]): string {
  const width = (column: (result: ConformanceResult) => string): number =>
    Math.max(...results.map((result) => column(result).length));
  const [idWidth, outcomeWidth] = [width((result) => result.case.id), width(({ outcome }) => outcome)];
  const rows = results.map(({ case: { id, title, note }, outcome, why }) => {
    const reason = why === undefined ? '' : ` (${why.split('\n')[0] ?? ''})`;
    const remark = note === undefined ? '' : ` [${note}]`;
    return `${id.padEnd(idWidth)}  ${outcome.padEnd(outcomeWidth)}  ${title}${remark}${reason}`;
  });
  const counts = (['passed', 'not yet', 'not applicable', 'failed'] as const).map(
    (outcome) => `${results.filter((result) => result.outcome === outcome).length} ${outcome}`,
  );
  return [...rows, `conformance: ${counts.join(', ')} of ${results.length}`].join('\n');
}

function statusResult(one: ConformanceCase, status: Exclude<ConformanceCase['status'], 'runs'>): ConformanceResult {
  if ('notYet' in status) return { case: one, outcome: 'not yet', why: status.notYet };
  return { case: one, outcome: 'not applicable', why: `the spec has no ${status.notApplicable}` };
}
