import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { exists, load, readJson, root, testkit } from './workspace.mjs';

/** Runs one seed and says what was wrong; with `timeline`, all that happened. */
export async function showSeed(connector, seed, timeline) {
  if (connector.chain !== undefined) return showChainSeed(connector, seed, timeline);
  const { runSeed, struckOf, toTimeline } = await testkit();
  const { fixture } = await load(connector.fixture);
  const result = await runSeed(seed, { fixture, keepLines: timeline });
  if (timeline) console.log(toTimeline(result));
  for (const { oracle, what } of result.violations) console.log(`${oracle} ${what}`);
  const kinds = new Set(result.plan.faults.filter((_, index) => result.strikes[index] > 0).map(({ id }) => id)).size;
  console.log(
    `sim ${connector.id}: 1 seeds, ${result.violations.length} violations, ${struckOf(result)} faults struck, ${kinds} kinds, trace ${result.hash}`,
  );
  return result.violations.length === 0;
}

async function showChainSeed({ id, chain }, seed, timeline) {
  const { runSeed } = await load(chain);
  const { lines, violations, strikes, hash } = await runSeed(seed, { keepLines: timeline });
  for (const line of timeline ? lines : []) console.log(line);
  for (const { oracle, what } of violations) console.log(`${oracle} ${what}`);
  const struck = strikes.filter((times) => times > 0).length;
  console.log(`sim ${id}: 1 seeds, ${violations.length} violations, ${struck} faults struck, trace ${hash}`);
  return violations.length === 0;
}

/** How a regression of a connector is run again. */
async function replayer(connector) {
  if (connector.chain !== undefined) {
    const { runSeed } = await load(connector.chain);
    return ({ seed }) => runSeed(seed);
  }
  const { readRegression, runPlan } = await testkit();
  const { fixture } = await load(connector.fixture);
  return (json) => runPlan(readRegression(json).plan, { fixture });
}

/** Runs everything that failed once. */
export async function replayRegressions(connector) {
  const replay = await replayer(connector);
  const folder = `${connector.folder}/simulation/regressions`;
  const files = exists(folder) ? readdirSync(join(root, folder)) : [];
  let failed = 0;
  for (const file of files) {
    const { violations } = await replay(readJson(`${folder}/${file}`));
    failed += violations.length > 0 ? 1 : 0;
    for (const { oracle, what } of violations) console.log(`${folder}/${file}: ${oracle} ${what}`);
  }
  console.log(`${connector.id}: ${files.length - failed} of ${files.length} regressions hold`);
  return failed === 0;
}

const mostSeeds = 400;

/** Each planted bug must be found, be made small, fail as a file, and pass once it is taken out again. */
export async function selfTest(connector) {
  if (connector.chain !== undefined) {
    console.log(`sim ${connector.id}: its planted bugs are in its tests`);
    return true;
  }
  const { createConnector } = await load('packages/core/dist/index.js');
  const { defects, readRegression, runPlan, sizeOf } = await testkit();
  const { fixture } = await load(connector.fixture);
  let proved = 0;
  for (const defect of defects) {
    const connect = (spec, given) => createConnector(defect.plant(spec), given);
    const found = await find(fixture, connect);
    if (found === undefined) {
      console.log(`${defect.name}: not found in ${mostSeeds} seeds`);
      continue;
    }
    const path = save('reports/simulation/self-test', defect.name, found.regression);
    const { plan, oracle } = readRegression(found.regression);
    const replay = async (given) => (await runPlan(plan, { fixture, ...given })).violations.map((each) => each.oracle);
    const [before, after] = [await replay({ connect }), await replay({})];
    const isProved = before.includes(oracle) && after.length === 0 && sizeOf(plan) <= 10;
    proved += isProved ? 1 : 0;
    console.log(
      `${defect.name}: ${oracle} at seed ${found.seed}, shrunk to ${sizeOf(plan)} events in ${(found.ms / 1_000).toFixed(1)} s, ` +
        `${before.includes(oracle) ? 'fails' : 'PASSES'} with it, ${after.length === 0 ? 'passes' : 'FAILS'} without: ${path}`,
    );
  }
  console.log(`sim ${connector.id} self-test: ${proved} of ${defects.length} planted bugs found, shrunk and replayed`);
  return proved === defects.length;
}

async function find(fixture, connect) {
  const { runSeed, toRegression } = await testkit();
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const result = await runSeed(seed, { fixture, connect });
    if (result.violations.length === 0) continue;
    const started = performance.now();
    const regression = await toRegression(result, { fixture, connect });
    return { seed, regression, ms: performance.now() - started };
  }
  return undefined;
}

/** Writes a regression file and returns its path from the root. */
export function save(folder, name, regression) {
  mkdirSync(join(root, folder), { recursive: true });
  const path = `${folder}/${name}.json`;
  writeFileSync(join(root, path), `${JSON.stringify(regression, undefined, 2)}\n`);
  return path;
}
