import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { publicPackages, root } from '../workspace.mjs';

const compatible = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Everything a user installs with one of our packages may be used under Apache-2.0. */
export function licences() {
  const seen = new Map();
  for (const { folder } of publicPackages()) collect(join(root, folder), seen);
  return [...seen.values()]
    .filter(({ license }) => !isCompatible(license))
    .map(({ name, version, license }) => `${name} ${version} is licensed ${license ?? 'in no stated way'}`);
}

function collect(folder, seen) {
  if (seen.has(folder)) return;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  seen.set(folder, manifest);
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  for (const name of names) {
    const found = find(folder, name);
    if (found !== undefined) collect(found, seen);
    else if (manifest.dependencies?.[name] !== undefined)
      seen.set(`${folder} ${name}`, { name, version: 'not installed' });
  }
}

/** Where node finds a dependency of the package in `folder`. */
function find(folder, name) {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return realpathSync(path);
  }
  return undefined;
}

/** Reads an SPDX expression as far as packages use it: `(MIT OR GPL-3.0)` is a choice, `A AND B` is both. */
export function isCompatible(expression) {
  if (typeof expression !== 'string') return false;
  const choices = expression.replace(/[()]/g, '').split(/ OR /i);
  return choices.some((choice) => choice.split(/ AND /i).every((licence) => compatible.has(licence.trim())));
}
