import js from '@eslint/js';

const globals = ['process', 'console', 'URL', 'performance', 'setTimeout', 'clearTimeout'];

/** The tooling's own plain JavaScript. */
export function script() {
  return [
    { ignores: ['reports/**'] },
    js.configs.recommended,
    {
      languageOptions: { globals: Object.fromEntries(globals.map((name) => [name, 'readonly'])) },
      linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
      rules: { 'no-nested-ternary': 'error', 'max-lines': ['error', { max: 400 }], eqeqeq: 'error' },
    },
  ];
}
