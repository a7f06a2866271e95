import { execFileSync } from 'node:child_process';

import { packages, root } from './workspace.mjs';

/** A number that each commit has of its own, below a billion; 0 outside of a repository. */
export function commitNumber() {
  const id = git('rev-parse', 'HEAD');
  return id === undefined ? 0 : Number.parseInt(id.slice(0, 8), 16) % 1_000_000_000;
}

/** The folders of packages that differ from where this branch left main, or from the commit before on main itself. */
export function changedFolders() {
  const head = git('rev-parse', 'HEAD');
  const left = git('merge-base', 'HEAD', 'refs/remotes/origin/main');
  const base = left === undefined || left === head ? git('rev-parse', 'HEAD~1') : left;
  const paths = base === undefined ? [] : (git('diff', '--name-only', base) ?? '').split('\n');
  return packages()
    .map(({ folder }) => folder)
    .filter((folder) => paths.some((path) => path.startsWith(`${folder}/`)));
}

/** What git prints, or undefined when it refuses; also where there is no repository. */
function git(...parameters) {
  try {
    return execFileSync('git', parameters, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
