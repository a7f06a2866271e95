import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Where a file may import from. Options, all optional:
 * `packages` names (subpaths included), `within` folders of the package that relative imports must stay in,
 * `layers` the table of `src` folders and what each may use.
 */
export const imports = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          packages: { type: 'array', items: { type: 'string' } },
          within: { type: 'array', items: { type: 'string' } },
          layers: { type: 'object' },
        },
      },
    ],
    messages: {
      package: "'{{source}}' may not be imported here; allowed: {{allowed}}.",
      outside: "'{{source}}' leads out of {{allowed}}.",
      unknown: "folder '{{folder}}' has no place in tooling/eslint-config/data/layers.js; add it there.",
      layer: "'{{from}}' may not import '{{to}}': arrows point one way (ARCHITECTURE.md).",
      value: "'{{from}}' may import types alone from '{{to}}': it does no I/O.",
      computed: 'the name of an imported module must be a plain string.',
    },
  },
  create(context) {
    const [{ packages, within, layers }] = context.options;
    const file = relative(context.cwd, context.filename).split(sep).join('/');

    function check(node, source, typesOnly) {
      if (source === undefined) return context.report({ node, messageId: 'computed' });
      if (!source.startsWith('.')) return checkPackage(node, source);
      const target = relative(context.cwd, resolve(dirname(context.filename), source))
        .split(sep)
        .join('/');
      if (within !== undefined && !within.some((folder) => target.startsWith(`${folder}/`)))
        context.report({ node, messageId: 'outside', data: { source, allowed: `${within.join(', ')}/` } });
      else if (layers !== undefined) checkLayer(node, folderOf(target), typesOnly);
    }
    function checkPackage(node, source) {
      if (packages === undefined || packages.some((name) => source === name || source.startsWith(`${name}/`))) return;
      context.report({ node, messageId: 'package', data: { source, allowed: [...packages, 'relative'].join(', ') } });
    }
    function checkLayer(node, to, typesOnly) {
      const from = folderOf(file);
      if (from === '' || from === to) return;
      const layer = layers[from];
      if (layer === undefined) context.report({ node, messageId: 'unknown', data: { folder: from } });
      else if (layer.uses.includes(to)) return;
      else if (!layer.types?.includes(to))
        context.report({ node, messageId: 'layer', data: { from, to: to || 'index' } });
      else if (!typesOnly) context.report({ node, messageId: 'value', data: { from, to } });
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value, isTypeOnly(node, node.importKind)),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type'),
      ExportNamedDeclaration: (node) => {
        if (node.source) check(node, node.source.value, isTypeOnly(node, node.exportKind));
      },
      ImportExpression: (node) => check(node, textOf(node.source), false),
      TSImportType: (node) => check(node, textOf(node.source), true),
    };
  },
};

/** The `src` folder a path lies in; '' for a file of `src` itself. */
function folderOf(path) {
  const [, folder, rest] = path.split('/');
  return rest === undefined ? '' : folder;
}

function isTypeOnly(node, kind) {
  if (kind === 'type') return true;
  return node.specifiers.length > 0 && node.specifiers.every((each) => (each.importKind ?? each.exportKind) === 'type');
}

function textOf(node) {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}
