import { isConnectorError } from '../../src/errors/connector-error.js';
import type { StreamRequestOptions } from '../../src/stream/options.js';
import type { StreamHandle } from '../../src/stream/stream.js';
import { createWorld, silent, type World, type WorldOptions } from './stream-world.js';

/** A world whose held connection is live, and whose venue answers nothing. */
export async function createLive(options: WorldOptions = {}): Promise<World> {
  const world = createWorld({ ...options, venue: { ...silent, ...options.venue } });
  world.stream.hold();
  await world.clock.advance(10);
  return world;
}

export type Outcome = { body?: unknown; kind?: string; outcome?: string; message?: string };

/** Sends a request; its outcome, once it is known, as plain values. */
export function ask(stream: StreamHandle, options: Partial<StreamRequestOptions> = {}): Outcome {
  const result: Outcome = {};
  stream.request('order.place', { symbol: 'X' }, { deadlineMs: 5_000, ...options }).then(
    (answer) => Object.assign(result, { body: answer.body }),
    (error: unknown) => {
      if (!isConnectorError(error)) throw error;
      Object.assign(result, { kind: error.kind, outcome: error.outcome, message: error.message });
    },
  );
  return result;
}
