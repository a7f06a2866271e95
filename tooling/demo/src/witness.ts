import type { Connector } from '@hb/connector-core';

import type { World } from './world.js';

/** What the demo must have seen to count. */
export type Witness = { readonly missing: () => readonly string[] };

/** Watches for a partial fill, a cancel that lost to a fill, and a reconnect of both streams. */
export function createWitness(connector: Connector, { raced }: World): Witness {
  let partial = false;
  let wentDown = false;
  let cameBack = false;
  connector.on('order-filled', ({ order }) => {
    partial ||= order.filled.lt(order.amount);
  });
  connector.on('status', ({ status }) => {
    wentDown ||= status.account === 'stale' && [...status.books.values()].some(({ state }) => state !== 'live');
    cameBack ||= wentDown && status.ready;
  });
  return {
    missing: () => [
      ...(partial ? [] : ['a partial fill']),
      ...(raced.some((id) => connector.order(id)?.state === 'filled') ? [] : ['a cancel that lost to a fill']),
      ...(cameBack ? [] : ['a forced reconnect']),
    ],
  };
}
