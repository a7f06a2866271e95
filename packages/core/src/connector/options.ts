import type { OrderLimits } from '../orders/guard.js';
import type { Journal } from '../orders/journal.js';
import type { Ports } from '../ports/ports.js';
import type { CredentialsInput } from '../spec/api.js';

/** How one account at one venue is connected. */
export type ConnectorOptions<C> = {
  /** Left out: market data only. */
  readonly credentials?: CredentialsInput<C>;
  /** Names the account where a process has several; `main` when left out. */
  readonly account?: string;
  /** One of the spec's environments; its first when left out. */
  readonly environment?: string;
  /** The venue's own options, such as a region or a tier. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Other addresses for some of the environment's hosts: `{ rest: 'http://127.0.0.1:8080' }` with `sandbox`. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Permits http and ws on loopback, and refuses every other host. */
  readonly sandbox?: boolean;
  /** The part of each rate limit that this connector may use, above 0 and up to 1; 1 when left out. */
  readonly limitsShare?: number;
  readonly orderLimits?: OrderLimits;
  /** Put before every client order id. Neutral when left out: no venue is told which software trades. */
  readonly clientIdPrefix?: string;
  /** How long one request may take, waiting included; 10 s when left out. */
  readonly requestTimeoutMs?: number;
  /** How often orders, fills and balances are compared with the venue while all is well; 60 s when left out. */
  readonly auditEveryMs?: number;
  /** Where order records go; kept in memory when left out. */
  readonly journal?: Journal;
  /** Sockets, clock and disk of this machine when left out; `nodePorts` takes a proxy or a local address. */
  readonly ports?: Ports;
};
