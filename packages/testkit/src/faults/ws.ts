import type { Clock } from '@hb/connector-core';

import type { EmulatedVenue, VenueConnection, VenueSocket, VenueUpgrade } from '../venue.js';
import type { Fault, WsFault } from './fault.js';
import { createLine, type Message } from './line.js';
import type { Striker } from './striker.js';

type Direction = 'client' | 'venue';
type Refusal = WsFault & { readonly kind: 'ws.refused' };
type MessageFault = Exclude<WsFault, Refusal>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Connections to a venue, with faults on the messages of both directions. */
export function disturbConnect(venue: EmulatedVenue, clock: Clock, striker: Striker): EmulatedVenue['connect'] {
  return (request, socket) => {
    const [refusal] = striker.hits(isRefusal, targetOf(request));
    if (refusal !== undefined) return refusal.status === undefined ? { cut: 'refused' } : { refused: refusal.status };
    return openDisturbed({ venue, clock, striker }, request, socket);
  };
}

type State = { isSilent: boolean; isOver: boolean; inner: VenueConnection | undefined };

type Parts = { readonly venue: EmulatedVenue; readonly clock: Clock; readonly striker: Striker };

function openDisturbed({ venue, clock, striker }: Parts, request: VenueUpgrade, socket: VenueSocket) {
  const state: State = { isSilent: false, isOver: false, inner: undefined };
  const toClient = createLine(clock, (message) => state.isSilent || socket.send(message));
  const toVenue = createLine(clock, (message) => state.isSilent || state.inner?.message(toBytes(message)));
  const forget = striker.onTime(endsLine);

  function endsLine(fault: Fault): boolean {
    if (state.isOver || state.isSilent) return false;
    if (fault.kind === 'ws.silent') state.isSilent = true;
    else if (fault.kind === 'ws.drop') socket.close(fault.code ?? 1006, '');
    else return false;
    return true;
  }
  function pass(to: Direction, message: Message): void {
    if (state.isOver || state.isSilent) return;
    const isMeant = (fault: Fault): fault is MessageFault => isMessageFault(fault) && (fault.to ?? 'client') === to;
    const faults = striker.hits(isMeant, `${request.path} ${toText(message)}`);
    if (faults.filter(endsLine).length > 0) return;
    (to === 'client' ? toClient : toVenue).send(message, faults);
  }
  function end(code: number): void {
    if (state.isOver) return;
    state.isOver = true;
    forget();
    toClient.stop();
    toVenue.stop();
    state.inner?.closed(code);
  }
  const opened = venue.connect(request, {
    send: (message) => pass('client', message),
    ping: () => state.isSilent || socket.ping(),
    pong: () => state.isSilent || socket.pong(),
    close: (code, reason) => (state.isSilent ? end(code) : socket.close(code, reason)),
  });
  if (!('message' in opened)) {
    forget();
    return opened;
  }
  state.inner = opened;
  return {
    message: (bytes: Uint8Array) => pass('venue', bytes.slice()),
    pong: () => state.isSilent || opened.pong?.(),
    ping: () => state.isSilent || (opened.ping ?? socket.pong)(),
    closed: end,
  };
}

function isRefusal(fault: Fault): fault is Refusal {
  return fault.kind === 'ws.refused';
}

function isMessageFault(fault: Fault): fault is MessageFault {
  return fault.kind.startsWith('ws.') && fault.kind !== 'ws.refused';
}

function targetOf({ path, query }: VenueUpgrade): string {
  return query === '' ? path : `${path}?${query}`;
}

function toText(message: Message): string {
  return typeof message === 'string' ? message : decoder.decode(message);
}

function toBytes(message: Message): Uint8Array {
  return typeof message === 'string' ? encoder.encode(message) : message;
}
