import type { Peer } from '../../support/memory-ws.js';
import { changed } from './read.js';

/** Numbers the messages of each connection on, in this member. */
export type Numbers = {
  readonly next: (peer: Peer, message: object) => object;
  /** For `say`; `skip` leaves a hole before it. */
  readonly numbered: (message: object, skip?: number) => (peer: Peer) => object;
};

export function createNumbers(member: string): Numbers {
  const last = new Map<Peer, number>();
  const next = (peer: Peer, message: object, skip = 0): object => {
    const number = (last.get(peer) ?? -1) + 1 + skip;
    last.set(peer, number);
    return changed(message, { [member]: number });
  };
  return { next, numbered: (message, skip) => (peer) => next(peer, message, skip) };
}
