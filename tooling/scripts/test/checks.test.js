import { expect, test } from 'vitest';

import { replaceBetween } from '../catalogue.mjs';
import { judge as judgeVenue } from '../checks/catalogue.mjs';
import { judge as judgeContract, membersOf } from '../checks/contract.mjs';
import { isCompatible } from '../checks/licences.mjs';
import { hosts, loose } from '../checks/lockfile.mjs';
import { judge as judgeSize, limitOf } from '../checks/sizes.mjs';
import { closingLine, isPassed, shares } from '../closing.mjs';

const connector = {
  folder: 'packages/perpetual/gate-io',
  manifest: {
    name: '@hb/connector-gate-io-perpetual',
    hb: { id: 'gate_io_perpetual', kind: 'perpetual', status: 'experimental', owners: ['@hb/gate'] },
  },
};

test('a lockfile line with an address, an archive or a registry is reported', () => {
  const text =
    "ws@8.23.0:\n  tarball: x.tgz\n  'a@https://host.example/a.tgz'\n  registry.example\n  https-proxy-agent@5.0.1:\n";
  expect(hosts(text)).toEqual([
    'pnpm-lock.yaml:2 names a host: tarball: x.tgz',
    "pnpm-lock.yaml:3 names a host: 'a@https://host.example/a.tgz'",
    'pnpm-lock.yaml:4 names a host: registry.example',
  ]);
});

test('a dependency is one exact version and a peer is a caret range', () => {
  const manifest = {
    dependencies: { ws: '^8.23.0', 'big.js': '7.0.1', '@hb/connector-core': 'workspace:*' },
    devDependencies: { '@hb/connector-core': 'workspace:*', vitest: 'latest' },
    peerDependencies: { '@hb/connector-core': '1.0.0', '@hb/connector-testkit': '^1.0.0' },
  };
  expect(loose({ folder: 'a', manifest })).toEqual([
    'a/package.json: dependencies ws is ^8.23.0, not one version',
    'a/package.json: devDependencies vitest is latest, not one version',
    'a/package.json: @hb/connector-core belongs in peerDependencies with a caret, and in devDependencies',
    'a/package.json: peer @hb/connector-core is 1.0.0, not ^x.y.z',
  ]);
});

test('a private package takes workspace packages as plain dependencies', () => {
  expect(
    loose({ folder: 'a', manifest: { private: true, dependencies: { '@hb/connector-core': 'workspace:*' } } }),
  ).toEqual([]);
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0)', true],
  ['MIT AND GPL-3.0', false],
  ['(Apache-2.0 AND ISC)', true],
  ['AGPL-3.0', false],
  [undefined, false],
])('the licence %s is compatible: %s', (expression, answer) => {
  expect(isCompatible(expression)).toBe(answer);
});

test.each([
  ['packages/spot/binance', 700],
  ['packages/family/uniswap', 1100],
  ['packages/core', undefined],
  ['tooling/lab', undefined],
])('%s may have %s lines', (folder, limit) => {
  expect(limitOf(folder)).toBe(limit);
});

test('a connector over its line budget, or with a line wider than 120 columns, is reported', () => {
  const lines = ['a', 'b'.repeat(121), `// https://host.example/${'c'.repeat(121)}`];
  expect(judgeSize('a', 2, [{ path: 'a/src/index.ts', lines }])).toEqual([
    'a/src has 3 lines; the budget is 2',
    'a/src/index.ts:2 is wider than 120 columns',
  ]);
});

test('a connector lies where its id says, under the name that its id gives', () => {
  expect(judgeVenue(connector, ['gate_io_perpetual'])).toEqual([]);
  const { folder, manifest } = connector;
  expect(judgeVenue({ folder: 'packages/spot/gate', manifest: { ...manifest, name: 'gate' } }, [])).toEqual([
    'packages/spot/gate/package.json: gate_io_perpetual is not in venue-ids.json',
    'packages/spot/gate/package.json: its folder is not packages/perpetual/gate-io',
    'packages/spot/gate/package.json: its name is not @hb/connector-gate-io-perpetual',
  ]);
  const hb = { ...manifest.hb, status: 'done', owners: [] };
  expect(judgeVenue({ folder, manifest: { ...manifest, hb } }, ['gate_io_perpetual'])).toEqual([
    'packages/perpetual/gate-io/package.json: status is done, not one of experimental, stable, deprecated',
    'packages/perpetual/gate-io/package.json: it has no owners',
  ]);
});

test('the catalogue replaces what lies between its markers and nothing else', () => {
  const [start, end] = ['<!-- catalogue:start (npm run catalogue) -->', '<!-- catalogue:end -->'];
  expect(replaceBetween(`# a\n${start}\nold\n${end}\nb\n`, 'new')).toBe(`# a\n${start}\n\nnew\n\n${end}\nb\n`);
  expect(() => replaceBetween('# a', 'new')).toThrow('README.md has no <!-- catalogue:start');
});

const part = (name, state, reports = false) => ({ name, minutes: 1, seconds: 30, state, reports });

test('a part that failed counts as one failure, unless its failed tests are counted', () => {
  const results = [part('lint', 'failed'), part('unit', 'failed', true)];
  expect(closingLine(results, { passed: 7, failed: 2 })).toBe('7 passed, 3 failed');
  expect(closingLine(results, { passed: 7, failed: 0 })).toBe('7 passed, 2 failed');
});

test('tests that did not run are not counted from an earlier run', () => {
  expect(closingLine([part('build', 'failed'), part('unit', 'not run', true)], { passed: 7, failed: 1 })).toBe(
    '0 passed, 1 failed',
  );
});

test('parts without tests pass whatever tests an earlier run has left, or none', () => {
  expect(isPassed([part('lint', 'passed')], { failed: 3 })).toBe(true);
  expect(isPassed([part('lint', 'failed')], { failed: 0 })).toBe(false);
  expect(isPassed([part('unit', 'passed', true)], { failed: 3 })).toBe(false);
  expect(isPassed([part('unit', 'passed', true)], { failed: 0 })).toBe(true);
});

test('the share of each part is of the time that all took', () => {
  expect(shares([part('lint', 'passed'), { ...part('unit', 'failed', true), seconds: 90 }])).toBe(
    [
      'lint            30.0 s   25 %  of 1 min  passed',
      'unit            90.0 s   75 %  of 1 min, over its budget  failed',
      'total          120.0 s',
    ].join('\n'),
  );
});

const spec = `
export type Feed<E> = Numbered & ({ readonly polls?: readonly E[] } | { readonly wait: { readonly everyMs: number } });
type Numbered = { readonly sequence?: number };
export type Lane = 'order' | 'data';
`;

test('the members of a spec are those of its exported types, with what they keep in shapes of their own', () => {
  expect(membersOf(spec)).toEqual(new Map([['Feed', new Set(['sequence', 'polls', 'wait', 'wait.everyMs'])]]));
});

test('a member without a row and a row without a member are reported', () => {
  const text =
    '### Feed\n\n| member | what |\n| `sequence` | … |\n| `polls`    | … |\n| `wait` | … |\n| `gone` | … |\n';
  expect(judgeContract(membersOf(spec), text)).toEqual([
    'docs/contract.md says nothing of Feed.wait.everyMs',
    'docs/contract.md has Feed.gone, which the spec has not',
  ]);
});
