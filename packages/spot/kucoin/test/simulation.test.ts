import { repeatSeeds, standardScale } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

const small = { ...standardScale, actions: 16, faults: 16, faultsMs: 12_000, livenessMs: 75_000 };

test('the same seed gives the same run, message for message, and what must hold does', async () => {
  expect(await repeatSeeds(4, small, { fixture })).toEqual({ violations: [], unlike: [], different: 4 });
}, 120_000);
