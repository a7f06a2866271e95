// Plants bugs in copies of the built packages; the simulation must find each. `npm run mutants -- --help` tells what it can do.
import { fork } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { mutants } from './mutants/list.mjs';
import { exists, root, simulated } from './workspace.mjs';

const self = fileURLToPath(import.meta.url);
const worker = fileURLToPath(new URL('mutants-worker.mjs', import.meta.url));
const usage = `npm run mutants -- [--only NAME] [--seeds N]
  --only   one of them
  --seeds  within how many seeds each must be found; 200 when left out`;

const options = {
  only: { type: 'string' },
  seeds: { type: 'string', default: '200' },
  help: { type: 'boolean', default: false },
};
const model = 'binance';
/** A bug that hangs the run is not found by it. */
const longestMs = 120_000;

/** Runs what the command line asks for; false when a bug is not found, or cannot be planted. */
export async function runMutants(parameters) {
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return console.log(usage) ?? true;
  const chosen = mutants.filter(({ name }) => name === (values.only ?? name));
  const connector = simulated().find(({ id }) => id === model);
  const folder = mkdtempSync(join(tmpdir(), 'hb-mutants-'));
  try {
    const results = await runAll(chosen, { connector, folder, seeds: Number(values.seeds) });
    printTable(results);
    const killed = results.filter(({ oracle }) => oracle !== undefined).length;
    console.log(`mutants: ${killed} killed of ${chosen.length}`);
    return chosen.length > 0 && killed === chosen.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runAll(chosen, { connector, folder, seeds }) {
  const waiting = [...chosen.entries()];
  const results = [];
  const lane = async (number) => {
    const copy = join(folder, String(number));
    copyPackages(copy, ['packages/core', 'packages/testkit', connector.folder]);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, mutant] = next;
      results[index] = { mutant, ...(await runOne(mutant, { copy, fixture: connector.fixture, seeds })) };
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(availableParallelism(), chosen.length) }, (_, number) => lane(number)),
  );
  return results;
}

async function runOne(mutant, { copy, fixture, seeds }) {
  const changes = [mutant, ...(mutant.also === undefined ? [] : [mutant.also])];
  const originals = new Map(changes.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  try {
    for (const change of changes) plant(copy, change);
    return await inWorker({ root: copy, fixture, seeds });
  } catch (error) {
    return { problem: error.message };
  } finally {
    for (const [file, text] of originals) writeFileSync(join(copy, file), text);
  }
}

/** Throws when the text to change is not there, or there twice. */
function plant(copy, { file, from, to }) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const escaped = from
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = [...text.matchAll(new RegExp(escaped.join('\\s+'), 'g'))];
  if (found.length !== 1) throw new Error(`${file} has ${found.length} places that read: ${from}`);
  const [{ 0: part, index }] = found;
  writeFileSync(path, text.slice(0, index) + to + text.slice(index + part.length));
}

/** What a user would install: built files, beside the same dependencies. Where they are bundled, the modules in their place. */
function copyPackages(copy, folders) {
  for (const folder of folders) {
    mkdirSync(join(copy, folder, 'node_modules'), { recursive: true });
    const built = exists(`${folder}/build`) ? 'build' : 'dist';
    const manifest = readFileSync(join(root, folder, 'package.json'), 'utf8');
    writeFileSync(join(copy, folder, 'package.json'), manifest.replaceAll('./dist/', `./${built}/`));
    cpSync(join(root, folder, built), join(copy, folder, built), { recursive: true });
    for (const name of dependenciesOf(folder)) {
      const target = relative(root, realpathSync(join(root, folder, 'node_modules', name)))
        .split(sep)
        .join('/');
      const link = join(copy, folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(folders.includes(target) ? copy : root, target), link, 'junction');
    }
  }
}

function dependenciesOf(folder) {
  const path = `${folder}/node_modules`;
  if (!exists(path)) return [];
  const visible = (names) => names.filter((name) => !name.startsWith('.'));
  return visible(readdirSync(join(root, path))).flatMap((name) =>
    name.startsWith('@') ? visible(readdirSync(join(root, path, name))).map((part) => `${name}/${part}`) : [name],
  );
}

function inWorker(job) {
  return new Promise((resolve) => {
    const child = fork(worker, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let result = { problem: 'its process ended early' };
    const timer = setTimeout(() => {
      result = { problem: `it ran for longer than ${longestMs} ms` };
      child.kill('SIGKILL');
    }, longestMs);
    child.on('message', (message) => (result = message));
    child.on('close', () => {
      clearTimeout(timer);
      resolve(result);
    });
    child.send(job);
  });
}

function printTable(results) {
  const width = Math.max(...results.map(({ mutant }) => mutant.name.length)) + 2;
  console.log(`${'bug'.padEnd(width)}oracle  seed  what it is`);
  for (const { mutant, oracle, seed, problem } of results) {
    const found = oracle === undefined ? `LIVES: ${problem}` : `${oracle.padEnd(6)}${String(seed).padStart(6)}`;
    console.log(`${mutant.name.padEnd(width)}${found}  ${mutant.what}`);
  }
}

if (process.argv[1] === self) process.exitCode = (await runMutants(process.argv.slice(2))) ? 0 : 1;
