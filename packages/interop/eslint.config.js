import { program } from '@hb/eslint-config/program';

export default [
  ...program(import.meta.dirname),
  {
    files: ['test/**/*.ts'],
    // One client types its settings as classes that it does not export; its documentation passes plain objects.
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
];
