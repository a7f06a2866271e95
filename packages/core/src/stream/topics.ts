/** The topics of one connection and how far each is. Holds state only: what to send is for the caller. */
export type Topics = {
  readonly add: (names: readonly string[]) => void;
  readonly remove: (names: readonly string[]) => void;
  readonly size: () => number;
  readonly names: () => readonly string[];
  readonly hasWork: () => boolean;
  readonly hasLive: () => boolean;
  /** What to send next, at most `most` topics: what is to be left first, so that a topic can be left and taken again. */
  readonly take: (id: string, most: number) => Batch | undefined;
  /** How many messages the batch became; each is acknowledged by its id. */
  readonly sent: (id: string, messages: number) => void;
  /** The topics that an acknowledgement makes live. An `id` alone counts for one message of its batch. */
  readonly acknowledge: (id: string | undefined, names: readonly string[] | undefined) => readonly string[];
  readonly acknowledgeAll: (id: string) => readonly string[];
  /** The topics that a refusal means, live ones included when they are named. Without `id` and `names`: those of the only batch. */
  readonly refuse: (id: string | undefined, names: readonly string[] | undefined) => readonly string[];
  /** Takes back what was never acknowledged, to be sent again. */
  readonly expire: (id: string) => readonly string[];
  /** Topics that were refused are to be sent again. */
  readonly retry: (names: readonly string[]) => void;
  /** No topic is live any more, though the connection still stands; returns those that were. */
  readonly silence: () => readonly string[];
  /** The connection has ended: every topic, refused ones included, starts over. */
  readonly reset: () => void;
};

export type Batch = {
  readonly kind: 'subscribe' | 'unsubscribe';
  readonly id: string;
  readonly names: readonly string[];
};

/** `wanted` is to be sent, `asked` waits for its acknowledgement. */
type State = 'wanted' | 'asked' | 'live' | 'refused';

export function createTopics(): Topics {
  const states = new Map<string, State>();
  const leaving = new Set<string>();
  const batches = new Map<string, { readonly names: Set<string>; missing: number }>();

  const forget = (name: string): void => {
    for (const [id, batch] of batches) {
      if (batch.names.delete(name) && batch.names.size === 0) batches.delete(id);
    }
  };

  const settle = (names: Iterable<string>, state: State, from: readonly State[] = ['asked']): readonly string[] => {
    const settled = [...names].filter((name) => {
      const current = states.get(name);
      return current !== undefined && from.includes(current);
    });
    for (const name of settled) {
      states.set(name, state);
      forget(name);
    }
    return settled;
  };

  const those = (state: State): string[] => [...states].filter(([, each]) => each === state).map(([name]) => name);

  const onlyBatch = (): string | undefined => (batches.size === 1 ? [...batches.keys()][0] : undefined);

  const settleAll = (id: string, state: State): readonly string[] => settle(batches.get(id)?.names ?? [], state);

  return {
    add: (names) => {
      for (const name of names) if (!states.has(name)) states.set(name, 'wanted');
    },
    remove: (names) => {
      for (const name of names) {
        const state = states.get(name);
        states.delete(name);
        forget(name);
        if (state === 'asked' || state === 'live') leaving.add(name);
      }
    },
    size: () => states.size,
    names: () => [...states.keys()],
    hasWork: () => leaving.size > 0 || those('wanted').length > 0,
    hasLive: () => those('live').length > 0,
    take: (id, most) => {
      if (leaving.size > 0) {
        const names = [...leaving].slice(0, most);
        for (const name of names) leaving.delete(name);
        return { kind: 'unsubscribe', id, names };
      }
      const names = those('wanted').slice(0, most);
      if (names.length === 0) return undefined;
      for (const name of names) states.set(name, 'asked');
      batches.set(id, { names: new Set(names), missing: 1 });
      return { kind: 'subscribe', id, names };
    },
    sent: (id, messages) => {
      const batch = batches.get(id);
      if (batch !== undefined) batch.missing = messages;
    },
    acknowledge: (id, names) => {
      if (names !== undefined) return settle(names, 'live');
      const batch = id === undefined ? undefined : batches.get(id);
      if (id === undefined || batch === undefined) return [];
      batch.missing -= 1;
      return batch.missing > 0 ? [] : settleAll(id, 'live');
    },
    acknowledgeAll: (id) => settleAll(id, 'live'),
    refuse: (id, names) => {
      if (names !== undefined) return settle(names, 'refused', ['asked', 'live']);
      const batch = id ?? onlyBatch();
      return batch === undefined ? [] : settleAll(batch, 'refused');
    },
    expire: (id) => settleAll(id, 'wanted'),
    retry: (names) => {
      for (const name of names) if (states.get(name) === 'refused') states.set(name, 'wanted');
    },
    silence: () => {
      const live = those('live');
      for (const name of live) states.set(name, 'asked');
      return live;
    },
    reset: () => {
      for (const name of states.keys()) states.set(name, 'wanted');
      leaving.clear();
      batches.clear();
    },
  };
}
