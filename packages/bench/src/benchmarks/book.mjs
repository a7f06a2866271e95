import { createFlow } from '../feeds/flow.mjs';
import { depthOf } from '../feeds/wire-forms.mjs';
import { digestOfFlow } from '../harness/digest.mjs';
import { compare, interleave } from '../harness/interleave.mjs';

const variants = new URL('book-variants.mjs', import.meta.url).href;

/** Binance's form, which peers have a book for. */
const flows = [
  { levels: 1_000, changes: 5, where: 'near' },
  { levels: 1_000, changes: 20, where: 'near' },
  { levels: 1_000, changes: 20, where: 'uniform' },
  { levels: 5_000, changes: 20, where: 'near' },
];
const atMost = { near: 0.5, uniform: 0.65 };
const atLeast = { 1_000: 10, 5_000: 25 };

/** The forms of other venues, beside parsing alone. */
const others = ['binance_perpetual', 'gate_io', 'kucoin', 'okx', 'hyperliquid_perpetual'];

/** From the bytes of a frame to the best prices: through a whole connector, beside decoding alone and beside peers. */
export async function book({ quick }) {
  const rows = [];
  for (const flow of quick ? flows.slice(1, 2) : flows) rows.push(...(await measure(flow, quick)));
  for (const id of quick ? ['gate_io'] : others) rows.push(...(await measureForm(id, quick)));
  return rows;
}

/** Beside parsing first and then beside peers, who take so long that the next one finds the processor's caches cold. */
async function measure(flow, quick) {
  const isShort = quick || flow.levels > 1_000;
  const samples = await play('binance', ['ours', 'JSON.parse'], { ...flow, quick });
  const { ours, 'JSON.parse': parsing } = compare(samples, 'ours');
  const names = ['ccxt', ...(isShort ? [] : ['tardis-dev', 'Map'])];
  const peers = compare(await play('binance', ['ours', ...names], { ...flow, quick }), 'ours');
  const label = `${flow.levels} levels, ${flow.changes} changes, ${flow.where}`;
  const { reads } = samples.get('ours').figures;
  return [
    ...besideParsing(label, parsing, atMost[flow.where]),
    ...names.map((name) => besidePeer(label, name, peers[name], flow)),
    ...[...ofOurs(label, ours, samples), allocation(label, samples)],
    { what: `${label}: 20 levels a side and six walks`, figure: reads.ns / 1_000, unit: 'µs', kind: 'time' },
    { what: `${label}: allocated for these reads`, figure: reads.bytes, unit: 'bytes', kind: 'count', atMost: 8 },
  ];
}

/** Where a venue sends whole books, all of one is read and a book made of it each time, and no part of that is one change. */
async function measureForm(id, quick) {
  const isWhole = depthOf(id) < Infinity;
  const levels = isWhole ? 100 : 1_000;
  const samples = await play(id, ['ours', 'JSON.parse'], { levels, changes: 20, where: 'near', quick });
  const { ours, 'JSON.parse': parsing } = compare(samples, 'ours');
  const label = isWhole ? `${id}, whole books of ${depthOf(id)} levels` : `${id}, ${levels} levels, 20 changes, near`;
  const beside = besideParsing(label, parsing, isWhole ? undefined : atMost.near);
  return [...beside.slice(0, 1), ...ofOurs(label, ours, samples), ...(isWhole ? [] : [allocation(label, samples)])];
}

function play(id, names, { quick, ...flow }) {
  const parameters = { id, ...flow, updates: Math.round((quick ? 10_000 : 40_000) / flow.changes), seed: 1 };
  const state = digestOfFlow(createFlow(parameters).end, depthOf(id));
  return interleave(variants, names, { rounds: quick ? 3 : 15, warmUps: quick ? 3 : 6, parameters, state });
}

/** A busy machine hurts whoever makes objects most, so that the best rounds of both are the harder test. */
function besideParsing(label, { ratio, best }, most) {
  const target = { unit: 'x', kind: 'time', ...(most !== undefined && { atMost: most }) };
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

function ofOurs(label, { median }, samples) {
  const { fellBack } = samples.get('ours').figures;
  return [
    { what: `${label}: one update`, figure: median / 1_000, unit: 'µs', kind: 'time' },
    { what: `${label}: frames left to the decoder`, figure: fellBack, unit: '', kind: 'count', atMost: 0 },
  ];
}

function allocation(label, samples) {
  const { bytes } = samples.get('ours').figures;
  return { what: `${label}: allocated for an update`, figure: bytes, unit: 'bytes', kind: 'count', atMost: 128 };
}
