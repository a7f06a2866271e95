import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../results.json', import.meta.url));

/** Whether a figure reaches its target; a row without one is there to be read. */
export function isMet({ figure, atMost = Infinity, atLeast = -Infinity }) {
  return figure <= atMost && figure >= atLeast;
}

/** What fails a run: `kind: 'count'` must hold anywhere; a `time` depends on the machine and, like a `size`, is only shown. */
export function failing(rows) {
  return rows.filter((row) => row.kind === 'count' && !isMet(row));
}

/** Rows in columns, each figure beside its target. */
export function toTable(rows) {
  const lines = rows.map((row) => [row.benchmark, row.what, show(row.figure, row.unit), target(row), verdict(row)]);
  const all = [['benchmark', 'what', 'figure', 'target', ''], ...lines];
  const widths = all[0].map((_, column) => Math.max(...all.map((line) => line[column].length)));
  const text = all.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  return text.toSpliced(1, 0, widths.map((width) => '-'.repeat(width)).join('  ')).join('\n');
}

/** Puts the figures in place of those that the same benchmarks had before, with the machine they were measured on. Returns all. */
export function writeResults(rows) {
  const fresh = rows.map((row) => ({ ...row, figure: Number(row.figure.toPrecision(4)), machine: machine() }));
  const isAgain = (old) => fresh.some(({ benchmark }) => benchmark === old.benchmark);
  const kept = read().filter((old) => !isAgain(old));
  const sorted = [...kept, ...fresh].sort((one, other) =>
    one.benchmark < other.benchmark ? -1 : +(one.benchmark > other.benchmark),
  );
  mkdirSync(new URL('.', import.meta.url), { recursive: true });
  writeFileSync(path, `${JSON.stringify(sorted, undefined, 2)}\n`);
  return sorted;
}

function read() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function machine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${memory} GiB, node ${process.versions.node}`;
}

function show(figure, unit = '') {
  const text = Number.isInteger(figure) ? String(figure) : figure.toPrecision(3);
  return `${text} ${unit}`.trimEnd();
}

function target({ atMost, atLeast, unit }) {
  if (atMost !== undefined) return `≤ ${show(atMost, unit)}`;
  return atLeast === undefined ? '' : `≥ ${show(atLeast, unit)}`;
}

function verdict(row) {
  if (row.atMost === undefined && row.atLeast === undefined) return '';
  return isMet(row) ? 'met' : 'MISSED';
}
