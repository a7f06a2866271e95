import type { Clock, Endpoint } from '@hb/connector-core';

import { disturb } from '../faults/disturb.js';
import type { HttpFault } from '../faults/fault.js';
import type { Cut, EmulatedVenue, VenueAnswer, VenueRequest } from '../venue.js';
import type { Operation } from './observe-spec.js';

/** A request that arrived at the venue's door, whatever became of it. */
export type SeenRequest = VenueRequest & { readonly at: number; readonly answer?: VenueAnswer };

/** Changes an answer on its way back. */
export type Rewrite = (answer: VenueAnswer, request: VenueRequest) => VenueAnswer;

export type HttpTap = {
  readonly http: EmulatedVenue['http'];
  /** An operation sends requests to this endpoint. */
  readonly learn: (operation: Operation, at: Endpoint) => void;
  /** Requests of an operation so far, oldest first; of all operations when left out. */
  readonly requests: (operation?: Operation) => readonly SeenRequest[];
  /** Drops the requests seen so far. */
  readonly forget: () => void;
  /** Disturbs requests of one operation, or all of them; counted from now on. */
  readonly strike: (operation: Operation | 'all', fault: HttpFault) => void;
  /** Changes the next `times` answers of an operation, 1 when left out. */
  readonly rewrite: (operation: Operation, change: Rewrite, times?: number) => void;
};

/** Stands between the network and the venue: sees every request, and knows which operation it is of. */
export function createHttpTap(venue: EmulatedVenue, clock: Clock): HttpTap {
  const endpoints = new Map<Operation, Set<string>>();
  const seen: { request: SeenRequest; answer: VenueAnswer | undefined }[] = [];
  let door: EmulatedVenue['http'] = (request) => venue.http(request);

  function isOf(operation: Operation | 'all', { method, path }: VenueRequest): boolean {
    if (operation === 'all') return true;
    return [...(endpoints.get(operation) ?? [])].some((at) => matches(at, `${method} ${path}`));
  }
  function put(operation: Operation | 'all', make: (inner: EmulatedVenue['http']) => EmulatedVenue['http']): void {
    const inner = door;
    const changed = make(inner);
    door = (request) => (isOf(operation, request) ? changed : inner)(request);
  }
  return {
    http: async (request) => {
      const entry: (typeof seen)[number] = { request: { ...request, at: clock.mono() }, answer: undefined };
      seen.push(entry);
      const answer = await door(request);
      if (!('cut' in answer)) entry.answer = answer;
      return answer;
    },
    learn: (operation, { at }) => {
      const known = endpoints.get(operation) ?? new Set();
      endpoints.set(operation, known.add(at));
    },
    requests: (operation) =>
      seen
        .filter(({ request }) => operation === undefined || isOf(operation, request))
        .map(({ request, answer }) => ({ ...request, ...(answer && { answer }) })),
    forget: () => seen.splice(0),
    strike: (operation, fault) => {
      put(operation, (inner) => {
        const disturbed = disturb({ ...venue, http: inner }, clock, [fault]);
        return (request) => disturbed.http(request);
      });
    },
    rewrite: (operation, change, times = 1) => {
      let left = times;
      put(operation, (inner) => async (request): Promise<VenueAnswer | Cut> => {
        const answer = await inner(request);
        if ('cut' in answer || left === 0) return answer;
        left -= 1;
        return change(answer, request);
      });
    },
  };
}

/** `GET /orders/{id}` matches `GET /orders/17`. */
function matches(at: string, target: string): boolean {
  const parts = at.split('/');
  const given = target.split('/');
  return parts.length === given.length && parts.every((part, index) => part.startsWith('{') || part === given[index]);
}
