import type { Socket } from 'node:net';

/** Breaks a connection with a reset where that can be done; one that is ending or opening is only dropped, since Node then loses track of it. */
export function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}
