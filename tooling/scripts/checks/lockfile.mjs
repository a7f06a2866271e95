import { exists, packages, read, readJson } from '../workspace.mjs';

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** Nothing here says where packages are fetched from, and every dependency is one exact version. */
export function lockfile() {
  const manifests = [{ folder: '.', manifest: readJson('package.json') }, ...packages()];
  return [...hosts(read('pnpm-lock.yaml')), ...settings(), ...manifests.flatMap(loose)];
}

/** Lines of a lockfile that name a host or an archive. */
export function hosts(text) {
  return text
    .split('\n')
    .map((line, index) => [line, index + 1])
    .filter(([line]) => /https?:\/\/|git\+|tarball:|registry\./.test(line))
    .map(([line, number]) => `pnpm-lock.yaml:${number} names a host: ${line.trim()}`);
}

function settings() {
  return exists('.npmrc') && /registry/.test(read('.npmrc')) ? ['.npmrc names a registry'] : [];
}

/** Dependencies that are not one exact version; peers are ranges, written by hand with a caret. */
export function loose({ folder, manifest }) {
  const entries = groups.flatMap((group) => Object.entries(manifest[group] ?? {}).map((entry) => [group, ...entry]));
  const found = entries
    .filter(([group, , range]) => range !== 'workspace:*' || (group !== 'devDependencies' && manifest.private !== true))
    .filter(([, , range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range) && range !== 'workspace:*')
    .map(([group, name, range]) => `${folder}/package.json: ${group} ${name} is ${range}, not one version`);
  const inside = Object.entries(manifest.dependencies ?? {})
    .filter(([, range]) => range.startsWith('workspace:') && manifest.private !== true)
    .map(
      ([name]) => `${folder}/package.json: ${name} belongs in peerDependencies with a caret, and in devDependencies`,
    );
  const peers = Object.entries(manifest.peerDependencies ?? {})
    .filter(([, range]) => !/^\^\d+\.\d+\.\d+$/.test(range))
    .map(([name, range]) => `${folder}/package.json: peer ${name} is ${range}, not ^x.y.z`);
  return [...found, ...inside, ...peers];
}
