import { matrix } from './matrix.mjs';
import { install, runParts, turbo } from './parts.mjs';
import { exitCodeOf, run } from './workspace.mjs';

const demo = 'tooling/demo/dist/main.js';
const bench = 'packages/bench/src/main.mjs';

// What `node tooling/scripts/run.mjs <task>` can do; the scripts in package.json name these. Each says whether it went well, or how
// the process is to end: with 2 where it was used wrongly.
// Modules that need an installed dependency are imported once it is there.
const tasks = {
  start: async (parameters) =>
    (await install()) && (await turbo('build', '--filter=@hb/demo')) && run(process.execPath, [demo, ...parameters]),
  test: (names) => runParts(names),
  format: async (paths) =>
    (await install()) && run('pnpm', ['exec', 'prettier', '--write', ...(paths.length === 0 ? ['.'] : paths)]),
  coverage: async (parameters) =>
    (await install()) &&
    (await turbo('build', '--filter=@hb/connector-core')) &&
    run('pnpm', [
      ...['--filter', '@hb/connector-core', 'exec'],
      ...['vitest', 'run', '--coverage', '--coverage.reporter=text', ...parameters],
    ]),
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
    (await install()) && (await turbo('build')) && exitCodeOf(process.execPath, [bench, ...parameters]),
  matrix: async (versions) => (await install()) && (await turbo('build')) && matrix(versions),
  api: async (parameters) =>
    takesNone('api', parameters) &&
    (await install()) &&
    (await turbo('build', '--filter=@hb/connector-core')) &&
    (await import('./api.mjs')).writeApi(),
  catalogue: async (parameters) =>
    takesNone('catalogue', parameters) && (await install()) && (await import('./catalogue.mjs')).writeCatalogue(),
  changeset: async (parameters) => (await install()) && run('pnpm', ['exec', 'changeset', ...parameters]),
  bump: async (parameters) =>
    takesNone('bump', parameters) &&
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
const done = task === undefined ? 2 : await attempt(task);
process.exitCode = typeof done === 'number' ? done : +!done;

/** A parameter that would be dropped may have been meant to change everything. */
function takesNone(script, given) {
  if (given.length > 0) console.error(`npm run ${script} takes no parameters, and got ${given.join(' ')}`);
  return given.length === 0;
}

/** A parameter that a script does not know is told in a line. */
async function attempt(chosen) {
  try {
    return await chosen(parameters);
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    console.error(`${error.message.split('. ')[0]}; npm run ${name} -- --help says what there is`);
    return 2;
  }
}
