/** What feeds one topic while somebody listens. */
export type Source = {
  readonly stop: () => void;
  /** Leaves the next message out, as when it is lost inside the venue. */
  readonly skip?: () => void;
};

/** Starts to feed a topic: every payload goes to `publish`. */
export type OpenSource = (topic: string, publish: (payload: unknown) => void) => Source;

/** One payload of a topic, as the JSON text that every listener gets. */
type Listener = (topic: string, payload: string) => void;

/** Runs each topic once, however many listen, so that all of them see the same sequence. */
export interface Publisher {
  /** Returns what ends it. */
  listen(topic: string, listener: Listener): () => void;
  /** Leaves out the next message of the topics for which `isLosing` holds, where the source can. */
  skip(isLosing: (topic: string) => boolean): void;
  stop(): void;
}

/** Of a topic that carries nothing. */
export const silence: Source = { stop: () => undefined };

/** Opens each topic’s source for its first listener, and ends it with the last. */
export function createPublisher(openSource: OpenSource): Publisher {
  const topics = new Map<string, { readonly source: Source; readonly listeners: Set<Listener> }>();

  function open(topic: string) {
    const listeners = new Set<Listener>();
    const source = openSource(topic, (payload) => {
      const text = JSON.stringify(payload);
      for (const listener of listeners) listener(topic, text);
    });
    const opened = { source, listeners };
    topics.set(topic, opened);
    return opened;
  }
  return {
    listen(topic, listener) {
      const { listeners, source } = topics.get(topic) ?? open(topic);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || topics.get(topic)?.source !== source) return;
        topics.delete(topic);
        source.stop();
      };
    },
    skip(isLosing) {
      for (const [topic, { source }] of topics) if (isLosing(topic)) source.skip?.();
    },
    stop() {
      for (const { source } of topics.values()) source.stop();
      topics.clear();
    },
  };
}

/** The topics that one connection listens to, in the order in which they were added. */
export interface Subscriptions {
  /** Nothing happens for one that is there already. */
  add(topic: string): void;
  remove(topic: string): void;
  topics(): readonly string[];
  clear(): void;
}

/** The topics of one connection. */
export function createSubscriptions(publisher: Publisher, listener: Listener): Subscriptions {
  const ends = new Map<string, () => void>();
  return {
    add(topic) {
      if (!ends.has(topic)) ends.set(topic, publisher.listen(topic, listener));
    },
    remove(topic) {
      ends.get(topic)?.();
      ends.delete(topic);
    },
    topics: () => [...ends.keys()],
    clear() {
      for (const end of ends.values()) end();
      ends.clear();
    },
  };
}
