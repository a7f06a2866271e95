import { base, size } from '../parts/base.js';
import { tests } from '../parts/tests.js';

/** Programs that users read or start: examples, the demo, the outside clients. */
export function program(directory) {
  return [...base(directory), { files: ['**/*.ts'], rules: size }, { files: ['test/**/*.ts'], rules: tests }];
}
