import type { UnixMs } from '../model/market.js';
import type { WireRequest } from '../ports/ports.js';
import type { Private, Public } from './api.js';
import type { Answer, Endpoint, Pool, Read, Usage, Verdict } from './endpoint.js';

/** What every venue has: a name, hosts, limits, a signature and error codes. `O` are its options, `C` its credentials. */
export type Common<O, C> = {
  /** Hummingbot's id, `gate_io`; perpetuals end in `_perpetual`. */
  readonly id: string;
  readonly docs: string;
  /** Hosts by name for each environment: `{ live: { rest: 'https://…', public: 'wss://…' } }`. The first is the default. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Checks the user's options and fills defaults; gets `{}` when there are none. */
  readonly options: Read<O>;
  /** What a user must give, so that a prompt can ask for it. */
  readonly credentials: Readonly<Record<keyof C & string, CredentialField>>;
  readonly limits: (options: O) => Readonly<Record<string, Pool>>;
  /** What an answer says about used limits. Of a pool per symbol: about the market of the request. */
  readonly usage?: (answer: Answer, at: Endpoint) => readonly Usage[];
  /** Venue time in ms, for the clock offset. */
  readonly fetchTime?: (p: Public<O>) => Promise<UnixMs>;
  readonly fetchHeight?: (p: Public<O>) => Promise<number>;
  /** Returns a signed copy of the text that is about to be sent. */
  readonly sign: (p: Private<O, C>, request: WireRequest) => WireRequest | Promise<WireRequest>;
  /** `undefined` is success. An order command whose answer has no listed verdict is `unknown`. */
  readonly judge: (answer: Answer, at: Endpoint) => Verdict | undefined;
};

/** One thing that a user must give: what to call it, and whether to hide it. */
export type CredentialField = {
  readonly label: string;
  readonly secret: boolean;
  readonly optional?: true;
  /** Where it is no text, such as what signs without showing its key. */
  readonly type?: 'object';
};
