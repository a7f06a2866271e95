import { generate, marginScale, standardScale, type Scale } from './generate.js';
import { runPlan, type RunOptions, type RunResult } from './run.js';

/** How many of its faults must strike for a seed to count. */
export const leastStruck = 40;

/** As many faults as are planned, one number after the other, until enough of them strike. The first ones stay the same. */
const planned = [108, 162, 243, 364] as const;

/** Runs the plan of a seed, with as many faults as it takes for `leastStruck` of them to strike. */
export async function runSeed<O, C, W>(
  seed: number,
  options: RunOptions<O, C, W>,
  scale: Scale = scaleOf(options),
): Promise<RunResult> {
  let result = await runPlan(generate(seed, { ...scale, faults: planned[0] }), options);
  for (const faults of planned.slice(1)) {
    if (result.violations.length > 0 || struckOf(result) >= leastStruck) break;
    result = await runPlan(generate(seed, { ...scale, faults }), options);
  }
  return result;
}

/** The standard scale of the venue's kind. */
function scaleOf<O, C, W>({ fixture }: RunOptions<O, C, W>): Scale {
  return fixture.spec.specVersion === 'perpetual/1' ? marginScale : standardScale;
}

/** How many of the planned faults struck at least once. */
export function struckOf({ strikes }: Pick<RunResult, 'strikes'>): number {
  return strikes.filter((times) => times > 0).length;
}
