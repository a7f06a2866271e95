import { base, size } from '../parts/base.js';
import { isPort, portsOnly, virtualTime } from '../parts/ports.js';
import { tests } from '../parts/tests.js';

/** The testkit: deterministic as core is, with sockets in `src/node*.ts` and `src/sockets/` alone. */
export function testkit(directory) {
  return [
    ...base(directory),
    {
      files: ['src/**/*.ts'],
      rules: { ...size, ...portsOnly, 'hb/imports': ['error', { packages: ['@hb/connector-core'], within: ['src'] }] },
    },
    {
      files: ['src/**/node*.ts', 'src/sockets/*.ts'],
      rules: { ...isPort, 'hb/imports': ['error', { within: ['src'] }] },
    },
    { files: ['test/**/*.ts'], rules: { ...tests, ...virtualTime } },
    { files: ['test/**/node*.ts', 'test/sockets/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  ];
}
