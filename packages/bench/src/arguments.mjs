import { parseArgs } from 'node:util';

import { benchmarks } from './benchmarks/index.mjs';

export const usage = `npm run bench -- <${Object.keys(benchmarks).join('|')}|all> [...] [--quick]
  --quick      a minute for all of them: enough for counts, allocations and detections; times and sizes are only shown
  --documents  how many the decoders are compared on
  --seed       of these documents; 1 when left out`;

const options = {
  quick: { type: 'boolean', default: false },
  documents: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** Which benchmarks a command line asks for, and how; `problem` says why it cannot be followed. */
export function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help) return { help: true };
    return { names: toNames(positionals), how: toOptions(values) };
  } catch (error) {
    return { problem: error.message.split('. ')[0] };
  }
}

function toNames(given) {
  if (given.length === 0) throw new Error('no benchmark is named');
  const unknown = given.filter((name) => name !== 'all' && !Object.hasOwn(benchmarks, name));
  if (unknown.length > 0) throw new Error(`no benchmark named ${unknown.join(', ')}`);
  return given.includes('all') ? Object.keys(benchmarks) : given;
}

function toOptions({ quick, documents, seed }) {
  const numbers = Object.entries({ documents, seed }).filter(([, text]) => text !== undefined);
  const odd = numbers.find(([, text]) => !/^\d{1,9}$/.test(text));
  if (odd !== undefined) throw new Error(`--${odd[0]} is a whole number, not ${odd[1]}`);
  return { quick, ...Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])) };
}
