import { ConnectorError } from '../errors/connector-error.js';
import type { AccountState, Status } from '../model/event.js';
import type { Pair } from '../model/market.js';
import type { BookState } from '../model/book.js';
import type { Hub } from './hub.js';

/** How far a connector is between its start and its end. */
export type Phase = 'new' | 'starting' | 'started' | 'stopping' | 'stopped';

export type StatusParts = {
  readonly phase: Phase;
  readonly account: AccountState;
  readonly killed: string | undefined;
  readonly clockOffsetMs: number;
  readonly books: ReadonlyMap<Pair, { readonly state: BookState; readonly ageMs: number }>;
};

const phases: Readonly<Record<Exclude<Phase, 'started'>, string>> = {
  new: 'start() has not been called',
  starting: 'the start is under way',
  stopping: 'the connector is being stopped',
  stopped: 'the connector has been stopped',
};

/** Ready when it is started, every watched book is live, the account is not behind and orders are not stopped. */
function toStatus({ phase, account, killed, clockOffsetMs, books }: StatusParts): Status {
  const missing = [
    ...(phase === 'started' ? [] : [phases[phase]]),
    ...(account === 'reconciling' || account === 'stale' ? [`account is ${account}`] : []),
    ...(killed === undefined ? [] : [`orders are stopped: ${killed}`]),
    ...[...books].filter(([, { state }]) => state !== 'live').map(([pair, { state }]) => `book of ${pair} is ${state}`),
  ];
  return { ready: missing.length === 0, account, missing, clockOffsetMs, books };
}

/** Throws when no order may be placed: a book that is behind does not matter, the account does. */
export function checkReady(
  operation: string,
  {
    phase,
    account,
    hasCredentials,
  }: Pick<StatusParts, 'phase' | 'account'> & {
    readonly hasCredentials: boolean;
  },
): void {
  const isOpen = phase === 'starting' || phase === 'started';
  if (isOpen && account === 'ready') return;
  const options = { kind: 'venue-unavailable', outcome: 'not-sent', operation } as const;
  if (!isOpen) throw new ConnectorError(phases[phase], options);
  if (hasCredentials) throw new ConnectorError(`the account is ${account}`, options);
  throw new ConnectorError('orders need credentials; without them there is market data only', {
    ...options,
    kind: 'auth',
  });
}

/** A connector's status, told when something changes that matters. */
export type StatusBoard = {
  readonly read: () => Status;
  /**
   * Tells the status unless it was told before. Ages grow all the time: nobody hears of those.
   * While nobody listens it is not put together: of thousands of books, each that changes would look at all of them.
   */
  readonly tell: () => void;
};

export function createStatusBoard(options: {
  readonly parts: () => StatusParts;
  readonly hub: Pick<Hub, 'emit' | 'isHeard'>;
}): StatusBoard {
  let told = '';
  const read = (): Status => toStatus(options.parts());
  return {
    read,
    tell: () => {
      if (!options.hub.isHeard('status')) {
        told = '';
        return;
      }
      const status = read();
      const summary = JSON.stringify([status.ready, status.account, status.missing]);
      if (summary === told) return;
      told = summary;
      options.hub.emit({ type: 'status', status });
    },
  };
}
