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
  const { defects, proveDefect, runSeed, sizeOf } = await testkit();
  const { fixture } = await load(connector.fixture);
  let proved = 0;
  for (const defect of defects) {
    const started = performance.now();
    const proof = await proveDefect(defect, fixture, { most: mostSeeds, run: runSeed });
    if (proof === undefined) {
      console.log(`${defect.name}: not found in ${mostSeeds} seeds`);
      continue;
    }
    const { seed, regression, before, after } = proof;
    const path = save('reports/simulation/self-test', defect.name, regression);
    const size = sizeOf(regression.plan);
    const [fails, passes] = [before.includes(regression.oracle), after.length === 0];
    proved += fails && passes && size <= 10 ? 1 : 0;
    console.log(
      `${defect.name}: ${regression.oracle} at seed ${seed}, shrunk to ${size} events, ` +
        `${fails ? 'fails' : 'PASSES'} with it, ${passes ? 'passes' : 'FAILS'} without: ${path}, ` +
        `after ${((performance.now() - started) / 1_000).toFixed(1)} s`,
    );
  }
  console.log(`sim ${connector.id} self-test: ${proved} of ${defects.length} planted bugs found, shrunk and replayed`);
  return proved === defects.length;
}

/** Writes a regression file and returns its path from the root. */
export function save(folder, name, regression) {
  mkdirSync(join(root, folder), { recursive: true });
  const path = `${folder}/${name}.json`;
  writeFileSync(join(root, path), `${JSON.stringify(regression, undefined, 2)}\n`);
  return path;
}
