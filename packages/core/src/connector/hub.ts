import type { Event, Happening } from '../model/event.js';
import type { UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Log } from '../ports/ports.js';

type Listener<T extends Event['type']> = (event: Extract<Event, { type: T }>) => void;

/** Hands events to listeners, synchronously and in order. */
export type Hub = {
  /** `origin` is the journal record behind the happening; what is not journaled carries the last one's sequence. */
  readonly emit: (
    happening: Happening,
    origin?: {
      readonly id: string;
      readonly sequence: number;
      readonly at: UnixMs;
    },
  ) => void;
  /** From now on, what is not journaled carries this sequence, until a later one. */
  readonly continueFrom: (sequence: number) => void;
  readonly on: <T extends Event['type']>(type: T, listener: Listener<T>) => () => void;
  /** Whether anybody listens to events of this type. */
  readonly isHeard: (type: Event['type']) => boolean;
};

export function createHub(options: { now: () => UnixMs; log: Log; meter: Meter }): Hub {
  const { now, log, meter } = options;
  const listeners = new Map<Event['type'], Set<(event: Event) => void>>();
  const pending: Event[] = [];
  let isDelivering = false;
  let sequence = 0;
  let unnumbered = 0;

  const deliver = (event: Event): void => {
    const ofType = listeners.get(event.type) ?? new Set();
    for (const listener of [...ofType]) {
      // One that was taken off by a listener before it does not hear of this any more.
      if (!ofType.has(listener)) continue;
      try {
        listener(event);
      } catch (error) {
        // One listener's fault must not keep an event from the others.
        meter.count('listener.threw');
        log('error', 'listener.threw', { type: event.type, id: event.id, error });
      }
    }
  };

  // A listener that causes an event (it cancels, say) must not make others see the second before the first.
  const drain = (): void => {
    if (isDelivering) return;
    isDelivering = true;
    for (let event = pending.shift(); event !== undefined; event = pending.shift()) deliver(event);
    isDelivering = false;
  };

  return {
    emit: (happening, origin) => {
      const seenAt = now();
      if (origin !== undefined) sequence = Math.max(sequence, origin.sequence);
      else unnumbered += 1;
      const id = origin?.id ?? `${happening.type}:${String(unnumbered)}`;
      pending.push({ id, sequence: origin?.sequence ?? sequence, at: origin?.at ?? seenAt, seenAt, ...happening });
      drain();
    },
    continueFrom: (last) => {
      sequence = Math.max(sequence, last);
    },
    on: (type, listener) => {
      const ofType = listeners.get(type) ?? new Set();
      listeners.set(type, ofType);
      const handle = (event: Event): void => {
        if (isOfType(event, type)) listener(event);
      };
      ofType.add(handle);
      return () => ofType.delete(handle);
    },
    isHeard: (type) => (listeners.get(type)?.size ?? 0) > 0,
  };
}

function isOfType<T extends Event['type']>(event: Event, type: T): event is Extract<Event, { type: T }> {
  return event.type === type;
}
