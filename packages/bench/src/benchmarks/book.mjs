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
  const times = Object.entries(peers).flatMap(([name, figures]) =>
    name === 'JSON.parse'
      ? besideParsing(label, figures, atMost[flow.where])
      : [besidePeer(label, name, figures, flow)],
  );
  return [
    ...times,
    { what: `${label}: one update`, figure: ours.median / 1_000, unit: 'µs', kind: 'time' },
    { what: `${label}: frames left to the decoder`, figure: fellBack, unit: '', kind: 'count', atMost: 0 },
    { what: `${label}: allocated for an update`, figure: bytes, unit: 'bytes', kind: 'count', atMost: 128 },
  ];
}

/** A busy machine hurts whoever makes objects most, so that the best rounds of both are the harder test. */
function besideParsing(label, { ratio, best }, most) {
  const target = { unit: 'x', kind: 'time', atMost: most };
  return [
    { what: `${label}: beside JSON.parse alone`, figure: 1 / ratio, ...target },
    { what: `${label}: the same, best rounds`, figure: 1 / best, ...target },
  ];
}

function besidePeer(label, name, { ratio }, { levels, where }) {
  const isGate = name === 'ccxt' && where === 'near';
  return {
    ...{ what: `${label}: ${name} takes`, figure: ratio, unit: 'x as long', kind: 'time' },
    ...(isGate && { atLeast: atLeast[levels] }),
  };
}
