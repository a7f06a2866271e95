import type { AccountState, Status } from '../model/event.js';
import type { Pair } from '../model/market.js';
import type { BookState } from '../model/book.js';

export type StatusParts = {
  readonly started: boolean;
  readonly account: AccountState;
  readonly killed: string | undefined;
  readonly clockOffsetMs: number;
  readonly books: ReadonlyMap<Pair, { readonly state: BookState; readonly ageMs: number }>;
};

/** Ready when markets are known, every watched book is live, the account is not behind and orders are not stopped. */
export function toStatus({ started, account, killed, clockOffsetMs, books }: StatusParts): Status {
  const missing = [
    ...(started ? [] : ['markets']),
    ...(account === 'reconciling' || account === 'stale' ? [`account is ${account}`] : []),
    ...(killed === undefined ? [] : [`orders are stopped: ${killed}`]),
    ...[...books].filter(([, { state }]) => state !== 'live').map(([pair, { state }]) => `book of ${pair} is ${state}`),
  ];
  return { ready: missing.length === 0, account, missing, clockOffsetMs, books };
}
