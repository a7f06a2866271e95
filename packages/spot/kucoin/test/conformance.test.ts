import { testSpotConnector } from '@hb/connector-testkit';
import { describe, test } from 'vitest';

import { fixture } from './conformance/fixture.js';

const print = (table: string): void => {
  process.stdout.write(`${table}\n`);
};

describe('the high-frequency API', () => {
  testSpotConnector(fixture, { test, describe, print });
});

describe('the API before it', () => {
  const { amend: _amend, placeMany: _placeMany, deadman: _deadman, ...trading } = fixture.spec.trading;
  const spec = { ...fixture.spec, trading };
  testSpotConnector({ ...fixture, spec, options: { hf: false } }, { test, describe, print });
});
