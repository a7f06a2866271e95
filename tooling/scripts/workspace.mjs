import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const generated = new Set(['.git', '.turbo', 'coverage', 'dist', 'node_modules', 'reports']);

// A signal reaches the children too: they end in their own time, and nothing is started after them.
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (stopping = true));
export const isStopping = () => stopping;

/** Runs a command in the root and says whether it ended well; a number of milliseconds bounds it. */
export async function run(command, parameters, options = {}) {
  return (await exitCodeOf(command, parameters, options)) === 0;
}

/** The same, with the code that it ended with: 1 where it gave none, or was stopped. */
export function exitCodeOf(command, parameters, options = {}) {
  return new Promise((resolve) => {
    if (stopping) return resolve(1);
    const child = spawn(command, parameters, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(stopping ? 1 : (code ?? 1)));
  });
}

/** Paths of all files that a person wrote, from the root, with forward slashes, sorted. Works without git. */
export function files(folder = '') {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter(({ name }) => !generated.has(name));
  return entries
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? files(path) : [path];
    })
    .sort();
}

/** Every package of the workspace: `{ folder, manifest }`, folders from the root. */
export function packages() {
  return files()
    .filter((path) => path.endsWith('/package.json') && !path.includes('/test/'))
    .map((path) => ({ folder: path.slice(0, -'/package.json'.length), manifest: readJson(path) }));
}

/** The packages that go to the registry. */
export const publicPackages = () => packages().filter(({ manifest }) => manifest.private !== true);

/** The packages that are a venue: those with `hb` in package.json. */
export const connectors = () => packages().filter(({ manifest }) => manifest.hb !== undefined);

/** Connectors that can be simulated and fuzzed: those with a built `simulation/fixture.ts`. */
export const simulated = () =>
  connectors()
    .map(({ folder, manifest }) => ({ id: manifest.hb.id, folder, fixture: `${folder}/dist/simulation/fixture.js` }))
    .filter(({ fixture }) => exists(fixture));

/** Chains have a simulation of their own: a built `simulation/chain.ts`. */
export const simulatedChains = () =>
  connectors()
    .map(({ folder, manifest }) => ({ id: manifest.hb.id, folder, chain: `${folder}/dist/simulation/chain.js` }))
    .filter(({ chain }) => exists(chain));

/** Imports a built module by its path from the root. */
export const load = (path) => import(pathToFileURL(join(root, path)).href);
export const testkit = () => load('packages/testkit/dist/index.js');

export const read = (path) => readFileSync(join(root, path), 'utf8');
export const readJson = (path) => JSON.parse(read(path));
export const exists = (path) => existsSync(join(root, path));
