import type { Engine, EngineEvent } from '../engine/types.js';

/** Whose affair an event is; `undefined` for what everybody sees. */
export function ownerOf(event: EngineEvent): string | undefined {
  if (event.type === 'order') return event.order.account;
  if (event.type === 'position') return event.position.account;
  if (event.type === 'funding') return event.payment.account;
  return 'account' in event ? event.account : undefined;
}

/**
 * Tells the events of the accounts that somebody may listen to, in order. Returns what ends it.
 * Others have nobody to tell: the crowd of a simulation would cost most of its time here.
 */
export function tellOwners(
  engine: Engine,
  accounts: { readonly has: (account: string) => boolean },
  tell: (account: string, event: EngineEvent) => void,
): () => void {
  return engine.on((event) => {
    const owner = ownerOf(event);
    if (owner !== undefined && accounts.has(owner)) tell(owner, event);
  });
}
