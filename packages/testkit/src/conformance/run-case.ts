import { assert, show } from './assert.js';
import type { CaseDefinition } from './case.js';
import { watchRejections } from './node-watch.js';
import { findSecret } from './secrets.js';
import type { World } from './world.js';

/** Runs a case in a world of its own, stops the connector, and checks what must hold after every case. */
export async function runCase(
  definition: Pick<CaseDefinition, 'run'>,
  createWorld: () => World,
  watch: typeof watchRejections = watchRejections,
): Promise<void> {
  const rejections = watch();
  try {
    const world = createWorld();
    try {
      await definition.run(world);
    } catch (error) {
      throw world.inexpressible.length > 0 ? notApplicable(world.inexpressible) : error;
    }
    await world.close();
    checkAfter(world, rejections.found);
  } finally {
    rejections.stop();
  }
}

function checkAfter(world: World, rejections: readonly unknown[]): void {
  const { fixture, engine, connector, ports, told: events, errors, secrets } = world;
  assert(
    fixture.limitRefusals() === 0,
    `the venue turned ${fixture.limitRefusals()} requests away for going over a limit`,
  );
  assert(rejections.length === 0, `a promise rejected and nobody listened: ${show(rejections[0])}`);
  engine.audit();
  const told = [events, errors, ports.logged, connector.metrics(), connector.status, connector.orders()];
  const found = findSecret(told, secrets);
  assert(found === undefined, `a secret, a key or a signature was told: ${found?.slice(0, 200) ?? ''}`);
}

/** The reason why a case that ran means nothing for this venue; `undefined` for any other error. */
export function whyNotApplicable(error: unknown): string | undefined {
  return error instanceof Error && 'notApplicable' in error ? error.message : undefined;
}

function notApplicable(faults: readonly string[]): Error {
  const message = `requests go over a stream, where venues do not agree on a form of ${[...new Set(faults)].join(' and ')}`;
  return Object.assign(new Error(message), { notApplicable: true });
}
