import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ESLint } from 'eslint';
import { beforeAll, describe, expect, test } from 'vitest';

import { connector } from '../presets/connector.js';
import { core } from '../presets/core.js';
import { program } from '../presets/program.js';
import { testkit } from '../presets/testkit.js';

// [file, code, the rule that reports it]; a row without a rule is code that passes.
const everywhere = (file) => [
  [file, 'export const price: any = 1;', '@typescript-eslint/no-explicit-any'],
  [file, 'export const side = "buy" as string;', '@typescript-eslint/consistent-type-assertions'],
  [file, 'export const side = <string>"buy";', '@typescript-eslint/consistent-type-assertions'],
  [file, 'export const sides = ["buy", "sell"] as const;'],
  [file, 'export const first = (list: number[]): number => list[0]!;', '@typescript-eslint/no-non-null-assertion'],
  [file, 'let late!: number;\nexport const read = (): number => late;', 'no-restricted-syntax'],
  [file, 'export enum Side { Buy, Sell }', 'no-restricted-syntax'],
  [file, 'export class Order {}', 'no-restricted-syntax'],
  [file, 'export const Order = class {};', 'no-restricted-syntax'],
  [file, 'export default 1;', 'no-restricted-syntax'],
  [file, 'const price = 1;\nexport { price as default };', 'no-restricted-syntax'],
  [file, '// @ts-ignore: said so\nexport const price: number = 1;', '@typescript-eslint/ban-ts-comment'],
  [
    file,
    'async function sell(): Promise<void> {}\nexport function run(): void { sell(); }',
    '@typescript-eslint/no-floating-promises',
  ],
  [file, '// eslint-disable-next-line no-var\nexport var price = 1;', 'no-var'],
  [file, '/* eslint-disable no-var */\nexport const price = 1;', null],
  [file, 'export interface Fee { amount: string }', 'no-restricted-syntax'],
  [file, 'export interface Book { mid(): string }'],
];

const sources = (file) => [
  ...everywhere(file),
  [file, 'export { value } from "./value.js";', 'no-restricted-syntax'],
  [file, 'export * from "./value.js";', 'no-restricted-syntax'],
  [
    file,
    '// @ts-expect-error: a reason long enough\nexport const price: number = "1";',
    '@typescript-eslint/ban-ts-comment',
  ],
  [file, `export const lines = 1;\n${'// one more\n'.repeat(400)}`, 'max-lines'],
];

const noPorts = (file) =>
  [
    ...[
      'Date.now()',
      'new Date(0)',
      'performance.now()',
      'setTimeout(() => undefined, 1)',
      'setInterval(() => undefined, 1)',
    ],
    ...['queueMicrotask(() => undefined)', 'fetch("x")', 'new WebSocket("x")', 'process.exit(1)', 'console.log(1)'],
    ...['Buffer.from("x")', 'globalThis.fetch("x")', 'crypto.randomUUID()', 'setImmediate(() => undefined)'],
  ].map((code) => [file, `export const run = (): unknown => ${code};`, 'no-restricted-globals']);

