// Runs seeds over a copy of the packages until an oracle complains; mutants.mjs starts it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { serve } from './worker.mjs';

serve(work);

async function work({ root, fixture: path, seeds }) {
  const load = (file) => import(pathToFileURL(join(root, file)).href);
  const { generate, runPlan } = await load('packages/testkit/dist/index.js');
  const { fixture } = await load(path);
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations } = await runPlan(generate(seed), { fixture });
    const [first] = violations;
    if (first === undefined) continue;
    process.send({ seed, oracle: first.oracle, what: first.what });
    return;
  }
  process.send({ problem: `not found in ${seeds} seeds` });
}
