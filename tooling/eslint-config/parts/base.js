import js from '@eslint/js';
import tseslint from 'typescript-eslint';

import { imports } from '../rules/imports.js';
import { venueIds } from '../rules/venue-ids.js';
import { wordTables } from '../rules/word-tables.js';

/** What every package has: typescript-eslint's two strictest presets, our rules on top, and no way to switch one off in a file. */
export function base(directory) {
  return [
    { ignores: ['build/**', 'dist/**', 'reports/**', 'coverage/**', '.turbo/**', '*.config.js'] },
    js.configs.recommended,
    ...tseslint.configs.strictTypeChecked,
    ...tseslint.configs.stylisticTypeChecked,
    {
      plugins: { hb: { rules: { imports, 'venue-ids': venueIds, 'word-tables': wordTables } } },
      languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: directory } },
      linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
      rules: {
        '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
        '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
        // An interface has methods that users call (a rule of no-restricted-syntax below); everything else is a type.
        '@typescript-eslint/consistent-type-definitions': 'off',
        '@typescript-eslint/consistent-type-imports': 'error',
        '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
        // isolatedDeclarations wants the type of an exported constant written out.
        '@typescript-eslint/no-inferrable-types': 'off',
        '@typescript-eslint/no-unnecessary-condition': [
          'error',
          { allowConstantLoopConditions: 'only-allowed-literals' },
        ],
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
        // An async function without await turns what it throws into a rejection, which is what a port promises.
        '@typescript-eslint/require-await': 'off',
        '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
        '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
        'no-nested-ternary': 'error',
        'no-restricted-syntax': ['error', ...language, ...noClasses, ...noReexports],
        eqeqeq: 'error',
      },
    },
    { files: ['**/index.ts'], rules: { 'no-restricted-syntax': ['error', ...language, ...noClasses] } },
  ];
}

/** Size of a source file and of a signature. */
export const size = {
  'max-lines': ['error', { max: 400 }],
  'max-params': ['error', { max: 4 }],
};

export const language = [
  { selector: 'TSEnumDeclaration', message: 'No enums: a union, or an object `as const`.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: "ExportSpecifier[exported.name='default']", message: 'Named exports only.' },
  { selector: ':matches(VariableDeclarator, PropertyDefinition)[definite=true]', message: 'No `!`: give it a value.' },
  { selector: 'TSModuleDeclaration', message: 'No namespaces.' },
  {
    selector: 'TSInterfaceDeclaration:not(:has(TSMethodSignature, TSTypeAnnotation > TSFunctionType))',
    message: '`type` for plain data; an interface has methods that users call.',
  },
];

export const noClasses = [
  {
    selector: ':matches(ClassDeclaration, ClassExpression)',
    message: 'No classes but ConnectorError: a createX function that returns an object literal.',
  },
];

/** What begins as a copy gets a shape of its own in V8 with each member that is added: slow to make, and slow to read wherever several meet. */
export const oneShape = [
  {
    selector: ':function ObjectExpression[properties.length>1] > SpreadElement:first-child > ObjectExpression',
    message: 'No literal spread at the beginning of another: its members come first by themselves.',
  },
];

/** One character beyond Latin-1 makes V8 keep the whole file that it ends up in with two bytes for each. */
export const latin = [
  {
    selector: ':matches(Literal[raw=/[^\\u0000-\\u00ff]/], TemplateElement[value.raw=/[^\\u0000-\\u00ff]/])',
    message: 'Write it as an escape: \\u2026.',
  },
];

export const noReexports = [
  {
    selector: ':matches(ExportAllDeclaration, ExportNamedDeclaration[source])',
    message: 'index.ts is the only file that re-exports.',
  },
];

const stateful = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration';
const fixed = '[id.typeAnnotation.typeAnnotation.typeName.name=/^Readonly(Map|Set)$/]';

/** A connector keeps nothing between calls. */
export const noModuleState = [
  { selector: `${stateful}:not([kind='const'])`, message: 'No state in a connector: it belongs to core.' },
  {
    selector: `${stateful} > VariableDeclarator:not(${fixed}) > NewExpression[callee.name=/^(Weak)?(Map|Set)$/]`,
    message: 'No state in a connector: a table is an object literal, or typed as ReadonlyMap or ReadonlySet.',
  },
  {
    selector: `${stateful} > VariableDeclarator > :matches(ArrayExpression[elements.length=0], ObjectExpression[properties.length=0])`,
    message: 'No state in a connector: an empty collection is there to be filled.',
  },
];
