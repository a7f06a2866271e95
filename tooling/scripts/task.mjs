import { matrix } from './matrix.mjs';
import { install, runParts, turbo } from './parts.mjs';
import { run } from './workspace.mjs';

const demo = 'tooling/demo/dist/main.js';
const bench = 'packages/bench/src/main.mjs';

// What `node tooling/scripts/run.mjs <task>` can do; the scripts in package.json name these.
// Modules that need an installed dependency are imported once it is there.
const tasks = {
  start: async (parameters) =>
    (await install()) && (await turbo('build', '--filter=@hb/demo')) && run(process.execPath, [demo, ...parameters]),
  test: (names) => runParts(names),
  format: async () => (await install()) && run('pnpm', ['exec', 'prettier', '--write', '.']),
  coverage: async () =>
    (await install()) &&
    (await turbo('build', '--filter=@hb/connector-core')) &&
    run('pnpm', ['--filter', '@hb/connector-core', 'exec', 'vitest', 'run', '--coverage', '--coverage.reporter=text']),
  sim: async (parameters) =>
    (await install()) && (await turbo('build')) && (await import('./sim.mjs')).simulate(parameters),
  fuzz: async (parameters) =>
    (await install()) && (await turbo('build')) && (await import('./fuzz.mjs')).fuzzConnectors(parameters),
  crash: async (parameters) =>
    (await install()) && (await turbo('build')) && (await import('./crash.mjs')).crash(parameters),
  chaos: async (parameters) =>
    (await install()) && (await turbo('build')) && (await import('./chaos.mjs')).runChaos(parameters),
  mutants: async (parameters) =>
    (await install()) && (await turbo('build')) && (await import('./mutants.mjs')).runMutants(parameters),
  bench: async (parameters) =>
    (await install()) && (await turbo('build')) && run(process.execPath, [bench, ...parameters]),
  matrix: async (versions) => (await install()) && (await turbo('build')) && matrix(versions),
  api: async () =>
    (await install()) &&
    (await turbo('build', '--filter=@hb/connector-core')) &&
    (await import('./api.mjs')).writeApi(),
  catalogue: async () => (await install()) && (await import('./catalogue.mjs')).writeCatalogue(),
  changeset: async (parameters) => (await install()) && run('pnpm', ['exec', 'changeset', ...parameters]),
  bump: async () =>
    (await install()) &&
    (await run('pnpm', ['exec', 'changeset', 'version'])) &&
    (await import('./catalogue.mjs')).writeCatalogue(),
  // In dependency order, and only what the registry does not have yet; then a tag for each.
  publish: async (parameters) =>
    (await run('pnpm', ['publish', '--recursive', '--access', 'public', ...parameters])) &&
    run('pnpm', ['exec', 'changeset', 'tag']),
};

const [name, ...parameters] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined;
if (task === undefined) console.error(`usage: run.mjs ${Object.keys(tasks).join('|')} [...]`);
process.exitCode = task !== undefined && (await task(parameters)) ? 0 : 1;
