import { testPerpetualConnector } from '@hb/connector-testkit';
import { describe, test } from 'vitest';

import { fixture } from './conformance/fixture.js';

testPerpetualConnector(fixture, {
  ...{ test, describe },
  print: (table) => {
    process.stdout.write(`${table}\n`);
  },
});
