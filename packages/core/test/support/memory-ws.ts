import type { Clock, Ws, WsHandlers } from '../../src/ports/ports.js';

/** The venue's end of one websocket in memory. */
export type Peer = {
  readonly url: string;
  readonly maxBytes: number;
  /** What arrived, in order; a protocol ping as `<ping>`. */
  readonly received: { readonly at: number; readonly text: string }[];
  readonly isOpen: () => boolean;
  readonly accept: () => void;
  readonly send: (message: object | string | Uint8Array) => void;
  /** Messages that are read from the socket together. */
  readonly burst: (messages: readonly Uint8Array[]) => void;
  readonly pong: () => void;
  readonly ping: () => void;
  readonly close: (code: number, reason: string) => void;
};

export type Venue = {
  readonly ws: Ws;
  /** Every connection that was ever asked for, oldest first. */
  readonly peers: readonly Peer[];
  readonly peer: (index: number) => Peer;
  readonly openPeers: () => number;
};

export type VenueScript = {
  readonly connected: (peer: Peer) => void;
  readonly message: (peer: Peer, text: string) => void;
  readonly ping: (peer: Peer) => void;
};

const latencyMs = 5;

/** Websockets in memory: what either end sends arrives at the other after 5 ms, in order. */
export function createVenue(clock: Clock, script: VenueScript): Venue {
  const peers: Peer[] = [];
  const open = new Set<Peer>();
  const later = (run: () => void): void => {
    clock.at(clock.mono() + latencyMs, run);
  };

  const connect = (url: URL, on: WsHandlers, maxBytes: number): { peer: Peer; leave: () => void } => {
    let state: 'asked' | 'open' | 'closed' = 'asked';
    const received: { at: number; text: string }[] = [];
    const end = (code: number, reason: string): void => {
      if (state === 'closed') return;
      state = 'closed';
      open.delete(peer);
      on.close(code, reason);
    };
    const whileOpen = (run: () => void): void => {
      later(() => {
        if (state === 'open') run();
      });
    };
    const peer: Peer = {
      url: url.href,
      maxBytes,
      received,
      isOpen: () => state === 'open',
      accept: () => {
        later(() => {
          if (state !== 'asked') return;
          state = 'open';
          open.add(peer);
          on.open();
        });
      },
      send: (message) => {
        whileOpen(() => {
          on.frame(toBytes(message));
        });
      },
      burst: (messages) => {
        whileOpen(() => {
          for (const message of messages) on.frame(message);
        });
      },
      pong: () => {
        whileOpen(on.pong);
      },
      ping: () => {
        whileOpen(() => on.ping?.());
      },
      close: (code, reason) => {
        later(() => {
          end(code, reason);
        });
      },
    };
    return {
      peer,
      leave: () => {
        later(() => {
          end(1000, '');
        });
      },
    };
  };

  const toBytes = (message: object | string | Uint8Array): Uint8Array => {
    if (message instanceof Uint8Array) return message;
    return new TextEncoder().encode(typeof message === 'string' ? message : JSON.stringify(message));
  };

  return {
    peers,
    peer: (index) => {
      const peer = peers[index];
      if (peer === undefined) throw new Error(`there is no connection ${index}, only ${peers.length}`);
      return peer;
    },
    openPeers: () => open.size,
    ws: {
      open: (url, on, { maxBytes }) => {
        const { peer, leave } = connect(url, on, maxBytes);
        peers.push(peer);
        script.connected(peer);
        const deliver = (text: string, react: () => void): void => {
          if (!peer.isOpen()) throw new Error('the connection is not open');
          later(() => {
            peer.received.push({ at: clock.mono(), text });
            if (peer.isOpen()) react();
          });
        };
        return {
          send: (data) => {
            const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
            deliver(text, () => {
              script.message(peer, text);
            });
          },
          ping: () => {
            deliver('<ping>', () => {
              script.ping(peer);
            });
          },
          close: leave,
        };
      },
    },
  };
}
