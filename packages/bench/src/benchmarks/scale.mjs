import { createFlow } from '../feeds/flow.mjs';
import { digestOfFlow } from '../harness/digest.mjs';
import { compare, interleave } from '../harness/interleave.mjs';
import { flowOf } from './scale-variants.mjs';

const variants = new URL('scale-variants.mjs', import.meta.url).href;

/** What one update costs as the number of markets grows; each goes to a market at random. */
export async function scale({ quick }) {
  const names = quick ? ['1 market', '100 markets'] : ['1 market', '100 markets', '2000 markets'];
  const parameters = { levels: quick ? 200 : 1_000 };
  const samples = await interleave(variants, names, {
    ...{ rounds: quick ? 3 : 7, parameters },
    state: digestOfFlow(createFlow(flowOf(parameters.levels)).end),
  });
  const figures = compare(samples, '1 market');
  const gaps = names.reduce((sum, name) => sum + samples.get(name).figures.gaps, 0);
  return [
    ...names.map((name) => ({
      what: `one update, ${name}`,
      figure: figures[name].median / 1_000,
      unit: 'µs',
      kind: 'time',
    })),
    ...names
      .slice(1)
      .map((name) => ({ what: `${name} beside one`, figure: figures[name].ratio, unit: 'x', kind: 'time' })),
    {
      ...{ what: `updates a second at which one core is full, ${names.at(-1)}`, unit: '', kind: 'time' },
      figure: Math.round(1e9 / figures[names.at(-1)].median),
    },
    { what: 'gaps', figure: gaps, unit: '', kind: 'count', atMost: 0 },
  ];
}
