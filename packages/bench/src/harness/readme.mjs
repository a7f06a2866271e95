import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { isMet } from './report.mjs';

const path = fileURLToPath(new URL('../../../../README.md', import.meta.url));
const tableOfFigures = /^\| benchmark .*\n(?:\|.*\n)+/m;

/** The figures as the README has them, in columns as wide as their widest cell. */
export function toMarkdown(rows) {
  const lines = [['benchmark', 'what', 'figure', 'target', ''], ...rows.map(toCells)];
  const widths = lines[0].map((_, column) => Math.max(3, ...lines.map((line) => line[column].length)));
  const text = lines.map((line) => toLine(line.map((cell, column) => cell.padEnd(widths[column]))));
  return `${text.toSpliced(1, 0, toLine(widths.map((width) => '-'.repeat(width)))).join('\n')}\n`;
}

/** Puts the figures in place of those that the README had. */
export function writeReadme(rows) {
  const text = readFileSync(path, 'utf8');
  if (!tableOfFigures.test(text)) throw new Error('README.md has no table of figures');
  writeFileSync(
    path,
    text.replace(tableOfFigures, () => toMarkdown(rows)),
  );
}

function toCells(row) {
  const { benchmark, what, figure, unit, atMost, atLeast } = row;
  if (atMost === undefined && atLeast === undefined) return [benchmark, what, show(figure, unit), '', ''];
  const target = atMost === undefined ? `≥ ${show(atLeast, unit)}` : `≤ ${show(atMost, unit)}`;
  return [benchmark, what, show(figure, unit), target, isMet(row) ? 'met' : 'missed'];
}

const show = (figure, unit) => `${Number.isInteger(figure) ? figure : Number(figure.toPrecision(3))} ${unit}`.trimEnd();
const toLine = (cells) => `| ${cells.join(' | ')} |`;
