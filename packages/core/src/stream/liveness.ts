import type { Clock } from '../ports/ports.js';
import type { Message } from '../spec/stream.js';
import type { Outbox } from './outbox.js';
import type { Timers } from './timers.js';

/** Finds out that a connection is dead. */
type Liveness = {
  readonly start: () => void;
  /** A message arrived; returns when. */
  readonly heard: () => number;
  /** A pong arrived: it answers a probe, but is no message. */
  readonly ponged: () => void;
  readonly silentForMs: () => number;
};

type LivenessOptions = {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly outbox: Pick<Outbox, 'post' | 'ping'>;
  readonly silentMs: number;
  /** The venue's own ping; protocol pings when left out. */
  readonly ping: { readonly everyMs: number; readonly message: () => Message } | undefined;
  readonly probe: 'silence' | 'answer';
  /** Whether messages are due: silence without topics proves nothing. */
  readonly isAwaiting: () => boolean;
  readonly dead: (reason: string) => void;
};

const mostAnswerMs = 10_000;

export function createLiveness(options: LivenessOptions): Liveness {
  const { clock, timers, outbox, ping, silentMs, dead } = options;
  const answerMs = Math.min(silentMs, mostAnswerMs);
  const startedAt = clock.mono();
  // Members, which change in place with each message: a number that a variable takes becomes an object.
  const last = { heardAt: startedAt, answeredAt: startedAt };

  const post = (written?: () => void): void => {
    if (ping === undefined) outbox.ping(written);
    else outbox.post(ping.message(), written);
  };

  const pingEvery = (everyMs: number): void => {
    timers.after(everyMs, () => {
      post();
      pingEvery(everyMs);
    });
  };

  const watchSilence = (): void => {
    if (!options.isAwaiting()) last.heardAt = clock.mono();
    timers.deadline(last.heardAt + silentMs - clock.mono(), () => {
      // As the timer reckons it: a difference may be rounded to less, and then the timer would be due at once, for ever.
      if (options.isAwaiting() && clock.mono() >= last.heardAt + silentMs) dead(`no message for ${silentMs} ms`);
      else watchSilence();
    });
  };

  const probeEvery = (everyMs: number): void => {
    timers.after(everyMs, () => {
      post(() => {
        awaitAnswer(clock.mono());
      });
      probeEvery(everyMs);
    });
  };

  const awaitAnswer = (askedAt: number): void => {
    timers.deadline(answerMs, () => {
      if (last.answeredAt < askedAt) dead(`a ping was not answered within ${answerMs} ms`);
    });
  };

  return {
    start: () => {
      last.heardAt = clock.mono();
      if (options.probe === 'answer') {
        probeEvery(Math.min(silentMs, ping?.everyMs ?? silentMs));
      } else {
        if (ping !== undefined) pingEvery(ping.everyMs);
        watchSilence();
      }
    },
    heard: () => {
      const now = clock.mono();
      last.heardAt = now;
      last.answeredAt = now;
      return now;
    },
    ponged: () => {
      last.answeredAt = clock.mono();
    },
    silentForMs: () => clock.mono() - last.heardAt,
  };
}
