/**
 * When a fault strikes. Things that could be struck are counted per fault, by the text `match` in what they carry:
 * `POST /api/v3/order?symbol=… body` of a request, `/ws {"e":"depthUpdate",…}` of a message, `/ws-api/v3?…` of a connection.
 */
export type Trigger = {
  /** Counts only what contains this text. */
  readonly match?: string;
  /** The first one struck, from 1; 1 when left out. */
  readonly nth?: number;
  /** How many in a row; 1 when left out, all of the window with `forMs`. */
  readonly times?: number;
  /** Counts only from this time on, in ms after the venue was disturbed. */
  readonly at?: number;
  /** Counts only this long. */
  readonly forMs?: number;
};

/** What happens to a request and its answer. */
export type HttpFault = Trigger &
  (
    | {
        /** Never reaches the venue; the venue acts but its answer never comes; no connection is made, so no byte leaves. */
        readonly kind: 'http.request.lost' | 'http.response.lost' | 'http.refused';
      }
    /** The connection breaks, before the venue acts (`request`) or after. */
    | { readonly kind: 'http.reset'; readonly leg: 'request' | 'response' }
    | { readonly kind: 'http.delay'; readonly leg: 'request' | 'response'; readonly ms: number }
    /** Answers in the venue's place. `acted`: the venue did what was asked all the same. */
    | {
        readonly kind: 'http.status';
        readonly status: number;
        readonly acted: boolean;
        readonly body?: string;
        readonly headers?: Readonly<Record<string, string>>;
      }
    /** The answer's body is replaced; cut in half when left out. */
    | { readonly kind: 'http.garbage'; readonly body?: string }
  );

/** What happens to a WebSocket or a message on it; messages are those to the client unless `to` says otherwise. */
export type WsFault = Trigger &
  (
    | { readonly kind: 'ws.refused'; readonly status?: number }
    /** Ends the connection instead of delivering; by `at` alone, every connection at that time. 1006, broken, when left out. */
    | { readonly kind: 'ws.drop'; readonly code?: number; readonly to?: 'client' | 'venue' }
    /** From here on nothing passes, pings neither, and nobody is told. By `at` alone, every connection at that time. */
    | { readonly kind: 'ws.silent'; readonly to?: 'client' | 'venue' }
    /** Never arrives; arrives twice; arrives after the next one. */
    | { readonly kind: 'ws.lose' | 'ws.duplicate' | 'ws.reorder'; readonly to?: 'client' | 'venue' }
    /** Arrives later, and all after it no earlier. */
    | { readonly kind: 'ws.delay'; readonly ms: number; readonly to?: 'client' | 'venue' }
    /** Replaced by other text; cut in half when left out. */
    | { readonly kind: 'ws.garbage'; readonly text?: string; readonly to?: 'client' | 'venue' }
  );

/** A fault as plain data, so that a run can be written down, repeated and shortened. */
export type Fault = HttpFault | WsFault;

/** One time that a fault struck: `at` in ms after the venue was disturbed. */
export type Strike = { readonly at: number; readonly fault: Fault; readonly what: string };