const pure = (file) => [
  ...sources(file),
  ...noPorts(file),
  [file, 'export const read = (text: string): unknown => JSON.parse(text);', 'no-restricted-properties'],
  [
    file,
    'const { parse } = JSON;\nexport const read = (text: string): unknown => parse(text);',
    'no-restricted-properties',
  ],
  [file, 'export const chance = (): number => Math.random();', 'no-restricted-properties'],
  [file, 'export const soon = (): AbortSignal => AbortSignal.timeout(1);', 'no-restricted-properties'],
  [file, 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;', 'hb/imports'],
  [file, 'import { readFileSync } from "fs";\nexport const read = readFileSync;', 'hb/imports'],
  [file, 'export const load = async (): Promise<unknown> => import("node:fs");', 'hb/imports'],
  [file, 'export const load = async (name: string): Promise<unknown> => import(name);', 'hb/imports'],
  [file, 'export type Read = typeof import("node:fs").readFileSync;', 'hb/imports'],
  [file, 'import { WebSocket } from "ws";\nexport const open = WebSocket;', 'hb/imports'],
  [file, 'import { request } from "undici";\nexport const ask = request;', 'hb/imports'],
  [file, 'export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);'],
  [file, 'export const host = (url: URL): string => url.hostname;'],
];

const testFiles = (file) => [
  ...everywhere(file),
  [file, 'import { test } from "vitest";\ntest.only("sells", () => undefined);', 'no-restricted-syntax'],
  [file, 'import { test } from "vitest";\ntest.skip("sells", () => undefined);', 'no-restricted-syntax'],
  [file, 'import { vi } from "vitest";\nvi.mock("./order.js");', 'no-restricted-syntax'],
  [file, 'import { vi } from "vitest";\nvi.useFakeTimers();', 'no-restricted-syntax'],
  [file, 'import { expect } from "vitest";\nexpect(1).toBeDefined();', 'no-restricted-syntax'],
  [file, '// @ts-expect-error: a number is refused\nexport const price: string = 1;'],
];

const noSleep = (file) => [
  [file, 'export const wait = (): unknown => setTimeout(() => undefined, 1);', 'no-restricted-globals'],
  [file, 'export const now = (): number => Date.now();', 'no-restricted-globals'],
  [file, 'export const chance = (): number => Math.random();', 'no-restricted-properties'],
  [file, 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;'],
];

const cases = {
  core: [
    core,
    [
      ...pure('src/model/sample.ts'),
      ...testFiles('test/sample.test.ts'),
      ...noSleep('test/sample.test.ts'),
      [
        'src/model/sample.ts',
        'export const pair = (): object => ({ ...{ base: 1 }, quote: 2 });',
        'no-restricted-syntax',
      ],
      ['src/model/sample.ts', 'export const pair = (): object => ({ base: 1, ...{ quote: 2 } });'],
      ['src/model/sample.ts', "export const cut = '…';", 'no-restricted-syntax'],
      ['src/model/sample.ts', 'export const cut = (text: string): string => `${text}…`;', 'no-restricted-syntax'],
      ['src/model/sample.ts', "export const cut = '\\u2026';"],
      ['src/errors/sample.ts', 'export class ConnectorError extends Error {}'],
      ['src/errors/sample.ts', 'export enum Kind { Network }', 'no-restricted-syntax'],
      ['src/index.ts', 'export { value } from "./model/value.js";'],
      ['src/index.ts', 'export const now = (): number => Date.now();', 'no-restricted-globals'],
      ['src/ports/node.ts', 'import { request } from "undici";\nexport const ask = request;'],
      ['src/ports/node.ts', 'import { WebSocket } from "ws";\nexport const open = WebSocket;'],
      ['src/ports/node.ts', 'export const now = (): number => Date.now();'],
      ['src/ports/node-disk.ts', 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;'],
      [
        'src/ports/node.ts',
        'export const read = (text: string): unknown => JSON.parse(text);',
        'no-restricted-properties',
      ],
      ['src/ports/sample.ts', 'export const now = (): number => Date.now();', 'no-restricted-globals'],
      ['test/ports/node.test.ts', 'export const wait = (): unknown => setTimeout(() => undefined, 1);'],
      ['src/model/sample.ts', 'import { Big } from "big.js";\nexport const zero = new Big("0");'],
      ...['binance', 'a binance order', 'https://api.kucoin.com/v1', 'GATEIO', 'okx_perpetual', 'derive'].map(
        (text) => ['src/model/sample.ts', `export const name = '${text}';`, 'hb/venue-ids'],
      ),
      ['src/model/sample.ts', 'export const name = (id: string): string => `kraken-${id}`;', 'hb/venue-ids'],
      ...[
        'export const isBinance = true;',
        'export const names = { gate_io: 1 };',
        'export const toGateIo = (text: string): string => text;',
        'export type Pool = { readonly hyperliquid: string };',
        'export const form = /^kucoin-/;',
        "export const chain = 'ethereum';",
      ].map((code) => ['src/model/sample.ts', code, 'hb/venue-ids']),
      ['src/model/sample.ts', 'export const derive = (lighter: string): string => lighter;'],
      ['src/model/sample.ts', "export const name = 'derive a key, on a lighter path';"],
      ['test/sample.test.ts', "export const name = 'binance';"],
      // Arrows point one way.
      ['src/model/sample.ts', 'import { value } from "../errors/value.js";\nexport const copy = value;', 'hb/imports'],
      ['src/errors/sample.ts', 'import { value } from "../model/value.js";\nexport const copy = value;'],
      ['src/errors/sample.ts', 'import { value } from "../spec/value.js";\nexport const copy = value;', 'hb/imports'],
      ['src/spec/sample.ts', 'import { value } from "../errors/value.js";\nexport const copy = value;'],
      [
        'src/spec/sample.ts',
        'import type { Value } from "../throttler/value.js";\nexport type Copy = Value;',
        'hb/imports',
      ],
      ['src/rest/sample.ts', 'import { value } from "../spec/value.js";\nexport const copy = value;'],
      [
        'src/rest/sample.ts',
        'import { value } from "../connector/value.js";\nexport const copy = value;',
        'hb/imports',
      ],
      ['src/rest/sample.ts', 'import { value } from "../index.js";\nexport const copy = value;', 'hb/imports'],
      ['src/orders/sample.ts', 'import { value } from "../ports/value.js";\nexport const copy = value;', 'hb/imports'],
      ['src/orders/sample.ts', 'import type { Value } from "../ports/value.js";\nexport type Copy = Value;'],
      ['src/orders/sample.ts', 'import { type Value } from "../ports/value.js";\nexport type Copy = Value;'],
      ['src/orders/sample.ts', 'import { value } from "../rest/value.js";\nexport const copy = value;', 'hb/imports'],
      ['src/book/sample.ts', 'import { value } from "../stream/value.js";\nexport const copy = value;', 'hb/imports'],
      ['src/connector/sample.ts', 'import { value } from "../orders/value.js";\nexport const copy = value;'],
      [
        'src/elsewhere/sample.ts',
        'import { value } from "../model/value.js";\nexport const copy = value;',
        'hb/imports',
      ],
      ['src/model/sample.ts', 'import { value } from "../../test/value.js";\nexport const copy = value;', 'hb/imports'],
    ],
  ],
  connector: [
    connector,
    [
      ...pure('src/sample.ts'),
      ['src/sample.ts', 'export const pair = (): object => ({ ...{ base: 1 }, quote: 2 });', 'no-restricted-syntax'],
      ['src/sample.ts', 'export const pair = (): object => ({ base: 1, ...{ quote: 2 } });'],
      ...pure('emulator/sample.ts'),
      ...testFiles('test/sample.test.ts'),
      ...noSleep('test/sample.test.ts'),
      ...['src', 'emulator'].flatMap((folder) => [
        [
          `${folder}/sample.ts`,
          'let count = 0;\nexport const next = (): number => (count += 1);',
          'no-restricted-syntax',
        ],
        [`${folder}/sample.ts`, 'export let count = 0;', 'no-restricted-syntax'],
        [`${folder}/sample.ts`, 'export const seen = new Map<string, string>();', 'no-restricted-syntax'],
        [`${folder}/sample.ts`, 'export const seen: string[] = [];', 'no-restricted-syntax'],
        [`${folder}/sample.ts`, 'export const seen: Record<string, string> = {};', 'no-restricted-syntax'],
        [`${folder}/index.ts`, 'export const seen = new Set<string>();', 'no-restricted-syntax'],
        [`${folder}/sample.ts`, 'export const kinds: ReadonlyMap<string, string> = new Map([["a", "b"]]);'],
        [`${folder}/sample.ts`, 'export function count(): number { let sum = 0; sum += 1; return sum; }'],
      ]),
      [
        'src/sample.ts',
        'const kinds: Readonly<Record<string, string>> = { a: "b" };\nexport const kind = (word: string): string | undefined => kinds[word];',
        'hb/word-tables',
      ],
      [
        'src/sample.ts',
        'const kinds: Partial<Record<string, string>> = { a: "b" };\nexport const kind = (of: { word: string }): string | undefined => kinds[of.word];',
        'hb/word-tables',
      ],
      [
        'src/sample.ts',
        'const kinds: Record<"a", string> = { a: "b" };\nexport const kind = (word: "a"): string => kinds[word];',
      ],
      [
        'src/sample.ts',
        'export const twice = (text: string) => text + text;',
        '@typescript-eslint/explicit-module-boundary-types',
      ],
      ['src/sample.ts', 'import { value } from "../emulator/value.js";\nexport const copy = value;', 'hb/imports'],
      ['emulator/sample.ts', 'import { value } from "../src/value.js";\nexport const copy = value;', 'hb/imports'],
      ['emulator/sample.ts', 'import type { Value } from "../src/value.js";\nexport type Copy = Value;', 'hb/imports'],
      ['src/sample.ts', 'import { engine } from "@hb/connector-testkit";\nexport const copy = engine;', 'hb/imports'],
      ['src/sample.ts', 'import { spot } from "@hb/connector-kraken";\nexport const copy = spot;', 'hb/imports'],
      ['src/sample.ts', 'import { Big } from "big.js";\nexport const copy = Big;', 'hb/imports'],
      ['src/sample.ts', 'import type { Decimal } from "@hb/connector-core";\nexport type Copy = Decimal;'],
      ['src/sample.ts', 'import * as v from "valibot";\nexport const schema = v.string();'],
      ['src/sample.ts', 'import * as value from "./value.js";\nexport const copy = value;'],
      ['emulator/sample.ts', 'import type { Engine } from "@hb/connector-testkit";\nexport type Copy = Engine;'],
      ['src/index.ts', 'export { value } from "./value.js";'],
    ],
  ],
  testkit: [
    testkit,
    [
      ...pure('src/sample.ts'),
      ...testFiles('test/sample.test.ts'),
      ...noSleep('test/sample.test.ts'),
      ['src/node.ts', 'import { WebSocketServer } from "ws";\nexport const serve = WebSocketServer;'],
      ['src/sample.ts', 'import type { Decimal } from "@hb/connector-core";\nexport type Copy = Decimal;'],
    ],
  ],
  program: [
    program,
    [
      ...sources('src/sample.ts').filter(([, , rule]) => rule !== '@typescript-eslint/ban-ts-comment'),
      ...testFiles('test/sample.test.ts'),
      ['src/sample.ts', 'console.log(Date.now(), process.argv);\nexport const done = true;'],
    ],
  ],
};

const root = fileURLToPath(new URL('../reports/lint', import.meta.url));

for (const [name, [preset, rows]] of Object.entries(cases))
  describe(name, () => {
    const cwd = join(root, name);
    let eslint;

    // A type-aware rule sees only files that are there, so each path the rows name gets a stand-in.
    beforeAll(() => {
      for (const [file] of rows) write(join(cwd, file), 'export {};\n');
      for (const [, code] of rows)
        for (const [, folder] of code.matchAll(/"(?:\.\.\/)*((?:\w+\/)*)value\.js"/g))
          for (const top of ['', 'src/', 'src/model/', 'emulator/'])
            write(join(cwd, top, folder, 'value.ts'), 'export const value = 1;\nexport type Value = number;\n');
      write(
        join(cwd, 'tsconfig.json'),
        '{ "extends": "@hb/tsconfig/base.json", "compilerOptions": { "noEmit": true } }\n',
      );
      eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: preset(cwd) });
    });

    for (const [file, code, rule] of rows)
      test(`${rule === undefined ? 'accepts' : 'reports'} ${file}: ${code.slice(0, 100).trim().replaceAll('\n', ' ⏎ ')}`, async () => {
        const [{ messages }] = await eslint.lintText(code, { filePath: join(cwd, file) });
        const found = messages.map(({ ruleId }) => ruleId);
        // The stand-ins of some packages are not installed here, and what they export is then untyped.
        if (rule === undefined) expect(found.filter((each) => !each?.includes('no-unsafe-'))).toEqual([]);
        else expect(found).toContain(rule);
      });
  });

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
