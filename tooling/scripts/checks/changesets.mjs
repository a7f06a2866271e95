import { execFileSync } from 'node:child_process';

import { files, publicPackages, read, readJson, root } from '../workspace.mjs';

/** Every published package that a branch changes has a line in `.changeset/`; and what lies there is well-formed. */
export function changesets() {
  const notes = files('.changeset')
    .filter((path) => path.endsWith('.md') && !path.endsWith('README.md'))
    .map((path) => ({ path, ...parseChangeset(read(path)) }));
  const names = publicPackages().map(({ manifest }) => manifest.name);
  return [...notes.flatMap((note) => malformed(note, names)), ...missing(notes)];
}

/** `---\n'@hb/connector-binance': patch\n---\n\nFixed …` → `{ bumps: { name: 'patch' }, summary }`. */
export function parseChangeset(text) {
  const [, head = '', summary = ''] = /^---\n([\s\S]*?)^---\n([\s\S]*)$/m.exec(text) ?? [];
  const bumps = [...head.matchAll(/^(['"]?)(\S+?)\1: *(\w+) *$/gm)].map(([, , name, bump]) => [name, bump]);
  return { bumps: Object.fromEntries(bumps), summary: summary.trim() };
}

function malformed({ path, bumps, summary }, names) {
  const found = Object.entries(bumps).flatMap(([name, bump]) => [
    ...(names.includes(name) ? [] : [`${path}: ${name} is not a published package`]),
    ...(['patch', 'minor', 'major'].includes(bump) ? [] : [`${path}: ${bump} is not patch, minor or major`]),
  ]);
  return summary === '' ? [...found, `${path}: it says nothing`] : found;
}

function missing(notes) {
  return publicPackages().flatMap(({ folder, manifest }) => {
    const base = baseOf(manifest);
    if (base === undefined || notes.some(({ bumps }) => bumps[manifest.name] !== undefined)) return [];
    const path = shippedChange(folder, manifest, base);
    return path === undefined
      ? []
      : [`${manifest.name} changed (${path}) and no changeset names it: npm run changeset`];
  });
}

/**
 * The commit to compare a package with: its last release, or where the branch left main; undefined on main itself,
 * where a package never released has nothing to be compared with. Needs no remote.
 */
function baseOf({ name, version }) {
  const release = git('rev-parse', '--verify', '--quiet', `refs/tags/${name}@${version}^{commit}`);
  if (release !== undefined) return release;
  if (git('symbolic-ref', '--short', '--quiet', 'HEAD') === 'main') return undefined;
  return ['refs/remotes/origin/main', 'refs/heads/main'].map((ref) => git('merge-base', 'HEAD', ref)).find(Boolean);
}

/** A file that goes to the registry and differs from `base`, committed or not; a package new since then has none. */
function shippedChange(folder, manifest, base) {
  const before = git('show', `${base}:${folder}/package.json`);
  if (before === undefined || JSON.parse(before).version !== manifest.version) return undefined;
  if (shipped(JSON.parse(before)) !== shipped(readJson(`${folder}/package.json`))) return `${folder}/package.json`;
  const folders = ['src', 'emulator'].map((name) => `${folder}/${name}`);
  const tracked = git('diff', '--name-only', base, '--', ...folders) ?? '';
  const added = git('ls-files', '--others', '--exclude-standard', '--', ...folders) ?? '';
  return `${tracked}\n${added}`.split('\n').find((line) => line !== '');
}

/** package.json without what no user of the package sees. */
function shipped(manifest) {
  const unseen = ['devDependencies', 'scripts', 'hb'];
  return JSON.stringify(Object.entries(manifest).filter(([name]) => !unseen.includes(name)));
}

/** What git prints, or undefined when it refuses; also where there is no repository. */
function git(...parameters) {
  try {
    return execFileSync('git', parameters, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
