import { language, noClasses } from './base.js';

const vitest = [
  {
    selector: 'MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(only|skip|todo|fails)$/]',
    message: 'Every test runs.',
  },
  {
    selector:
      "MemberExpression[object.name='vi'][property.name=/^(mock|doMock|spyOn|stubGlobal|stubEnv|useFakeTimers|setSystemTime)$/]",
    message: 'No mocks of our own code and no patched globals: pass the port.',
  },
  {
    selector: 'MemberExpression[property.name=/^(toBeDefined|toBeTruthy|toBeFalsy)$/]',
    message: 'Assert the whole value.',
  },
];

/** What is looser in a test, and what is asked of tests alone. */
export const tests = {
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
  // `expect.any(String)` is typed any.
  '@typescript-eslint/no-unsafe-assignment': 'off',
  'no-restricted-syntax': ['error', ...language, ...noClasses, ...vitest],
};
