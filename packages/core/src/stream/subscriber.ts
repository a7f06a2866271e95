import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Message } from '../spec/stream.js';
import type { StreamOptions } from './options.js';
import { toWire, type Outbox } from './outbox.js';
import type { Timers } from './timers.js';
import type { Batch, Topics } from './topics.js';

/** Subscribes the topics of one live connection and follows their acknowledgements. */
type Subscriber = {
  /** Sends what is to be sent, one message after the other. */
  readonly pump: () => void;
  readonly acknowledged: (id: string | undefined, names: readonly string[] | undefined) => void;
  /** Whether the refusal was of any topic. */
  readonly refused: (error: ConnectorError, id?: string, names?: readonly string[]) => boolean;
};

type SubscriberOptions<E, P, O> = Pick<StreamOptions<E, P, O>, 'name' | 'stream' | 'api' | 'on' | 'meter'> & {
  readonly topics: Topics;
  readonly outbox: Pick<Outbox, 'ready' | 'write'>;
  readonly timers: Timers;
  readonly nextId: () => string;
  readonly isLive: () => boolean;
  readonly failed: (reason: string, error?: unknown) => void;
};

const acknowledgeMs = 10_000;

// Refusals that say nothing about the topic: it is asked for again.
const passing: ReadonlySet<ErrorKind> = new Set(['rate-limited', 'clock-skew', 'venue-unavailable', 'network']);

export function createSubscriber<E, P, O>(options: SubscriberOptions<E, P, O>): Subscriber {
  const { name, stream, api, on, meter, topics, outbox, timers } = options;
  let isPumping = false;

  const up = (names: readonly string[]): void => {
    if (names.length > 0) on.up(names);
  };

  const report = (names: readonly string[], error: ConnectorError): void => {
    meter.count('stream.refused', names.length);
    for (const topic of names) on.refused(topic, error);
  };

  const send = async (messages: readonly Message[]): Promise<void> => {
    for (const [index, message] of messages.entries()) {
      if (index > 0) await outbox.ready('data');
      outbox.write(toWire(message));
    }
  };

  const unacknowledged = (id: string): void => {
    const names = topics.expire(id);
    if (names.length === 0) return;
    const message = `not confirmed within ${acknowledgeMs} ms: ${names.join(', ')}`;
    report(names, new ConnectorError(message, { kind: 'network', outcome: 'unknown', operation: `${name} subscribe` }));
    if (topics.hasLive()) pump();
    else options.failed('no subscription was confirmed');
  };

  const run = async ({ kind, id, names }: Batch): Promise<void> => {
    const build = stream[kind];
    if (build === undefined) {
      up(topics.acknowledgeAll(id));
      return;
    }
    // A turn first: a signature in the message would age while it waits.
    await outbox.ready('data');
    const messages = await build(api, names, id);
    // Topics outlive the connection, and the next one counts its ids from 1 again.
    if (!options.isLive()) return;
    topics.sent(id, messages.length);
    await send(messages);
    if (kind === 'unsubscribe' || !options.isLive()) return;
    if (stream.acks === 'none' || messages.length === 0) up(topics.acknowledgeAll(id));
    else timers.deadline(acknowledgeMs, () => unacknowledged(id));
  };

  const retryLater = (names: readonly string[], retryAfterMs = 0): void => {
    timers.after(Math.max(acknowledgeMs, retryAfterMs), () => {
      topics.retry(names);
      pump();
    });
  };

  const work = async (): Promise<void> => {
    try {
      while (options.isLive() && topics.hasWork()) {
        const batch = topics.take(options.nextId(), stream.topicsPerMessage ?? Infinity);
        if (batch !== undefined) await run(batch);
      }
    } catch (error) {
      options.failed('a subscription could not be sent', error);
    } finally {
      isPumping = false;
    }
  };

  const pump = (): void => {
    if (isPumping) return;
    isPumping = true;
    void work();
  };

  return {
    pump,
    acknowledged: (id, names) => {
      up(topics.acknowledge(id, names));
    },
    refused: (error, id, names) => {
      const refused = topics.refuse(id, names);
      report(refused, error);
      if (refused.length > 0 && passing.has(error.kind)) retryLater(refused, error.retryAfterMs);
      return refused.length > 0;
    },
  };
}
