import { ConnectorError, type Ws, type WsConnection, type WsHandlers, type WsLimits } from '@hb/connector-core';

import type { VenueConnection, VenueSocket, VenueUpgrade } from '../venue.js';
import { toHeaders } from './memory-http.js';
import type { Wires } from './network.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const abnormal = 1006;
const tooBig = 1009;

/** WebSockets in memory: two directions that each keep their order, and two ends that each learn once that it is over. */
export function createMemoryWs(wires: Wires): { readonly ws: Ws; readonly connections: () => number } {
  const open = new Set<string>();
  let count = 0;
  const ws: Ws = {
    open: (url, on, limits) => {
      count += 1;
      const id = `ws ${count}`;
      return openConnection({ ...wires, id, open }, { url, on, limits });
    },
  };
  return { ws, connections: () => open.size };
}

type Wire = Wires & { readonly id: string; readonly open: Set<string> };
type Opening = { readonly url: URL; readonly on: WsHandlers; readonly limits: WsLimits };
type Later = (run: () => void) => void;
type State = {
  client: 'connecting' | 'open' | 'closing' | 'closed';
  venue: 'waiting' | 'open' | 'closed';
  connection: VenueConnection | undefined;
  /** What the venue sends before it has accepted. */
  readonly early: (() => void)[];
};

function openConnection(wire: Wire, opening: Opening): WsConnection {
  const { url, on } = opening;
  const state: State = { client: 'connecting', venue: 'waiting', connection: undefined, early: [] };
  const latency = wire.latencyOf(wire.id);
  const toVenue = createDirection(wire, latency);
  const toClient = createDirection(wire, latency);
  const venue = createVenueEnd(wire, state, { toVenue, toClient });
  const client = createClientEnd(wire, opening, { state, leave: (code) => toVenue(() => venue.ended(code)) });
  toVenue(() => {
    if (state.client === 'connecting') connect();
  });

  function connect(): void {
    wire.trace(wire.id, `open ${url.pathname}${url.search}`);
    const opened = wire.venueOf(url)?.connect(toUpgrade(wire, opening), venue.socket(client));
    if (opened !== undefined && 'message' in opened) accept(opened);
    else if (opened === undefined) decline(`no venue answers for ${url.host}`);
    else if ('refused' in opened) decline(`HTTP ${opened.refused}`);
    else if (opened.cut !== 'silence') decline(`${url.host} closed the connection`);
  }
  function accept(connection: VenueConnection): void {
    state.connection = connection;
    if (state.venue === 'waiting') state.venue = 'open';
    toClient(client.established);
    for (const run of state.early) toClient(run);
  }
  function decline(reason: string): void {
    toClient(() => client.ended(abnormal, reason));
  }
  function close(): void {
    if (state.client === 'closing' || state.client === 'closed') return;
    if (state.client === 'open') {
      state.client = 'closing';
      toVenue(() => {
        if (!venue.ended(1000)) return;
        toClient(() => client.ended(1000, ''));
      });
      return;
    }
    state.client = 'closing';
    toVenue(() => venue.ended(abnormal));
    wire.clock.at(wire.clock.mono(), () => client.ended(abnormal, 'closed before it was open'));
  }
  return {
    send: (data) => {
      if (state.client !== 'open') throw unsent(url);
      const bytes = typeof data === 'string' ? encoder.encode(data) : data.slice();
      toVenue(() => venue.receive(bytes));
    },
    ping: () => {
      if (state.client !== 'open') return;
      toVenue(() => {
        if (state.connection?.ping !== undefined) state.connection.ping();
        else toClient(on.pong);
      });
    },
    close,
  };
}

type ClientEnd = {
  readonly established: () => void;
  readonly receive: (bytes: Uint8Array) => void;
  readonly pong: () => void;
  readonly ping: () => void;
  readonly ended: (code: number, reason: string) => void;
};

function createClientEnd(
  wire: Wire,
  { on, limits }: Opening,
  { state, leave }: { readonly state: State; readonly leave: (code: number) => void },
): ClientEnd {
  function ended(code: number, reason: string): void {
    if (state.client === 'closed') return;
    state.client = 'closed';
    wire.open.delete(wire.id);
    wire.trace(wire.id, `close ${code}`);
    on.close(code, reason);
  }
  return {
    ended,
    established: () => {
      if (state.client !== 'connecting') return;
      state.client = 'open';
      wire.open.add(wire.id);
      on.open();
    },
    receive: (bytes) => {
      if (state.client !== 'open' && state.client !== 'closing') return;
      if (bytes.length > limits.maxBytes) {
        leave(tooBig);
        ended(tooBig, `a message of more than ${limits.maxBytes} bytes`);
        return;
      }
      wire.trace(wire.id, `< ${decoder.decode(bytes)}`);
      on.frame(bytes);
      // The bytes are lent for the call: whoever keeps them is found out. The same at the other end.
      bytes.fill(0);
    },
    pong: () => {
      if (state.client === 'open') on.pong();
    },
    ping: () => {
      if (state.client === 'open') on.ping?.();
    },
  };
}

type VenueEnd = {
  readonly socket: (client: ClientEnd) => VenueSocket;
  readonly receive: (bytes: Uint8Array) => void;
  /** Whether it was open until now. */
  readonly ended: (code: number) => boolean;
};

function createVenueEnd(
  wire: Wire,
  state: State,
  { toVenue, toClient }: { toVenue: Later; toClient: Later },
): VenueEnd {
  function ended(code: number): boolean {
    if (state.venue === 'closed') return false;
    state.venue = 'closed';
    state.connection?.closed(code);
    return true;
  }
  function send(run: () => void): void {
    if (state.venue === 'open') toClient(run);
    else if (state.venue === 'waiting') state.early.push(run);
  }
  function socket(client: ClientEnd): VenueSocket {
    return {
      send: (message) => {
        const bytes = typeof message === 'string' ? encoder.encode(message) : message.slice();
        send(() => client.receive(bytes));
      },
      ping: () =>
        send(() => {
          client.ping();
          toVenue(() => state.connection?.pong?.());
        }),
      pong: () => send(client.pong),
      close: (code, reason) => {
        if (state.venue === 'closed') return;
        send(() => client.ended(code, reason));
        state.venue = 'closed';
        wire.clock.at(wire.clock.mono(), () => state.connection?.closed(code));
      },
    };
  }
  return {
    ended,
    socket,
    receive: (bytes) => {
      if (state.venue !== 'open') return;
      wire.trace(wire.id, `> ${decoder.decode(bytes)}`);
      state.connection?.message(bytes);
      bytes.fill(0);
    },
  };
}

/** One way: each arrival lets the oldest message through, so that none overtakes another. */
function createDirection({ clock }: Wire, latency: () => number): Later {
  const queue: (() => void)[] = [];
  return (run) => {
    queue.push(run);
    clock.at(clock.mono() + latency(), () => queue.shift()?.());
  };
}

function toUpgrade({ address }: Wire, { url, limits }: Opening): VenueUpgrade {
  const headers = toHeaders({ host: url.host, ...limits.headers });
  return { path: url.pathname, query: url.search.slice(1), headers, address };
}

function unsent(url: URL): ConnectorError {
  const operation = `SEND ${url.protocol}//${url.host}`;
  return new ConnectorError('the connection is not open', { kind: 'network', outcome: 'not-sent', operation });
}
