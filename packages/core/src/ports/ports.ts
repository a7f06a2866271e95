import type { UnixMs } from '../model/market.js';

/** The only doors to the world. Injected, so that a connector runs on sockets, in memory or under a virtual clock. */
export type Ports = {
  readonly clock: Clock;
  readonly http: Http;
  readonly ws: Ws;
  readonly disk: Disk;
  readonly crypto: Crypto;
  /** An independent stream of numbers in [0, 1) per name. */
  readonly random: (stream: string) => () => number;
  readonly log: Log;
};

/** Gets what happens inside, `stream.down`, with plain fields that hold no secret. */
export type Log = (level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>) => void;

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Time and timers. */
export interface Clock {
  now(): UnixMs;
  /** Milliseconds that never jump, from an arbitrary start. */
  mono(): number;
  /** Runs once when `mono()` reaches `mono`; returns what cancels it. */
  at(mono: number, run: () => void): () => void;
  /** Runs after the current call, before any timer: a microtask. */
  soon(run: () => void): void;
}

/** The parts of a URL that is about to be sent, as `URL` names them: `search` is `?symbol=BTCUSDT`. */
export type WireUrl = Readonly<
  Pick<URL, 'href' | 'origin' | 'protocol' | 'username' | 'password' | 'host' | 'hostname' | 'pathname' | 'search'>
>;

/** A request as the exact text about to be sent, so that a signature covers what the venue reads. */
export type WireRequest = {
  readonly method: string;
  readonly url: WireUrl;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** An answer as it came, its body inflated. */
export type HttpAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
};

/** What bounds one request. */
export type HttpLimits = {
  readonly deadlineMs: number;
  /** Holds for the compressed and for the inflated body. */
  readonly maxBytes: number;
  /** Orders have connections of their own, so that a large body never delays them. */
  readonly pool: 'orders' | 'data';
  readonly signal?: AbortSignal;
};

/** Sends requests, each once. */
export interface Http {
  /**
   * Sends once, without retries or redirects.
   * Rejects with a `ConnectorError`: outcome `not-sent` when no byte left, else `unknown`.
   */
  send(request: WireRequest, limits: HttpLimits): Promise<HttpAnswer>;
}

/** What a websocket tells, in order. */
export type WsHandlers = {
  readonly open: () => void;
  /** One message, text or binary, as bytes that are only valid during the call. */
  readonly frame: (bytes: Uint8Array) => void;
  readonly pong: () => void;
  /** The venue pinged, of its own accord, and has been answered. */
  readonly ping?: () => void;
  /** Once, after any failure too. */
  readonly close: (code: number, reason: string) => void;
};

/** What bounds a websocket: the largest message, in bytes. `headers` go out with the upgrade. */
export type WsLimits = { readonly maxBytes: number; readonly headers?: Readonly<Record<string, string>> };

/** One websocket, as long as it is open. */
export interface WsConnection {
  /** Throws a `ConnectorError` `not-sent` while the connection is not open, and when too much waits to leave. */
  send(data: string | Uint8Array): void;
  /** Does nothing while the connection is not open. */
  ping(): void;
  /** Ends the connection; `close` is called once it has ended. */
  close(): void;
}

/** Opens websockets. */
export interface Ws {
  /** No handler runs before it returns. Throws a `ConnectorError` for a host that is not permitted. */
  open(url: URL, on: WsHandlers, limits: WsLimits): WsConnection;
}

/** Files, for the journal. */
export interface Disk {
  /** The folder for data of which nobody said where it goes. */
  readonly home: string;
  /** Takes a folder for this process alone; resolves with what releases it. */
  lock(folder: string): Promise<() => Promise<void>>;
  /** Adds a copy of `bytes` at the end, after all that was appended before. Folders are made as needed. */
  append(file: string, bytes: Uint8Array): void;
  /** Resolves when all that was appended survives the end of this process; rejects from the first failed write on. */
  flush(file: string): Promise<void>;
  /** Resolves when all that was appended survives a power cut; rejects from the first failed write on. */
  sync(file: string): Promise<void>;
  /** All that was appended, in chunks of any size; nothing when there is no such file. */
  read(file: string): AsyncIterable<Uint8Array>;
  /** The names in a folder; none when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** In one step, over what `to` was: resolves when a power cut leaves the new name. */
  rename(from: string, to: string): Promise<void>;
  /** Does nothing when there is no such file. */
  remove(file: string): Promise<void>;
}

/** A parsed key, made by `Crypto.key`; opaque. */
export type Key = { readonly kind: KeyKind };

/** What a key signs with. */
export type KeyKind = 'hmac' | 'ed25519' | 'secp256k1';

/** Signatures and inflation. */
export interface Crypto {
  /** Parses a secret once: any text for `hmac`, a PKCS#8 PEM for `ed25519`, 64 hexadecimal digits for `secp256k1`. */
  key(kind: KeyKind, secret: string): Key;
  hash(hash: 'sha256' | 'sha512', text: string): Uint8Array;
  hmac(hash: 'sha256' | 'sha512', key: Key, text: string): Uint8Array;
  /** The same in lower-case hexadecimal. */
  hmacHex(hash: 'sha256' | 'sha512', key: Key, text: string): string;
  /**
   * The same text gives the same signature. `ed25519` signs `data` itself: 64 bytes. `secp256k1` signs the 32 bytes of a hash:
   * r, s and the recovery bit, 65 bytes, with the lower s.
   */
  sign(kind: 'ed25519' | 'secp256k1', key: Key, data: Uint8Array): Uint8Array;
  /** Of a `secp256k1` key, uncompressed: 65 bytes that begin with 4. */
  publicKey(key: Key): Uint8Array;
  /** Throws a `RangeError` when more than `maxBytes` would come out, and a `TypeError` for what is not compressed so. */
  inflate(kind: 'gzip' | 'deflate-raw', data: Uint8Array, maxBytes: number): Uint8Array;
}
