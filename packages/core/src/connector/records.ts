import { ConnectorError } from '../errors/connector-error.js';
import { openDiskJournal, type DiskJournal, type RecoveredJournal } from '../journal/disk-journal.js';
import type { Durability } from '../journal/log.js';
import type { UnixMs } from '../model/market.js';
import { createMemoryJournal, type Journal } from '../orders/journal.js';
import type { Ports } from '../ports/ports.js';
import { createEnding, type End } from './ends.js';
import type { ConnectorOptions } from './options.js';
import { show } from './request.js';

const durabilities: readonly Durability[] = ['fsync', 'os', 'none'];

export type RecordsOptions = {
  readonly id: string;
  readonly environment: string;
  readonly given: Pick<
    ConnectorOptions<never>,
    'account' | 'data' | 'durability' | 'acceptDamage' | 'journal' | 'sandbox'
  >;
  /** Without credentials there are no orders to keep records of. */
  readonly hasCredentials: boolean;
  readonly ports: Pick<Ports, 'disk' | 'log' | 'clock'>;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly onProblem: (problem: unknown) => void;
};

/** Where the records of an account's orders are kept. */
export type Records = {
  /** Usable from `open` on; readable after `close` too. */
  readonly journal: Journal;
  /**
   * Takes the journal for this connector alone; tells of what it lost. Rejects with a `ConnectorError` when another process has it,
   * and when it is damaged unless that is accepted. Resolves with where it lies and what an earlier run left; with nothing when it has no files.
   */
  readonly open: () => Promise<RecoveredJournal | undefined>;
  /** Resolves when nobody waits any more for what was written. */
  readonly settled: () => Promise<void>;
  /** Makes safe what was written and gives the journal free. Rejects when that failed. */
  readonly close: () => Promise<void>;
  /** Whether what is written from now on is lost; true before `closed` is over. */
  readonly isClosed: () => boolean;
  /** When no more records are written. */
  readonly closed: End;
};

/** Throws for an account whose name cannot be that of a folder, and for a durability that is none: it would keep less than was meant. */
export function createRecords(options: RecordsOptions): Records {
  const { given, now } = options;
  const { durability = 'fsync' } = given;
  if (!durabilities.includes(durability)) {
    const names = durabilities.join(', ');
    throw refusal(`${options.id} options`, `durability: ${show(durability)} is not one of ${names}`);
  }
  const folder = toFolder(options);
  const closed = createEnding();
  let opening: Promise<DiskJournal> | undefined;
  let closing: Promise<void> | undefined;
  let isClosed = closed.isOver;
  let current = folder === undefined ? (given.journal ?? createMemoryJournal({ now })) : notOpen(options.id);

  const close = async (): Promise<void> => {
    try {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    } finally {
      closed.end();
    }
  };

  return {
    journal: {
      append: (clientOrderId, entry) => current.append(clientOrderId, entry),
      durable: () => current.durable(),
      read: (from) => current.read(from),
      forget: (clientOrderId) => {
        current.forget(clientOrderId);
      },
      told: {
        upTo: () => current.told.upTo(),
        note: (sequence) => {
          current.told.note(sequence);
        },
      },
      nonces: { upTo: () => current.nonces.upTo(), note: (upTo) => current.nonces.note(upTo) },
      missing: {
        since: () => current.missing.since(),
        note: (since) => {
          current.missing.note(since);
        },
      },
    },
    open: async () => {
      if (folder === undefined) return undefined;
      opening = openFolder(options, folder);
      const { journal, recovered, isClosed: isDiskClosed } = await opening;
      current = journal;
      isClosed = isDiskClosed;
      tell(options, folder, recovered);
      return recovered;
    },
    settled: async () => {
      // Whoever waits for a journal that failed has been told.
      await current.durable()?.catch(() => undefined);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
    isClosed: () => isClosed(),
    closed,
  };
}

function openFolder({ given, ports, now, onProblem }: RecordsOptions, folder: string): Promise<DiskJournal> {
  return openDiskJournal({
    disk: ports.disk,
    clock: ports.clock,
    folder,
    now,
    onProblem,
    ...(given.durability !== undefined && { durability: given.durability }),
    ...(given.acceptDamage !== undefined && { acceptDamage: given.acceptDamage }),
  });
}

/** `undefined` for records that are not kept in files. */
function toFolder({ id, environment, given, hasCredentials, ports }: RecordsOptions): string | undefined {
  if (given.journal !== undefined || !hasCredentials) return undefined;
  if (given.sandbox === true && given.data === undefined) return undefined;
  const { account = 'main', data = ports.disk.home } = given;
  // It must not lead anywhere else.
  if (!/^\w[\w.@-]*$/.test(account)) {
    throw refusal(`${id} options`, `account ${JSON.stringify(account)} cannot be the name of a folder`);
  }
  return [data, id, environment, account].join('/');
}

function tell({ ports, onProblem }: RecordsOptions, folder: string, recovered: RecoveredJournal): void {
  const { records, orders, sequence, torn, damage, orphans } = recovered;
  ports.log('info', 'journal.opened', { folder, records, orders, sequence });
  if (torn !== undefined) {
    onProblem(new Error(`${folder}/${torn.file}: a crash left ${torn.bytes} bytes of an unfinished record; dropped`));
  }
  for (const { file, after, before } of damage) {
    const place = `between record ${after} and ${before ?? 'the end'}`;
    onProblem(new Error(`${folder}/${file}: records ${place} are lost; a copy of the file is beside it`));
  }
  for (const clientOrderId of new Set(orphans.map((record) => record.clientOrderId))) {
    onProblem(new Error(`${folder}: the beginning of order ${clientOrderId} is lost, and the rest of it was dropped`));
  }
}

function notOpen(id: string): Journal {
  return {
    ...createMemoryJournal({ now: () => 0 }),
    append: () => {
      throw refusal(`${id} journal`, 'call start() first');
    },
  };
}

function refusal(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation });
}
