import { openSource, type Feed, type Source } from './stream-sources.js';
import { parseStream } from './stream-names.js';

/** One payload of a stream: its name, and its text as every listener gets it. */
type Listener = (name: string, payload: string) => void;

/** Runs each stream once, however many listen, so that all of them see the same sequence. */
export interface Publisher {
  /** Returns what ends it. Names of no documented form carry nothing. */
  listen(name: string, listener: Listener): () => void;
  /** Leaves the next diff of a market out. */
  gap(symbol: string): void;
  stop(): void;
}

export function createPublisher(venue: Feed['venue']): Publisher {
  const streams = new Map<string, { readonly source: Source; readonly listeners: Set<Listener> }>();

  function open(name: string) {
    const listeners = new Set<Listener>();
    const publish = (payload: unknown) => {
      const text = JSON.stringify(payload);
      for (const listener of listeners) listener(name, text);
    };
    const kind = parseStream(name);
    const source = kind === undefined ? { stop: () => undefined } : openSource({ venue, publish }, kind);
    const opened = { source, listeners };
    streams.set(name, opened);
    return opened;
  }
  return {
    listen(name, listener) {
      const { listeners, source } = streams.get(name) ?? open(name);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || streams.get(name)?.source !== source) return;
        streams.delete(name);
        source.stop();
      };
    },
    gap(symbol) {
      for (const [name, { source }] of streams) if (name.startsWith(`${symbol.toLowerCase()}@`)) source.skip?.();
    },
    stop() {
      for (const { source } of streams.values()) source.stop();
      streams.clear();
    },
  };
}
