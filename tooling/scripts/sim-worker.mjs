// Runs seeds of one connector in a process of its own; sim.mjs starts it and says which.
import { save } from './sim-single.mjs';
import { serve } from './worker.mjs';
import { load, testkit } from './workspace.mjs';

serve((job) => (job.connector.chain === undefined ? work(job) : workOnChain(job)));

// Shrinking takes a while, and the first failures tell most.
const mostShrunk = 2;

async function work({ connector, first, step, end, matter }) {
  const { runPlan, runSeed, toRegression } = await testkit();
  const { fixture } = await load(connector.fixture);
  let shrunk = 0;
  for (let seed = first; seed < end; seed += step) {
    const before = process.cpuUsage();
    const result = await runSeed(seed, { fixture });
    const { user, system } = process.cpuUsage(before);
    const { plan, hash, counts } = result;
    const faults = plan.faults.map(({ id }, index) => ({ id, strikes: result.strikes[index] }));
    const violations = [...result.violations];
    if (matter > 0 && seed % matter === 0) {
      const again = await runPlan(plan, { fixture });
      if (again.hash !== hash)
        violations.push({ oracle: 'RPL', at: 0, what: `another run gave ${again.hash}, not ${hash}` });
      await leaveOneOut({ runPlan, fixture, result, faults });
    }
    let file;
    if (result.violations.length > 0 && shrunk < mostShrunk) {
      shrunk += 1;
      const regression = await toRegression(result, { fixture });
      file = save(
        `${connector.folder}/simulation/regressions`,
        `seed-${seed}-${regression.oracle.toLowerCase()}`,
        regression,
      );
    }
    const told = { seed, violations, hash, counts, actions: plan.actions.length, faults, file };
    process.send({ ...told, cpuMs: (user + system) / 1_000 });
  }
}

/** What fails is kept as its seed: a chain's plan is drawn from nothing else. */
async function workOnChain({ connector, first, step, end, matter }) {
  const { runSeed } = await load(connector.chain);
  for (let seed = first; seed < end; seed += step) {
    const before = process.cpuUsage();
    const { plan, hash, counts, strikes, violations } = await runSeed(seed);
    const { user, system } = process.cpuUsage(before);
    const faults = plan.faults.map(({ id }, index) => ({ id, strikes: strikes[index] }));
    if (matter > 0 && seed % matter === 0) {
      const again = await runSeed(seed);
      if (again.hash !== hash)
        violations.push({ oracle: 'RPL', at: 0, what: `another run gave ${again.hash}, not ${hash}` });
    }
    const [failed] = violations;
    const name = `seed-${seed}-${failed?.oracle.toLowerCase()}`;
    const file =
      failed &&
      save(`${connector.folder}/simulation/regressions`, name, { seed, oracle: failed.oracle, what: failed.what });
    const told = { seed, violations, hash, counts, actions: plan.actions.length, faults, file };
    process.send({ ...told, cpuMs: (user + system) / 1_000 });
  }
}

/** Runs a plan again without one of the faults that struck: it mattered if the script was told something else. */
async function leaveOneOut({ runPlan, fixture, result, faults }) {
  const { plan, toldHash } = result;
  const struck = faults.map((_, index) => index).filter((index) => faults[index].strikes > 0);
  const index = struck[plan.seed % Math.max(1, struck.length)];
  if (index === undefined) return;
  const without = { ...plan, faults: plan.faults.filter((_, at) => at !== index) };
  faults[index].mattered = (await runPlan(without, { fixture })).toldHash !== toldHash;
}
