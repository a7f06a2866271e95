import { readdirSync } from 'node:fs';

import { exists, files, packages, publicPackages, read, root } from '../workspace.mjs';

const top = [
  ...['packages', 'tooling', 'docs', 'examples', 'node_modules', 'reports'],
  ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'turbo.json'],
  ...['README.md', 'LICENSE', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md'],
];

/** The top level keeps to its list, files are kebab-case, and what is published carries its papers. */
export function layout() {
  return [...topLevel(), ...fileNames(), ...papers()];
}

function topLevel() {
  return readdirSync(root)
    .filter((name) => !name.startsWith('.') && !top.includes(name))
    .map((name) => `${name} has no place at the top level`);
}

function fileNames() {
  const folders = packages().map(({ folder }) => folder);
  return files()
    .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)) && /\.(ts|js|mjs)$/.test(path))
    .filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.split('/').at(-1)))
    .map((path) => `${path}: file names are kebab-case`);
}

function papers() {
  const licence = read('LICENSE');
  return publicPackages().flatMap(({ folder, manifest }) => {
    const missing = ['README.md', 'LICENSE'].filter((name) => !exists(`${folder}/${name}`));
    const found = missing.map((name) => `${folder} has no ${name}`);
    if (!missing.includes('LICENSE') && read(`${folder}/LICENSE`) !== licence)
      found.push(`${folder}/LICENSE is not ours`);
    if (manifest.license !== 'Apache-2.0') found.push(`${folder}/package.json: license is not Apache-2.0`);
    return found;
  });
}
