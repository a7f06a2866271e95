import { createBalances, type Balances } from '../account/balances.js';
import { createClientIds, type ClientIds } from '../orders/client-id.js';
import { happenedAt } from '../orders/events.js';
import { createGuard, type Guard } from '../orders/guard.js';
import type { Journal } from '../orders/journal.js';
import { createTracker, type Tracker } from '../orders/tracker.js';
import type { OrderRules } from '../spec/spot.js';
import type { Base } from './base.js';
import type { ConnectorOptions } from './options.js';
import type { Records } from './records.js';
import { createBell, type Bell } from './replay.js';

/** What is known of the account here: its orders, on record, and its balances. */
export type Desk = {
  readonly journal: Journal;
  /** Whether the journal takes no more. */
  readonly isClosed: () => boolean;
  /** Rings when the journal has grown. */
  readonly bell: Bell;
  /** How many closed orders stay readable. */
  readonly keepClosed: number;
  readonly ids: ClientIds;
  readonly isOurs: ClientIds['isOurs'];
  readonly guard: Guard;
  readonly tracker: Tracker;
  readonly balances: Balances;
};

const keepClosed = 5_000;

export function createDesk<O, C, W>(
  { clientId }: OrderRules,
  given: ConnectorOptions<C> & { readonly isOnMargin: boolean },
  { now, hub, meter, ports, catalogue, records }: Base<O, C, W> & { readonly records: Records },
): Desk {
  const { journal, isClosed } = records;
  const bell = createBell();
  const prefix = given.clientIdPrefix;
  const random = ports.random('client-id');
  const isUsed = (id: string): boolean => tracker.order(id) !== undefined;
  const ids = createClientIds(clientId, { random, isUsed, ...(prefix !== undefined && { prefix }) });
  const { isOurs } = ids;
  const tracker = createTracker({
    journal,
    isClosed,
    now,
    meter,
    keepClosed,
    isOurs,
    market: catalogue.bySymbol,
    echoesClientId: clientId.echoed,
    emit: ({ id, ...happening }, record) => {
      hub.emit(happening, { id, sequence: record.sequence, at: happenedAt(record) });
      bell.ring();
    },
  });
  const balances = createBalances({ now, emit: hub.emit, reserved: tracker.reserved, infers: !given.isOnMargin });
  return {
    journal,
    isClosed,
    bell,
    keepClosed,
    ids,
    isOurs,
    guard: createGuard(given.orderLimits),
    tracker,
    balances,
  };
}
