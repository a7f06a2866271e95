import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { connectors, packages, read, root } from './workspace.mjs';

const start = '<!-- catalogue:start (npm run catalogue) -->';
const end = '<!-- catalogue:end -->';
const owners = '.github/CODEOWNERS';

/** Writes what package.json's `hb` says into the README's table and the owners file. */
export async function writeCatalogue() {
  for (const [path, text] of Object.entries(await catalogueFiles())) writeFileSync(join(root, path), text);
  return true;
}

/** The generated files as they should be, by path. */
export async function catalogueFiles() {
  const venues = connectors().sort((a, b) => order(a.manifest).localeCompare(order(b.manifest), 'en'));
  const readme = replaceBetween(read('README.md'), table(venues));
  const options = await resolveConfig(join(root, 'README.md'));
  return {
    'README.md': await format(readme, { ...options, parser: 'markdown' }),
    [owners]: ownersOf(packages()),
  };
}

const order = ({ hb }) => `${hb.kind} ${hb.id}`;

function table(venues) {
  const rows = venues.map(
    ({ folder, manifest: { name, version, hb } }) =>
      `| \`${hb.id}\` | ${hb.kind} | [${name}](${folder}) | ${version} | ${hb.status} |`,
  );
  return ['| Connector | Kind | Package | Version | Status |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Puts `text` between the two markers of a document. */
export function replaceBetween(document, text) {
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} … ${end}`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}

function ownersOf(all) {
  const rows = all
    .filter(({ manifest }) => manifest.hb !== undefined)
    .map(({ folder, manifest }) => `/${folder}/ ${manifest.hb.owners.join(' ')}`);
  return [
    '# Written by `npm run catalogue` from the `hb.owners` of each package.json.',
    '* @hb/maintainers',
    ...rows,
    '',
  ].join('\n');
}
