// Runs scenarios on sockets, some side by side; chaos.mjs starts it and says which.
import { serve } from './worker.mjs';
import { load, testkit } from './workspace.mjs';

serve(work);

/** When timers were later than this, the machine was too busy for the run to prove anything. */
const tooLateMs = 300;
const mostTries = 3;

async function work({ jobs, sideBySide }) {
  const { generate, runOnSockets, runPlan, struckOf } = await testkit();
  const fixtures = new Map();
  for (const { connector } of jobs) {
    if (fixtures.has(connector.id)) continue;
    const { fixture } = await load(connector.fixture);
    fixtures.set(connector.id, fixture);
    // Compiled code is fast code: nothing is to be slow for the first time when time is real.
    for (const seed of [1, 2, 3]) await runPlan(generate(seed), { fixture });
  }
  const run = async ({ connector, seed }) => {
    let result = await runOnSockets({ fixture: fixtures.get(connector.id), seed });
    for (let tries = 1; tries < mostTries && result.violations.length > 0 && result.latestMs > tooLateMs; tries += 1) {
      result = await runOnSockets({ fixture: fixtures.get(connector.id), seed });
    }
    const { violations, troubles, latestMs, counts } = result;
    const told = { id: connector.id, seed, violations, latestMs, orders: counts.accepted, fills: counts.fills };
    process.send({ ...told, troubles: troubles.length, struck: struckOf(result) });
  };
  const lane = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await run(job);
  };
  await Promise.all(Array.from({ length: sideBySide }, lane));
}
