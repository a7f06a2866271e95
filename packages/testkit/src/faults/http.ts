import type { Clock } from '@hb/connector-core';

import type { Fault, HttpFault } from './fault.js';
import type { Striker } from './striker.js';
import { labelOf } from '../label.js';
import type { Cut, EmulatedVenue, VenueAnswer } from '../venue.js';

type Answer = VenueAnswer | Cut;

/** Requests to a venue, with faults on the way there and back. */
export function disturbHttp(venue: EmulatedVenue, clock: Clock, striker: Striker): EmulatedVenue['http'] {
  return async (request) => {
    const faults = striker.hits(isHttpFault, labelOf(request));
    for (const fault of faults) {
      if (isDelay(fault, 'request')) await pause(clock, fault.ms);
      const answer = inPlace(fault);
      if (answer !== undefined) return answer;
    }
    let answer = await venue.http(request);
    for (const fault of faults) {
      if (isDelay(fault, 'response')) await pause(clock, fault.ms);
      answer = onReturn(fault, answer);
    }
    return answer;
  };
}

/** What comes back when the request never reaches the venue. */
function inPlace(fault: HttpFault): Answer | undefined {
  switch (fault.kind) {
    case 'http.refused':
      return { cut: 'refused' };
    case 'http.request.lost':
      return { cut: 'silence' };
    case 'http.reset':
      return fault.leg === 'request' ? { cut: 'reset' } : undefined;
    case 'http.status':
      return fault.acted ? undefined : replaced(fault);
    default:
      return undefined;
  }
}

function onReturn(fault: HttpFault, answer: Answer): Answer {
  switch (fault.kind) {
    case 'http.response.lost':
      return { cut: 'silence' };
    case 'http.reset':
      return { cut: 'reset' };
    case 'http.status':
      return replaced(fault);
    case 'http.garbage':
      return 'cut' in answer ? answer : { ...answer, body: fault.body ?? half(answer.body) };
    default:
      return answer;
  }
}

function replaced({ status, body = '', headers = {} }: HttpFault & { readonly kind: 'http.status' }): VenueAnswer {
  return { status, headers, body };
}

function half(body: string | Uint8Array): string | Uint8Array {
  return body.slice(0, body.length >> 1);
}

function isDelay(fault: HttpFault, leg: 'request' | 'response'): fault is HttpFault & { readonly kind: 'http.delay' } {
  return fault.kind === 'http.delay' && fault.leg === leg;
}

function isHttpFault(fault: Fault): fault is HttpFault {
  return fault.kind.startsWith('http.');
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.mono() + ms, resolve));
}
