import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { root } from './workspace.mjs';

export const reportPath = 'packages/core/api.md';
const entry = join(root, 'packages/core/dist/index.d.ts');

export function writeApi() {
  writeFileSync(join(root, reportPath), apiReport());
  return true;
}

/** Every export of core, by name, as its emitted declarations have it, without comments. Needs a build. */
export function apiReport() {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
  });
  const source = program.getSourceFile(entry);
  if (source === undefined) throw new Error('packages/core is not built');
  const checker = program.getTypeChecker();
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source) ?? fail());
  const blocks = symbols
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((symbol) => declarationOf(symbol, checker))
    .filter((text) => text !== '');
  const head =
    '# API of @hb/connector-core\n\nWritten by `npm run api`; a difference here is a change of the contract.\n';
  return `${head}\n\`\`\`ts\n${blocks.join('\n\n')}\n\`\`\`\n`;
}

function declarationOf(symbol, checker) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const printer = ts.createPrinter({ removeComments: true });
  return (target.declarations ?? [])
    .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
    .map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()))
    .map((text) => (target.name === symbol.name ? text : `// exported as ${symbol.name}\n${text}`))
    .join('\n');
}

function fail() {
  throw new Error('packages/core exports nothing');
}
