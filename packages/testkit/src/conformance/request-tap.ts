import type { Clock, Endpoint, Params } from '@hb/connector-core';

import { disturb } from '../faults/disturb.js';
import type { HttpFault } from '../faults/fault.js';
import type { Cut, EmulatedVenue, VenueAnswer, VenueRequest } from '../venue.js';
import type { Operation } from './observe-spec.js';

/** A request that arrived at the venue's door, whatever became of it. One over a stream has the method `RPC`. */
type SeenRequest = VenueRequest & { readonly at: number; readonly answer?: VenueAnswer };

/** Changes an answer on its way back. */
export type Rewrite = (answer: VenueAnswer, request: VenueRequest) => VenueAnswer;

export type RequestTap = {
  readonly http: EmulatedVenue['http'];
  /** A request over a stream: `forward` passes it on and resolves with the venue's answer. */
  readonly overStream: (request: VenueRequest, forward: () => Promise<VenueAnswer | Cut>) => Promise<VenueAnswer | Cut>;
  /** Whether nothing is to happen to a request, so that it may pass as it is. Notes it; returns where its answer goes. */
  readonly passing: (request: VenueRequest) => ((answer: VenueAnswer) => void) | undefined;
  /** An operation sends such requests to this endpoint. */
  readonly learn: (operation: Operation, at: Endpoint, params: Params) => void;
  /** Requests of an operation so far, oldest first; of all operations when left out. */
  readonly requests: (operation?: Operation) => readonly SeenRequest[];
  /** Drops the requests seen so far. */
  readonly forget: () => void;
  /** Disturbs requests of one operation, or all of them; counted from now on. */
  readonly strike: (operation: Operation | 'all', fault: HttpFault) => void;
  /** Changes the next `times` answers of an operation, 1 when left out. */
  readonly rewrite: (operation: Operation, change: Rewrite, times?: number) => void;
};

/** Where every request has the same address, its `type` tells what it asks for. */
type Learned = { readonly at: string; readonly type: string | undefined };
type Door = (request: VenueRequest) => Promise<VenueAnswer | Cut>;
type Entry = { readonly request: VenueRequest; readonly at: number; answer: VenueAnswer | undefined };

/** Stands between the network and the venue: sees every request, and knows which operation it is of. */
export function createRequestTap(venue: EmulatedVenue, clock: Clock): RequestTap {
  const endpoints = new Map<Operation, Map<string, Learned>>();
  const disturbed = new Set<Operation | 'all'>();
  const forwards = new WeakMap<VenueRequest, () => Promise<VenueAnswer | Cut>>();
  const seen: Entry[] = [];
  let door: Door = async (request) => forwards.get(request)?.() ?? venue.http(request);

  function isOf(operation: Operation | 'all', { method, path, body }: VenueRequest): boolean {
    if (operation === 'all') return true;
    return [...(endpoints.get(operation)?.values() ?? [])].some(({ at, type }) => {
      if (!matches(at, `${method} ${path}`)) return false;
      return type === undefined || !body.startsWith('{') || body.includes(`"type":${JSON.stringify(type)}`);
    });
  }
  function put(operation: Operation | 'all', make: (inner: Door) => Door): void {
    const inner = door;
    const changed = make(inner);
    disturbed.add(operation);
    door = (request) => (isOf(operation, request) ? changed : inner)(request);
  }
  function note(request: VenueRequest): Entry {
    const entry: Entry = { request, at: clock.mono(), answer: undefined };
    seen.push(entry);
    return entry;
  }
  async function pass(request: VenueRequest): Promise<VenueAnswer | Cut> {
    const entry = note(request);
    const answer = await door(request);
    if (!('cut' in answer)) entry.answer = answer;
    return answer;
  }
  return {
    http: pass,
    overStream: (request, forward) => {
      forwards.set(request, forward);
      return pass(request);
    },
    passing: (request) => {
      if ([...disturbed].some((operation) => isOf(operation, request))) return undefined;
      const entry = note(request);
      return (answer) => {
        entry.answer = answer;
      };
    },
    learn: (operation, { at }, params) => {
      const known = endpoints.get(operation) ?? new Map<string, Learned>();
      const type = typeOf(params);
      endpoints.set(operation, known.set(`${at} ${type ?? ''}`, { at, type }));
    },
    requests: (operation) =>
      seen
        .filter(({ request }) => operation === undefined || isOf(operation, request))
        .map(({ request, at, answer }) => ({ ...request, at, ...(answer && { answer }) })),
    forget: () => seen.splice(0),
    strike: (operation, fault) => {
      put(operation, (inner) => {
        const struck = disturb({ ...venue, http: inner }, clock, [fault]);
        return async (request) => struck.http(request);
      });
    },
    rewrite: (operation, change, times = 1) => {
      let left = times;
      put(operation, (inner) => async (request) => {
        const answer = await inner(request);
        if ('cut' in answer || left === 0) return answer;
        left -= 1;
        return change(answer, request);
      });
    },
  };
}

/** Of a request, or of the one object in it: `{ "type": "l2Book", … }`, `{ "action": { "type": "order", … } }`. */
function typeOf(params: Params): string | undefined {
  const nested = Object.values(params).find((value) => typeof value === 'object' && value !== null && 'type' in value);
  const { type }: Readonly<Record<string, unknown>> = { ...(typeof nested === 'object' ? nested : {}), ...params };
  return typeof type === 'string' ? type : undefined;
}

/** `GET /orders/{id}` matches `GET /orders/17`. */
function matches(at: string, target: string): boolean {
  const parts = at.split('/');
  const given = target.split('/');
  return parts.length === given.length && parts.every((part, index) => part.startsWith('{') || part === given[index]);
}
