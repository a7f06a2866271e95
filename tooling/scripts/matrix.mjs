// Runs the built packages' tests on every node that we support. npm carries each node as a plain package.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

import { packages, publicPackages, root, run } from './workspace.mjs';

const nodes = ['20.20.2', '22.23.3', '24.21.0', '26.10.0'];
/** Ended here and not from outside: whoever ends npx leaves what it started behind. */
const bounded = { timeout: 10 * 60_000 };
const self = fileURLToPath(import.meta.url);

/** Tests on each version, or on those asked for: some minutes each. */
export async function matrix(versions) {
  const failed = [];
  for (const version of versions.length === 0 ? nodes : versions) {
    const node = `node-${process.platform}-${process.arch}@${version}`;
    if (!(await run('npx', ['--yes', '--package', node, '--', 'node', self]))) failed.push(version);
  }
  console.log(failed.length === 0 ? 'matrix: all passed' : `matrix: failed on ${failed.join(', ')}`);
  return failed.length === 0;
}

async function onThisNode() {
  console.log(`\n=== node ${process.version}`);
  const loaded = await Promise.all(publicPackages().map(loads));
  let passed = loaded.every(Boolean);
  for (const { folder, manifest } of packages()) {
    if (folder.startsWith('tooling/') || manifest.scripts?.test === undefined) continue;
    console.log(manifest.name);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const inFolder = { cwd: join(root, folder), ...bounded };
    passed = (await run(process.execPath, [vitest, 'run', '--reporter=dot'], inFolder)) && passed;
  }
  return passed;
}

/** A package can be imported, and required, under each name that it exports. */
function loads({ folder, manifest }) {
  const names = Object.keys(manifest.exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => JSON.stringify(path.replace('.', manifest.name)));
  const code = names.map((name) => `await import(${name}); createRequire(import.meta.url)(${name});`).join('\n');
  const script = `import { createRequire } from 'node:module';\n${code}`;
  return run(process.execPath, ['--input-type=module', '--eval', script], { cwd: join(root, folder) });
}

if (process.argv[1] === self) process.exitCode = (await onThisNode()) ? 0 : 1;
