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
/** What a connector loads when it starts: its requests and its sockets. */
const started = ['node-pools', 'node-socket'].map(
  (name) => `; await import(${JSON.stringify(join(packages, `core/dist/${name}.js`))})`,
);

/** Uniswap with all that it needs, and of viem as many entry points as its packages import. */
const dex = join(packages, 'dex/uniswap');
const onChain = [
  dex,
  ...['family/uniswap', 'family/uniswap-liquidity', 'chain/ethereum'].map((name) => join(packages, name)),
];
const uniswap = "await import('@hb/connector-uniswap')";

/** What it takes to load core and a connector, beside ccxt, and a DEX, beside viem: time, memory, and bytes on disk and in a bundle. */
export async function load({ quick }) {
  const samples = { ours: [], started: [], theirs: [], uniswap: [], viem: [] };
  const viem = partsOfViem();
  for (let round = 0; round < (quick ? 3 : 11); round += 1) {
    samples.ours.push(imported(ours));
    samples.started.push(imported(ours + started.join('')));
    samples.theirs.push(imported(theirs));
    samples.uniswap.push(imported(uniswap, dex));
    samples.viem.push(imported(viem, dex));
  }
  const ratio = (what, one = samples.ours, other = samples.theirs) =>
    pairedRatio(
      one.map((each) => each[what]),
      other.map((each) => each[what]),
    );
  const besideViem = {
    what: 'time of an import of Uniswap, beside that of the parts of viem that it uses',
    kind: 'time',
  };
  return [
    { what: 'time of an import', figure: median(samples.ours.map(({ ms }) => ms)), unit: 'ms', kind: 'time' },
    { what: 'time of an import, beside ccxt', figure: ratio('ms'), unit: 'x', kind: 'time', atMost: 0.45 },
    {
      ...{ what: 'with what its start loads, beside an import of ccxt', unit: 'x', kind: 'time' },
      figure: ratio('ms', samples.started),
    },
    { what: 'files of undici and ws that it loads', figure: socketsIn(ours), unit: '', kind: 'count', atMost: 0 },
    { what: 'memory after an import, beside ccxt', figure: ratio('bytes'), unit: 'x', kind: 'size', atMost: 0.35 },
    { ...besideViem, figure: ratio('ms', samples.uniswap, samples.viem), unit: 'x', atMost: 1.3 },
    { what: 'lists of chains that Uniswap loads', figure: chainsIn(uniswap), unit: '', kind: 'count', atMost: 0 },
    { what: 'installed with all dependencies', figure: installed() / 1e6, unit: 'MB', kind: 'size', atMost: 6 },
    ...(await bundles()),
  ];
}

/** Of ccxt only what is there from the beginning: the rest is of other venues. */
async function bundles() {
  const own = await bundled(connecting());
  const theirs = await bundled(connectingWithCcxt());
  return [
    { what: 'minified bundle without undici', figure: own.all / 1e3, unit: 'kB', kind: 'size', atMost: 150 },
    { what: "that, beside ccxt's Binance alone", figure: own.all / theirs.first, unit: 'x', kind: 'size' },
  ];
}

/** What the packages import of viem, and nothing else, as a program of its own. */
function partsOfViem() {
  const texts = onChain.map((folder) => readFileSync(join(folder, 'dist/src/index.js'), 'utf8'));
  const parts = texts.flatMap((text) => [...text.matchAll(/(?:from |import\()["'](viem(?:\/[^"']*)?)["']/g)]);
  if (parts.length === 0) throw new Error('nothing of viem is imported');
  return [...new Set(parts.map(([, part]) => `await import(${JSON.stringify(part)})`))].join('; ');
}

/** How many files of undici and ws are among what an import loads; a start loads some. */
function socketsIn(statements) {
  const count = (program) => loaded(program, here).filter((url) => /\/node_modules\/(?:undici|ws)\//.test(url)).length;
  if (count(statements + started.join('')) === 0) throw new Error('a start loads nothing of undici and ws');
  return count(statements);
}

/** How many files of lists of chains are among what a DEX loads. */
function chainsIn(statements) {
  const urls = loaded(statements, dex);
  if (!urls.some((url) => url.includes('/viem/'))) throw new Error('viem is not among what was loaded');
  return urls.filter((url) => /\/viem\/.*\/chains\//.test(url)).length;
}

/** The scripts that a program loads. */
function loaded(statements, cwd) {
  const script = `import { Session } from 'node:inspector'; const urls = []; const session = new Session(); session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url)); session.post('Debugger.enable');
    ${statements}; console.log(JSON.stringify(urls))`;
  return JSON.parse(run(['--input-type=module', '-e', script], cwd));
}

/** In a process of its own: the time, and how much more memory there is in use after it. */
function imported(statements, cwd = here) {
  const script = `globalThis.gc(); const before = process.memoryUsage().rss; const start = performance.now(); ${statements};
    const ms = performance.now() - start; globalThis.gc(); console.log(JSON.stringify({ ms, bytes: process.memoryUsage().rss - before }))`;
  const flags = ['--expose-gc', '--input-type=module', '-e', script];
  return JSON.parse(run(flags, cwd));
}

function run(flags, cwd) {
  return execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' });
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

/** The bytes of a minified bundle, and how many of them are there from the beginning; the others are loaded when they are needed. */
async function bundled(source) {
  const bundle = await rolldown({
    input: 'program',
    external: [/^node:/, /^undici(?:\/|$)/, 'bufferutil', 'utf-8-validate'],
    platform: 'node',
    logLevel: 'silent',
    plugins: [program(source)],
  });
  // Left to itself, the bundler keeps the annotations for tree shaking in what it has minified.
  const { output } = await bundle.generate({
    minify: true,
    comments: { annotation: false, jsdoc: false, legal: true },
  });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const first = new Set();
  const load = ({ fileName, imports }) => {
    if (first.has(fileName)) return;
    first.add(fileName);
    for (const name of imports) if (chunks.has(name)) load(chunks.get(name));
  };
  load(output.find(({ isEntry }) => isEntry));
  const bytes = (names) => names.reduce((sum, name) => sum + Buffer.byteLength(chunks.get(name).code ?? ''), 0);
  return { all: bytes([...chunks.keys()]), first: bytes([...first]) };
}

function program(source) {
  const entry = '\0program';
  return {
    name: 'program',
    resolveId: (id) => (id === 'program' ? entry : undefined),
    load: (id) => (id === entry ? source : undefined),
  };
}

/** A program that connects to the venue. */
function connecting() {
  const [core, venue] = ['core/dist/index.js', 'spot/binance/dist/src/index.js'].map((path) => join(packages, path));
  return `import { createConnector } from ${JSON.stringify(core)}; import { binance } from ${JSON.stringify(venue)};
    export const connect = (options) => createConnector(binance, options);`;
}

/** The same with ccxt, of which it takes the one venue, with its streams. */
function connectingWithCcxt() {
  const venue = fileURLToPath(new URL('src/pro/binance.js', import.meta.resolve('ccxt')));
  return `import binance from ${JSON.stringify(venue)}; export const connect = (options) => new binance(options);`;
}
