import type { Clock } from '@hb/connector-core';

import { labelOf } from '../label.js';
import type { EmulatedVenue, VenueAnswer, VenueRequest } from '../venue.js';
import type { SimulationWire } from './fixture.js';

/** When something applies, in `mono()` of the clock. */
type Span = { readonly from: number; readonly until: number; readonly times: number };

/** Changes a message to the client; `undefined` leaves it. */
type ChangeText = (text: string) => string | undefined;
type ChangeAnswer = (answer: VenueAnswer, request: VenueRequest) => VenueAnswer | undefined;

/** What faults on a line cannot do: change a part of what passes, and see which requests come by. */
export type Line = Pick<EmulatedVenue, 'http' | 'connect'> & {
  readonly changeMessages: (span: Span, change: ChangeText, struck: () => void) => void;
  readonly changeAnswers: (span: Span, change: ChangeAnswer, struck: () => void) => void;
  /** The last good answer to a request of that kind. */
  readonly former: (kind: string) => VenueAnswer | undefined;
  /** Told of every request that contains `match`. */
  readonly watch: (span: Span, match: string, seen: () => void) => void;
};

type Rule<T> = { readonly span: Span; readonly apply: T; readonly struck: () => void; left: number };

/** Stands between the network and the venue. */
export function createLine(
  venue: EmulatedVenue,
  clock: Clock,
  wire: Pick<SimulationWire, 'requests' | 'refused'>,
  /** Told of messages and of good answers, before anything changes them. */
  said?: (text: string, isAnswer: boolean) => void,
): Line {
  const kinds = Object.values(wire.requests);
  const messages: Rule<ChangeText>[] = [];
  const answers: Rule<ChangeAnswer>[] = [];
  const watched: Rule<string>[] = [];
  const former = new Map<string, VenueAnswer>();

  const active = <T>(rules: readonly Rule<T>[]): readonly Rule<T>[] => {
    const now = clock.mono();
    return rules.filter(({ span, left }) => left > 0 && now >= span.from && now < span.until);
  };
  const add = <T>(rules: Rule<T>[], span: Span, apply: T, struck: () => void): void => {
    rules.push({ span, apply, struck, left: span.times });
  };
  const strike = <T>(rule: Rule<T>): void => {
    rule.left -= 1;
    rule.struck();
  };

  function note(label: string): void {
    for (const rule of active(watched)) if (label.includes(rule.apply)) strike(rule);
  }
  function changed(answer: VenueAnswer, request: VenueRequest): VenueAnswer {
    return active(answers).reduce((current, rule) => {
      const next = rule.apply(current, request);
      if (next !== undefined) strike(rule);
      return next ?? current;
    }, answer);
  }
  function isGood({ status, body }: VenueAnswer): boolean {
    return status === 200 && (wire.refused === undefined || typeof body !== 'string' || !body.includes(wire.refused));
  }
  function changedText(message: string | Uint8Array): string | Uint8Array {
    if (typeof message !== 'string' || (messages.length === 0 && said === undefined)) return message;
    said?.(message, false);
    return active(messages).reduce((current, rule) => {
      const next = rule.apply(current);
      if (next !== undefined) strike(rule);
      return next ?? current;
    }, message);
  }
  return {
    http: async (request) => {
      const label = labelOf(request);
      note(label);
      const answer = await venue.http(request);
      if ('cut' in answer) return answer;
      const told = changed(answer, request);
      if (isGood(answer) && typeof answer.body === 'string') said?.(answer.body, request.method === 'GET');
      if (isGood(answer)) for (const kind of kinds) if (label.includes(kind)) former.set(kind, answer);
      return told;
    },
    connect: (request, socket) =>
      venue.connect(request, {
        send: (message) => socket.send(changedText(message)),
        ping: () => socket.ping(),
        pong: () => socket.pong(),
        close: (code, reason) => socket.close(code, reason),
      }),
    former: (kind) => former.get(kind),
    changeMessages: (span, change, struck) => {
      add(messages, span, change, struck);
    },
    changeAnswers: (span, change, struck) => {
      add(answers, span, change, struck);
    },
    watch: (span, match, seen) => {
      add(watched, span, match, seen);
    },
  };
}
