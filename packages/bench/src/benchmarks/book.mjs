import { compare, interleave } from '../harness/interleave.mjs';

const variants = new URL('book-variants.mjs', import.meta.url).href;

const flows = [
  { levels: 1_000, changes: 5, where: 'near' },
  { levels: 1_000, changes: 20, where: 'near' },
  { levels: 1_000, changes: 20, where: 'uniform' },
  { levels: 5_000, changes: 20, where: 'near' },
];
const atMost = { near: 0.5, uniform: 0.65 };
const atLeast = { 1_000: 10, 5_000: 25 };

/** From the bytes of a frame to the best prices: through a whole connector, beside decoding alone and beside peers. */
export async function book({ quick }) {
  const rows = [];
  for (const flow of quick ? flows.slice(1, 2) : flows) rows.push(...(await measure(flow, quick)));
  return rows;
}

async function measure(flow, quick) {
  const isShort = quick || flow.levels > 1_000;
  const names = ['ours', 'JSON.parse', 'ccxt', ...(isShort ? [] : ['tardis-dev', 'Map'])];
  const parameters = { ...flow, updates: Math.round((quick ? 10_000 : 40_000) / flow.changes), seed: 1 };
  const samples = await interleave(variants, names, { rounds: quick ? 3 : 11, warmUps: 3, parameters });
  const { ours, ...peers } = compare(samples, 'ours');
  const label = `${flow.levels} levels, ${flow.changes} changes, ${flow.where}`;
  const { fellBack, bytes } = samples.get('ours').figures;
  const times = Object.entries(peers).map(([name, { ratio }]) =>
    name === 'JSON.parse'
      ? {
          what: `${label}: beside JSON.parse alone`,
          figure: 1 / ratio,
          unit: 'x',
          kind: 'time',
          atMost: atMost[flow.where],
        }
      : {
          ...{ what: `${label}: ${name} takes`, figure: ratio, unit: 'x as long', kind: 'time' },
          ...(name === 'ccxt' && flow.where === 'near' && { atLeast: atLeast[flow.levels] }),
        },
  );
  return [
    ...times,
    { what: `${label}: one update`, figure: ours.median / 1_000, unit: 'µs', kind: 'time' },
    { what: `${label}: frames left to the decoder`, figure: fellBack, unit: '', kind: 'count', atMost: 0 },
    { what: `${label}: allocated for an update`, figure: bytes, unit: 'bytes', kind: 'count', atMost: 128 },
  ];
}
