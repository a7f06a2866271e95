import type { Clock } from '@hb/connector-core';
import { refuse } from '@hb/connector-testkit';

/** Keys of user streams: one an account, valid for an hour. https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export type ListenKeys = {
  /** The one that is valid, or a new one; valid for an hour from now. */
  readonly open: (account: string) => string;
  /** Throws -1125 when there is none. */
  readonly keep: (account: string) => string;
  readonly close: (account: string) => void;
  /** Whose key it is, while it is valid. */
  readonly accountOf: (key: string) => string | undefined;
  readonly stop: () => void;
};

const validMs = 60 * 60_000;

/** `expired` hears of keys that end. */
export function createListenKeys(
  clock: Clock,
  newKey: () => string,
  expired: (account: string, key: string) => void,
): ListenKeys {
  const keys = new Map<string, { readonly key: string; readonly cancel: () => void }>();

  function end(account: string): void {
    const held = keys.get(account);
    if (held === undefined) return;
    held.cancel();
    keys.delete(account);
    expired(account, held.key);
  }
  function extend(account: string, key: string): string {
    keys.get(account)?.cancel();
    keys.set(account, { key, cancel: clock.at(clock.mono() + validMs, () => end(account)) });
    return key;
  }
  return {
    open: (account) => extend(account, keys.get(account)?.key ?? newKey()),
    keep: (account) => {
      const held = keys.get(account);
      if (held === undefined) throw refuse(-1125, 'This listenKey does not exist.');
      return extend(account, held.key);
    },
    close: end,
    accountOf: (key) => [...keys].find(([, held]) => held.key === key)?.[0],
    stop: () => {
      for (const { cancel } of keys.values()) cancel();
      keys.clear();
    },
  };
}
