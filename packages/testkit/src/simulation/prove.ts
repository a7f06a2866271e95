import { createConnector } from '@hb/connector-core';

import type { Defect } from './defects.js';
import type { AnySimulationFixture } from './fixture.js';
import { generate, type Scale } from './generate.js';
import type { OracleId, Violation } from './history.js';
import { toRegression, type Regression } from './regression.js';
import { runPlan, type RunOptions, type RunResult } from './run.js';
import { toTimeline } from './timeline.js';

/** What runs of seeds from 1 on showed when each was run twice. */
export type Repeated = {
  readonly violations: readonly Violation[];
  /** Seeds whose second run was another. */
  readonly unlike: readonly number[];
  /** How many of the runs were like no other. */
  readonly different: number;
};

/** Runs the seeds from 1 to `seeds` twice each: a run is fixed by its seed, and another one goes another way. */
export async function repeatSeeds<O, C, W>(
  seeds: number,
  scale: Scale,
  options: RunOptions<O, C, W>,
): Promise<Repeated> {
  const results: RunResult[] = [];
  const unlike: number[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = await runPlan(generate(seed, scale), options);
    const again = await runPlan(generate(seed, scale), options);
    if (again.hash !== result.hash) unlike.push(seed);
    results.push(result);
  }
  const different = new Set(results.map(({ hash }) => hash)).size;
  return { violations: results.flatMap(({ violations }) => violations), unlike, different };
}

/** Where to look for a failure: seeds from 1 to `most`, each run by `run`. */
export type Search<O, C, W> = {
  readonly most: number;
  readonly run: (seed: number, options: RunOptions<O, C, W>) => Promise<RunResult>;
};

/** The first run in which something did not hold; `undefined` when all held. */
export async function findFailure<O, C, W>(
  options: RunOptions<O, C, W>,
  { most, run }: Search<O, C, W>,
): Promise<RunResult | undefined> {
  for (let seed = 1; seed <= most; seed += 1) {
    const result = await run(seed, options);
    if (result.violations.length > 0) return result;
  }
  return undefined;
}

/** A planted bug that was found: made small, and run once more with it and without. */
export type Proof = {
  readonly seed: number;
  readonly regression: Regression;
  readonly before: readonly OracleId[];
  readonly after: readonly OracleId[];
  /** Of the run with the bug. */
  readonly timeline: string;
};

/** Looks for a planted bug; `undefined` when it is not found. */
export async function proveDefect<O, C, W>(
  { plant }: Defect,
  fixture: AnySimulationFixture<O, C, W>,
  search: Search<O, C, W>,
): Promise<Proof | undefined> {
  const options: RunOptions<O, C, W> = { fixture, connect: (spec, given) => createConnector(plant(spec), given) };
  const found = await findFailure(options, search);
  if (found === undefined) return undefined;
  const regression = await toRegression(found, options);
  const before = await runPlan(regression.plan, { ...options, keepLines: true });
  const after = await runPlan(regression.plan, { fixture });
  const oraclesOf = ({ violations }: RunResult) => violations.map(({ oracle }) => oracle);
  return {
    ...{ seed: found.plan.seed, regression, timeline: toTimeline(before) },
    ...{ before: oraclesOf(before), after: oraclesOf(after) },
  };
}
