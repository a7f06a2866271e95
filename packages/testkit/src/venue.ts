/** A request as it reaches a venue. */
export type VenueRequest = {
  readonly method: string;
  /** Without the query: `/api/v3/order`. */
  readonly path: string;
  /** As sent, without the question mark; `''` when there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whom limits by address count: `127.0.0.1`. */
  readonly address: string;
};

/** A WebSocket upgrade as it reaches a venue. */
export type VenueUpgrade = Omit<VenueRequest, 'method' | 'body'>;

/** An answer of an emulated venue, before it goes over any wire. */
export type VenueAnswer = {
  readonly status: number;
  /** Names in lower case. `content-length` is added by the transport; `content-encoding` is told, never applied: encode the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/**
 * No answer. `silence`: the connection stays up and nothing comes. `reset`: it breaks.
 * `refused`: no connection was made, so no byte left; on sockets, which are connected by then, the same as `reset`.
 */
export type Cut = { readonly cut: 'silence' | 'reset' | 'refused' };

/** The venue's end of a WebSocket. Calls after `close` do nothing. */
export interface VenueSocket {
  /** Text goes out as a text message, bytes as a binary one. */
  send(message: string | Uint8Array): void;
  ping(): void;
  /** Answers a client's ping; needed by venues with a `ping` handler alone. */
  pong(): void;
  /** Code 1006 breaks the connection without a closing handshake. */
  close(code: number, reason: string): void;
}

/** What a venue does with what arrives on one WebSocket. */
export type VenueConnection = {
  /** One message, text or binary. The bytes are only valid during the call. */
  readonly message: (bytes: Uint8Array) => void;
  /** The client answered a ping. */
  readonly pong?: () => void;
  /** The client sent a ping. Left out: the transport answers with a pong. */
  readonly ping?: () => void;
  /** Once, whoever ended it. */
  readonly closed: (code: number) => void;
};

/** Declines an upgrade: with an HTTP status, or without any answer. */
export type Declined = { readonly refused: number } | Cut;

/**
 * A venue as its clients see it, whatever carries the bytes: `serveVenue` puts it on sockets, `createMemoryNetwork` in memory.
 * It keeps time by the clock that it was created with. One object answers for all of a venue's hosts, told apart by path.
 */
export interface EmulatedVenue {
  http(request: VenueRequest): VenueAnswer | Cut | Promise<VenueAnswer | Cut>;
  /** The socket may be used at once: what is sent during the call arrives after the handshake. */
  connect(request: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined;
  /** Ends timers and connections; afterwards nothing of the venue runs. */
  stop(): void;
}
