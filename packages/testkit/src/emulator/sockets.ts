import type { VenueConnection, VenueSocket } from '../venue.js';

/** The connections of one kind that are open. */
export interface Sockets<C extends VenueConnection> {
  /** Remembers a connection until it closes. */
  add(socket: VenueSocket, connection: C): VenueConnection;
  open(): readonly (readonly [VenueSocket, C])[];
  /** Closes them all; code 1006 breaks them. */
  drop(code: number, reason: string): void;
}

/** The connections that are open now. */
export function createSockets<C extends VenueConnection>(): Sockets<C> {
  const connections = new Map<VenueSocket, C>();
  return {
    add(socket, connection) {
      connections.set(socket, connection);
      return {
        ...connection,
        closed: (code) => {
          connections.delete(socket);
          connection.closed(code);
        },
      };
    },
    open: () => [...connections],
    drop(code, reason) {
      for (const socket of [...connections.keys()]) socket.close(code, reason);
    },
  };
}
