import { createFlow } from '../feeds/flow.mjs';
import { digestOfFlow } from '../harness/digest.mjs';
import { interleave } from '../harness/interleave.mjs';
import { flowOf } from './memory-variants.mjs';

const variants = new URL('memory-variants.mjs', import.meta.url).href;

/** What many books take, beside ccxt's. */
export async function memory({ quick }) {
  const [books, levels] = [quick ? 200 : 2_000, 1_000];
  const samples = await interleave(variants, ['ours', 'ccxt'], {
    rounds: 1,
    warmUps: 0,
    parameters: { books, levels },
    state: digestOfFlow(createFlow(flowOf(levels)).snapshot),
  });
  const [ours, theirs] = ['ours', 'ccxt'].map((name) => samples.get(name).figures);
  const label = `${books} books of ${levels} levels a side`;
  return [
    { what: `${label}: live`, figure: ours.books, unit: '', kind: 'count', atLeast: books },
    {
      what: `${label}: of them and their markets, in a form of their own`,
      figure: ours.unlike,
      unit: '',
      kind: 'count',
      atMost: 0,
    },
    { what: `${label}: in use`, figure: ours.bytes / 2 ** 20, unit: 'MiB', kind: 'size' },
    { what: `${label}: beside ccxt`, figure: ours.bytes / theirs.bytes, unit: 'x', kind: 'size', atMost: 0.3 },
  ];
}
