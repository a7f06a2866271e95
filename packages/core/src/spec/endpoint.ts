import type { ErrorKind } from '../errors/connector-error.js';

/** Values that fill `{name}` in a path, then headers, then the query or the body. `undefined` members are left out. */
export type Params = Readonly<Record<string, unknown>>;

/** Checks and converts a decoded answer. Every JSON number arrives as its source text. Throws on any other shape. */
export type Read<T> = ((json: unknown) => T) & {
  /** Gives the same from the bytes of a good answer, faster; `undefined` for what it leaves to the decoder. `scan.answer` makes one for books. */
  readonly scan?: (bytes: Uint8Array) => T | undefined;
};

/** Units charged per rate-limit pool: `{ weight: 4, orders: 1 }`. */
export type Charge = Readonly<Record<string, number>>;

/** Requests in a lane wait only for their own and higher ones: cancel, then order, then data. */
export type Lane = 'cancel' | 'order' | 'data';

/** One request that a venue documents. */
export type Endpoint = {
  /** `GET /api/v3/depth`, or `RPC order.place` for a request over the account's stream that `host` names. */
  readonly at: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'RPC'} ${string}`;
  /** Which of the environment's hosts; `rest` when left out. */
  readonly host?: string;
  /** Where parameters go; `query` for GET and DELETE, `json` for the others when left out. */
  readonly encoding?: 'query' | 'form' | 'json';
  /** Parameters that travel as headers under their own names: `['x-gate-exptime']`. Over a stream they reach its `request`. */
  readonly headers?: readonly string[];
  /** The parameter that is all of the JSON body, where a venue wants a list; the others go to the query. */
  readonly body?: string;
  readonly signed?: true;
  /** Largest answer, after inflation; 8 MiB when left out. */
  readonly maxBytes?: number;
  /** `data` when left out. Requests of the order and cancel lanes go out once. */
  readonly lane?: Lane;
  readonly cost?: Charge | ((params: Params, order?: { readonly ageMs: number }) => Charge);
};

/** A rate limit as the venue documents it: exact sliding windows, or a counter that decays. */
export type Pool = {
  /** Whom the venue counts: pools by `ip` are shared by the connectors of a process. */
  readonly scope: 'ip' | 'key' | 'account' | 'connection';
  /** Counted per market. */
  readonly per?: 'symbol';
} & (
  | { readonly windows: readonly { readonly limit: number; readonly perMs: number }[] }
  | { readonly capacity: number; readonly refillPerMs: number }
);

/** What a venue says is used of one window of a pool. */
export type Usage = { readonly pool: string; readonly perMs: number; readonly used: number };

/** A decoded answer, of a request by HTTP or over a stream. */
export type Answer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: unknown;
};

/** What a venue's refusal means. `exists`: the client id is taken, so the order is there. */
export type Verdict = {
  readonly code: string;
  /** In the venue's words. */
  readonly message: string;
  readonly kind: ErrorKind;
  readonly outcome: 'refused' | 'exists' | 'unknown';
  readonly retryAfterMs?: number;
};
