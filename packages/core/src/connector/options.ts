import type { Durability } from '../journal/log.js';
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
  /**
   * Has the venue cancel all orders of the account, or of the market where it knows no other, when it has not heard from here for that
   * long; those of others too. Armed with the first order, taken back by `stop` unless orders that it was to cancel are left.
   * Off when left out, and without effect where `capabilities.deadman` is false.
   */
  readonly deadmanMs?: number;
  /**
   * The folder under which order records are kept, in `<data>/<id>/<environment>/<account>`, by one process at a time;
   * `~/.hb/data` when left out. In a sandbox, records are kept in memory alone when it is left out: an emulator forgets too.
   */
  readonly data?: string;
  /** What an order waits for before it leaves, and an event before it is told; `fsync`, which loses nothing, when left out. */
  readonly durability?: Durability;
  /** Starts although records in the middle were lost, with the orders that are left; refused when left out. */
  readonly acceptDamage?: boolean;
  /** Where order records go in place of files under `data`. Its records are taken up at the start; closing it is the caller's. */
  readonly journal?: Journal;
  /** Sockets, clock and disk of this machine when left out; `nodePorts` takes a proxy or a local address. */
  readonly ports?: Ports;
};
