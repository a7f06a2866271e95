import { createFlow } from '../feeds/flow.mjs';
import { toWire } from '../feeds/wire-forms.mjs';
import { compareDecoders, connectors, countDeclined } from '../fuzz/differential.mjs';

const flows = [
  { levels: 200, updates: 2_000, changes: 10, where: 'near', seed: 7 },
  { levels: 200, updates: 500, changes: 40, where: 'uniform', seed: 8 },
];

/**
 * Documents that hold the lossless decoder against JSON.parse, and every `scan` against decoding and parsing;
 * and how many frames of each venue its `scan` leaves to the decoder.
 */
export async function decoders({ quick, documents, seed = 1 }) {
  // Most documents are refused, and nobody reads the stacks.
  Error.stackTraceLimit = 0;
  const count = documents ?? (quick ? 20_000 : 200_000);
  const { scanned, valid } = compareDecoders({ seed, count });
  return [
    { what: 'documents compared, no difference', figure: count, unit: '', kind: 'count', atLeast: count },
    { what: 'of them JSON', figure: (100 * valid) / count, unit: '%', kind: 'time' },
    { what: 'of them scanned', figure: (100 * scanned) / count, unit: '%', kind: 'time' },
    ...[...connectors.values()].map(leftToDecoder),
  ];
}

function leftToDecoder({ id, market }) {
  const frames = flows.flatMap((flow) => toWire(id, createFlow(flow)).frames);
  const declined = countDeclined(market.feed.streams.public, frames);
  const what = `${id}: of ${frames.length} frames, left to the decoder`;
  return { what, figure: declined, unit: '', kind: 'count', atMost: 0 };
}
