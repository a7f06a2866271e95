import ts from 'typescript';

import { files, read } from '../workspace.mjs';

const document = 'docs/contract.md';
const folder = 'packages/core/src/spec';

/** Every member of the spec has its row in the document, and every row its member. */
export function contract() {
  const types = files(folder).flatMap((path) => [...membersOf(read(path))]);
  return judge(new Map(types), read(document));
}

/** What lacks a row, and what rows are left over: a section `### Type`, with `| `member` | …` for each member. */
export function judge(types, text) {
  const rows = rowsOf(text);
  return [
    ...compare(types, rows, (name) => `${document} says nothing of ${name}`),
    ...compare(rows, types, (name) => `${document} has ${name}, which the spec has not`),
  ];
}

function compare(wanted, there, toFinding) {
  return [...wanted].flatMap(([type, members]) =>
    [...members]
      .filter((member) => there.get(type)?.has(member) !== true)
      .map((member) => toFinding(`${type}.${member}`)),
  );
}

/** Members by exported type; those of a member's own shape as `candles.max`. */
export function membersOf(source) {
  const file = ts.createSourceFile('spec.ts', source, ts.ScriptTarget.Latest, true);
  const declared = new Map();
  for (const node of file.statements) if (ts.isTypeAliasDeclaration(node)) declared.set(node.name.text, node);
  const found = new Map();
  for (const [name, node] of declared) {
    const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    const members = isExported ? collect(node.type, '', declared) : [];
    if (members.length > 0) found.set(name, new Set(members));
  }
  return found;
}

/** Follows unions, intersections and types that the file keeps to itself. */
function collect(node, prefix, declared) {
  if (ts.isTypeLiteralNode(node)) return node.members.flatMap((member) => collectMember(member, prefix, declared));
  if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node))
    return node.types.flatMap((each) => collect(each, prefix, declared));
  if (ts.isParenthesizedTypeNode(node)) return collect(node.type, prefix, declared);
  const own = ts.isTypeReferenceNode(node) && declared.get(node.typeName.getText());
  const isPrivate = own && own.modifiers === undefined;
  return isPrivate ? collect(own.type, prefix, declared) : [];
}

function collectMember(member, prefix, declared) {
  if (!ts.isPropertySignature(member) || member.type === undefined) return [];
  const name = `${prefix}${member.name.getText()}`;
  const isShape = ts.isTypeLiteralNode(member.type);
  return [name, ...(isShape ? collect(member.type, `${name}.`, declared) : [])];
}

function rowsOf(text) {
  const rows = new Map();
  let type = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) type = /^### `?(\w+)`?/.exec(line)?.[1] ?? '';
    const [, member] = /^\| `([\w.]+)` +\|/.exec(line) ?? [];
    if (type !== '' && member !== undefined) rows.set(type, (rows.get(type) ?? new Set()).add(member));
  }
  return rows;
}
