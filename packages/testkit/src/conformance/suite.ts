import type { PerpetualSpec, SpotSpec } from '@hb/connector-core';

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
import { perpetualAccountCases } from './cases/perpetual-account.js';
import { perpetualOrderCases } from './cases/perpetual-orders.js';
import { placingCases } from './cases/placing.js';
import { streamCases } from './cases/streams.js';
import { transportCases } from './cases/transport.js';
import type { PerpetualFixture, SpotFixture, TestedSpec } from './fixture.js';
import { observePerpetual, observeSpot, viewSpec, type SpecObserver, type SpecView } from './observe-spec.js';
import { runCase } from './run-case.js';
import type { Connect, StageParts } from './stage.js';
import { createWorld } from './world.js';

const spotDefinitions: readonly CaseDefinition[] = [
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

const perpetualDefinitions: readonly CaseDefinition[] = [
  ...spotDefinitions,
  ...perpetualOrderCases,
  ...perpetualAccountCases,
];

/** How the connector under test is made. */
export type SuiteOptions<O, C, W, Spec = SpotSpec<O, C, W>> = {
  /** Makes the connector under test; `createConnector` when left out. A planted defect goes here, to show that a case can fail. */
  readonly connect?: Connect<O, C, W, Spec>;
};

/**
 * What every spot connector must do, as cases to run: the 39 standard ones of Hummingbot, what those leave out, and bad input.
 * Each runs by itself, in a world without sockets and under a virtual clock.
 */
export function spotCases<O, C, W>(
  fixture: SpotFixture<O, C, W>,
  options: SuiteOptions<O, C, W> = {},
): readonly ConformanceCase[] {
  const observe = (on: SpecObserver) => observeSpot(fixture.spec, on);
  return toCases<O, C, W, SpotSpec<O, C, W>>(spotDefinitions, { fixture, observe, ...options });
}

/** What every perpetual connector must do: all that a spot connector must, in one-way mode, and Hummingbot's 16 cases on top. */
export function perpetualCases<O, C, W>(
  fixture: PerpetualFixture<O, C, W>,
  options: SuiteOptions<O, C, W, PerpetualSpec<O, C, W>> = {},
): readonly ConformanceCase[] {
  const observe = (on: SpecObserver) => observePerpetual(fixture.spec, on);
  return toCases<O, C, W, PerpetualSpec<O, C, W>>(perpetualDefinitions, { fixture, observe, ...options });
}

function toCases<O, C, W, Spec extends TestedSpec<O, C, W>>(
  definitions: readonly CaseDefinition[],
  parts: StageParts<O, C, W, Spec>,
): readonly ConformanceCase[] {
  const spec = viewSpec<O, C, W>(parts.fixture.spec);
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
        await runCase(definition, () => createWorld<O, C, W, Spec>(parts, definition.world));
      },
    };
  });
}

function statusOf({ notYet, lacks }: CaseDefinition, spec: SpecView): CaseStatus {
  const member = lacks?.(spec);
  if (member !== undefined) return { notApplicable: member };
  return notYet === undefined ? 'runs' : { notYet };
}
