import { compareDecoders } from '../fuzz/differential.mjs';

/** Documents that hold the lossless decoder against JSON.parse, and every `scan` against decoding and parsing. */
export async function decoders({ quick, documents }) {
  // Most documents are refused, and nobody reads the stacks.
  Error.stackTraceLimit = 0;
  const count = documents ?? (quick ? 20_000 : 200_000);
  const { scanned, valid } = compareDecoders({ seed: 1, count });
  return [
    { what: 'documents compared, no difference', figure: count, unit: '', kind: 'count', atLeast: count },
    { what: 'of them JSON', figure: (100 * valid) / count, unit: '%', kind: 'time' },
    { what: 'of them scanned', figure: (100 * scanned) / count, unit: '%', kind: 'time' },
  ];
}
