import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

import { median, pairedRatio } from '../harness/statistics.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const packages = fileURLToPath(new URL('../../..', import.meta.url));
const ours = "await import('@hb/connector-core'); await import('@hb/connector-binance')";
const theirs = "await import('ccxt')";

/** What it takes to load core and a connector, beside ccxt: time, memory, and bytes on disk and in a bundle. */
export async function load({ quick }) {
  const samples = { ours: [], theirs: [] };
  for (let round = 0; round < (quick ? 3 : 11); round += 1) {
    samples.ours.push(imported(ours));
    samples.theirs.push(imported(theirs));
  }
  const ratio = (what) =>
    pairedRatio(
      samples.ours.map((each) => each[what]),
      samples.theirs.map((each) => each[what]),
    );
  return [
    { what: 'time of an import', figure: median(samples.ours.map(({ ms }) => ms)), unit: 'ms', kind: 'time' },
    { what: 'time of an import, beside ccxt', figure: ratio('ms'), unit: 'x', kind: 'time', atMost: 0.45 },
    { what: 'memory after an import, beside ccxt', figure: ratio('bytes'), unit: 'x', kind: 'size', atMost: 0.35 },
    { what: 'installed with all dependencies', figure: installed() / 1e6, unit: 'MB', kind: 'size', atMost: 6 },
    { what: 'minified bundle without undici', figure: (await bundled()) / 1e3, unit: 'kB', kind: 'size', atMost: 150 },
  ];
}

/** In a process of its own: the time, and how much more memory there is in use after it. */
function imported(statements) {
  const script = `globalThis.gc(); const before = process.memoryUsage().rss; const start = performance.now(); ${statements};
    const ms = performance.now() - start; globalThis.gc(); console.log(JSON.stringify({ ms, bytes: process.memoryUsage().rss - before }))`;
  const flags = ['--expose-gc', '--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, flags, { cwd: here, encoding: 'utf8' }));
}

/** What the registry would deliver of our two packages, and everything in the folders of what they depend on. */
function installed() {
  const folders = new Map();
  for (const folder of ['core', 'spot/binance']) collect(join(packages, folder), folders);
  return [...folders.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function collect(folder, folders) {
  if (folders.has(folder)) return;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const isOurs = manifest.name.startsWith('@hb/');
  const shipped = isOurs ? [...manifest.files, 'package.json'].filter((name) => name !== 'CHANGELOG.md') : ['.'];
  folders.set(
    folder,
    shipped.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0),
  );
  for (const name of Object.keys(manifest.dependencies ?? {})) collect(resolveFolder(folder, name), folders);
}

function resolveFolder(folder, name) {
  const paths = createRequire(join(folder, 'package.json')).resolve.paths(name);
  for (const path of paths) {
    try {
      return realpathSync(join(path, name));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${name} is not installed`);
}

function sizeOf(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  const names = readdirSync(path).filter((name) => name !== 'node_modules');
  return names.reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

async function bundled() {
  const bundle = await rolldown({
    input: 'program',
    external: [/^node:/, /^undici(?:\/|$)/, 'bufferutil', 'utf-8-validate'],
    platform: 'node',
    logLevel: 'silent',
    plugins: [program()],
  });
  const { output } = await bundle.generate({ minify: true });
  return output.reduce((sum, { code }) => sum + Buffer.byteLength(code ?? ''), 0);
}

/** A program that connects to the venue. */
function program() {
  const entry = '\0program';
  const [core, venue] = ['core/dist/index.js', 'spot/binance/dist/src/index.js'].map((path) => join(packages, path));
  return {
    name: 'program',
    resolveId: (id) => (id === 'program' ? entry : undefined),
    load: (id) =>
      id === entry
        ? `import { createConnector } from ${JSON.stringify(core)}; import { binance } from ${JSON.stringify(venue)};
           export const connect = (options) => createConnector(binance, options);`
        : undefined,
  };
}
