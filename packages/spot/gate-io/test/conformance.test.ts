import { testSpotConnector } from '@hb/connector-testkit';
import { describe, test } from 'vitest';

import { fixture } from './conformance/fixture.js';

const print = (table: string): void => {
  process.stdout.write(`${table}\n`);
};

describe('orders by REST', () => {
  testSpotConnector(fixture, { test, describe, print });
});

describe('orders over the socket', () => {
  testSpotConnector({ ...fixture, options: { orderEntry: 'websocket' } }, { test, describe, print });
});
