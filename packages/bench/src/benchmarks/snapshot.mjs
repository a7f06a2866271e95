import { createFlow } from '../feeds/flow.mjs';
import { digestOfFlow } from '../harness/digest.mjs';
import { compare, interleave } from '../harness/interleave.mjs';

const variants = new URL('snapshot-variants.mjs', import.meta.url).href;

/** From the bytes of a snapshot to a live book: through a whole connector, beside decoding alone and beside ccxt. */
export async function snapshot({ quick }) {
  const levels = quick ? 1_000 : 5_000;
  const flow = { levels, updates: 0, changes: 1, where: 'near', seed: 1 };
  const samples = await interleave(variants, ['ours', 'JSON.parse', 'ccxt'], {
    rounds: quick ? 3 : 11,
    warmUps: 3,
    parameters: { ...flow, count: 20 },
    state: digestOfFlow(createFlow(flow).snapshot),
  });
  const { ours, ...peers } = compare(samples, 'ours');
  const label = `${levels} levels a side`;
  return [
    { what: `${label}: one snapshot`, figure: ours.median / 1_000, unit: 'µs', kind: 'time' },
    {
      ...{ what: `${label}: beside JSON.parse alone`, figure: 1 / peers['JSON.parse'].ratio, unit: 'x', kind: 'time' },
      atMost: 0.3,
    },
    { what: `${label}: ccxt takes`, figure: peers.ccxt.ratio, unit: 'x as long', kind: 'time' },
  ];
}
