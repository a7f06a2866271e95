import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseChangeset } from '../checks/changesets.mjs';

const scripts = fileURLToPath(new URL('..', import.meta.url));
const changed = '@hb/connector-a changed (packages/a/src/index.ts) and no changeset names it: npm run changeset';
let root;

// A repository of its own, without a remote, with the check's own files in the place where they look for the root.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'changesets-'));
  for (const path of ['workspace.mjs', 'checks/changesets.mjs'])
    cpSync(join(scripts, path), join(root, 'tooling/scripts', path));
  write('.changeset/config.json', '{}');
  write('packages/a/package.json', manifest('1.0.0'));
  write('packages/a/src/index.ts', 'export const a = 1;\n');
  git('init', '--quiet', '--initial-branch=main');
  commit();
});
afterEach(() => rmSync(root, { recursive: true }));

test('on main, a package that was never released needs no changeset', async () => {
  change();
  expect(await check()).toEqual([]);
});

test('on a branch, a changed package needs a changeset, before and after the commit', async () => {
  git('checkout', '--quiet', '-b', 'fix');
  change();
  expect(await check()).toEqual([changed]);
  commit();
  expect(await check()).toEqual([changed]);
  write('.changeset/fix.md', "---\n'@hb/connector-a': patch\n---\n\nFixed a.\n");
  expect(await check()).toEqual([]);
});

test('a new file of a package needs a changeset before git knows it', async () => {
  git('checkout', '--quiet', '-b', 'fix');
  write('packages/a/src/b.ts', 'export const b = 1;\n');
  expect(await check()).toEqual([changed.replace('index', 'b')]);
});

test('a test, a readme or a script of a package needs no changeset', async () => {
  git('checkout', '--quiet', '-b', 'fix');
  write('packages/a/README.md', '# a\n');
  write('packages/a/test/a.test.ts', 'export {};\n');
  write('packages/a/package.json', manifest('1.0.0', { scripts: { test: 'vitest run' } }));
  expect(await check()).toEqual([]);
});

test('on main, a released package that changed since needs a changeset', async () => {
  git('tag', '@hb/connector-a@1.0.0');
  change();
  commit();
  expect(await check()).toEqual([changed]);
});

test('a package whose version the branch sets needs no changeset', async () => {
  git('checkout', '--quiet', '-b', 'release');
  change();
  write('packages/a/package.json', manifest('1.0.1'));
  expect(await check()).toEqual([]);
});

test('a new package, and a folder without git, need no changeset', async () => {
  git('checkout', '--quiet', '-b', 'venue');
  write('packages/b/package.json', JSON.stringify({ name: '@hb/connector-b', version: '1.0.0' }));
  write('packages/b/src/index.ts', 'export const b = 1;\n');
  expect(await check()).toEqual([]);
  rmSync(join(root, '.git'), { recursive: true });
  expect(await check()).toEqual([]);
});

test('a changeset that names no package of ours, an odd bump or no reason is reported', async () => {
  write('.changeset/odd.md', "---\n'@hb/connector-z': huge\n---\n\n");
  expect(await check()).toEqual([
    '.changeset/odd.md: @hb/connector-z is not a published package',
    '.changeset/odd.md: huge is not patch, minor or major',
    '.changeset/odd.md: it says nothing',
  ]);
});

test('a changeset is read with either quotes, and may name several packages', () => {
  expect(parseChangeset('---\n"@hb/a": minor\n\'@hb/b\': patch\n---\n\nAdded a.\n\nAnd b.\n')).toEqual({
    bumps: { '@hb/a': 'minor', '@hb/b': 'patch' },
    summary: 'Added a.\n\nAnd b.',
  });
});

async function check() {
  const module = await import(pathToFileURL(join(root, 'tooling/scripts/checks/changesets.mjs')).href);
  return module.changesets();
}

function change() {
  write('packages/a/src/index.ts', 'export const a = 2;\n');
}

function manifest(version, more = {}) {
  return JSON.stringify({ name: '@hb/connector-a', version, ...more });
}

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function commit() {
  git('add', '--all');
  git('commit', '--quiet', '--message=change');
}

function git(...parameters) {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@host.example', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...author, ...parameters], { cwd: root });
}
