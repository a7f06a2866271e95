import type { Gate, Hold } from './claim.js';
import type { Counter } from './counter.js';

/** Gates and holds by name, made when first asked for. */
export type Registry = {
  readonly gate: (key: string, create: () => Counter) => Gate;
  readonly hold: (pool: string) => Hold;
};

/** `nextId` numbers the gates and holds of all registries whose claims may meet in one queue. */
export function createRegistry(nextId: () => number): Registry {
  const gates = new Map<string, Gate>();
  const holds = new Map<string, Hold>();
  return {
    gate: (key, create) => {
      const known = gates.get(key);
      if (known !== undefined) return known;
      const gate: Gate = { id: nextId(), counter: create(), takenByData: create() };
      gates.set(key, gate);
      return gate;
    },
    hold: (pool) => {
      const known = holds.get(pool);
      if (known !== undefined) return known;
      const hold: Hold = { id: nextId(), until: 0 };
      holds.set(pool, hold);
      return hold;
    },
  };
}
