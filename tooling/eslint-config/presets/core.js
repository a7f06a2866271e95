import { layers } from '../data/layers.js';
import { base, language, latin, noClasses, noReexports, oneShape, size } from '../parts/base.js';
import { isPort, portsOnly, virtualTime } from '../parts/ports.js';
import { tests } from '../parts/tests.js';

/** packages/core: I/O in `src/ports/node*.ts` alone, arrows one way, no venue by name. */
export function core(directory) {
  return [
    ...base(directory),
    {
      files: ['src/**/*.ts'],
      rules: {
        ...size,
        ...portsOnly,
        'no-restricted-syntax': ['error', ...language, ...noClasses, ...noReexports, ...oneShape, ...latin],
        'hb/imports': ['error', { packages: ['big.js'], within: ['src'], layers }],
        'hb/venue-ids': 'error',
        'hb/word-tables': 'error',
      },
    },
    { files: ['**/index.ts'], rules: { 'no-restricted-syntax': ['error', ...language, ...noClasses] } },
    { files: ['src/errors/*.ts'], rules: { 'no-restricted-syntax': ['error', ...language, ...noReexports] } },
    { files: ['src/ports/node*.ts'], rules: { ...isPort, 'hb/imports': ['error', { within: ['src'], layers }] } },
    { files: ['test/**/*.ts'], rules: { ...tests, ...virtualTime } },
    // The node ports are tested on loopback sockets, in real time.
    { files: ['test/**/node*.ts'], rules: { 'no-restricted-globals': 'off' } },
  ];
}
