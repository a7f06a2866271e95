const leastOfVenues = { actions: 60, struck: 40, kinds: 60 };
/** With fewer seeds chance may leave a kind out. */
const manySeeds = 100;

/** What a run of seeds comes to, and what it lacks to count as one. */
export function summarize(results, count, required = leastOfVenues) {
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  const struck = results.flatMap(({ faults }) => faults).filter(({ strikes }) => strikes > 0);
  const kinds = new Set(struck.map(({ id }) => id)).size;
  const least = leastOf(results);
  const problems = [
    ...(results.length === count ? [] : [`${count - results.length} seeds were not run: a worker ended early`]),
    ...(least.struck >= required.struck || violations > 0
      ? []
      : [`in seed ${least.seed} only ${least.struck} faults struck, ${required.struck} must`]),
    ...(least.actions >= required.actions
      ? []
      : [`a seed has only ${least.actions} actions, it must have ${required.actions}`]),
    ...(kinds >= required.kinds || results.length < manySeeds
      ? []
      : [`only ${kinds} kinds of faults struck, ${required.kinds} must`]),
  ];
  return { struck: struck.length, kinds, violations, problems };
}

const struckIn = ({ faults }) => faults.filter(({ strikes }) => strikes > 0).length;

function leastOf(results) {
  const struck = Math.min(...results.map(struckIn));
  return {
    struck,
    seed: results.find((result) => struckIn(result) === struck)?.seed,
    actions: Math.min(...results.map(({ actions }) => actions)),
  };
}

/** How often each kind of fault was planned, struck and mattered, and what a seed is like. */
export function printTable(results) {
  const rows = new Map();
  for (const { id, strikes, mattered } of results.flatMap(({ faults }) => faults)) {
    const row = rows.get(id) ?? { planned: 0, struck: 0, times: 0, left: 0, mattered: 0 };
    row.planned += 1;
    row.struck += strikes > 0 ? 1 : 0;
    row.times += strikes;
    row.left += mattered === undefined ? 0 : 1;
    row.mattered += mattered === true ? 1 : 0;
    rows.set(id, row);
  }
  console.log('fault   planned  struck   times  mattered of those left out');
  for (const [id, row] of [...rows].sort()) {
    const counts = [row.planned, row.struck, row.times].map((count) => String(count).padStart(8)).join('');
    console.log(`${id.padEnd(7)}${counts}  ${row.mattered} of ${row.left}`);
  }
  const least = leastOf(results);
  const mean = (pick) =>
    (results.reduce((sum, result) => sum + pick(result), 0) / Math.max(1, results.length)).toFixed(1);
  const counts = Object.keys(results[0]?.counts ?? {}).map((name) => `${mean((of) => of.counts[name])} ${name}`);
  console.log(
    `a seed has at least ${least.actions} actions, at least ${least.struck} faults that struck and ${mean(struckIn)} on average;`,
  );
  console.log(`on average ${counts.join(', ')}`);
}

export function printFailures(results) {
  for (const { seed, violations, file } of results) {
    const [first] = violations;
    if (first === undefined) continue;
    const oracles = [...new Set(violations.map(({ oracle }) => oracle))].join(' ');
    console.log(`seed ${seed}: ${oracles}; at ${(first.at / 1_000).toFixed(3)} s ${first.oracle} ${first.what}`);
    if (file !== undefined) console.log(`  made small: ${file}`);
  }
}
