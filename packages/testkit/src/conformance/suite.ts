import type { CaseDefinition, CaseStatus, ConformanceCase } from './case.js';
import { accountCases, accountStreamCases } from './cases/account.js';
import { answerCases } from './cases/answers.js';
import { bookCases } from './cases/book.js';
import { changeCases } from './cases/change.js';
import { extraCases } from './cases/extras.js';
import { inputCases } from './cases/input.js';
import { lifecycleCases } from './cases/lifecycle.js';
import { lostCases } from './cases/lost.js';
import { marketCases } from './cases/markets.js';
import { placingCases } from './cases/placing.js';
import { streamCases } from './cases/streams.js';
import { transportCases } from './cases/transport.js';
import type { SpotFixture } from './fixture.js';
import { viewSpec, type SpecView } from './observe-spec.js';
import { runCase } from './run-case.js';
import type { Connect } from './stage.js';
import { createWorld } from './world.js';

const definitions: readonly CaseDefinition[] = [
  ...marketCases,
  ...placingCases,
  ...accountCases,
  ...accountStreamCases,
  ...lostCases,
  ...bookCases,
  ...streamCases,
  ...transportCases,
  ...changeCases,
  ...lifecycleCases,
  ...extraCases,
  ...inputCases,
  ...answerCases,
];

/** How the connector under test is made. */
export type SuiteOptions<O, C, W> = {
  /** Makes the connector under test; `createConnector` when left out. A planted defect goes here, to show that a case can fail. */
  readonly connect?: Connect<O, C, W>;
};

/**
 * What every spot connector must do, as cases to run: the 39 standard ones of Hummingbot, what those leave out, and bad input.
 * Each runs by itself, in a world without sockets and under a virtual clock.
 */
export function spotCases<O, C, W>(
  fixture: SpotFixture<O, C, W>,
  options: SuiteOptions<O, C, W> = {},
): readonly ConformanceCase[] {
  const spec = viewSpec(fixture.spec);
  return definitions.map((definition) => {
    const { id, title, source, note } = definition;
    const status = statusOf(definition, spec);
    return {
      id,
      title,
      source,
      status,
      ...(note !== undefined && { note }),
      run: async () => {
        if (status !== 'runs') return;
        await runCase(definition, () => createWorld({ fixture, ...options }, definition.world));
      },
    };
  });
}

function statusOf({ notYet, lacks }: CaseDefinition, spec: SpecView): CaseStatus {
  const member = lacks?.(spec);
  if (member !== undefined) return { notApplicable: member };
  return notYet === undefined ? 'runs' : { notYet };
}
