import { refuse, type Alarms } from '@hb/connector-testkit';

/** Keys of user streams: one an account, valid for an hour. https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export type ListenKeys = {
  /** The one that is valid, or a new one; valid for an hour from now. */
  readonly open: (account: string) => string;
  /** Throws -1125 when there is none. */
  readonly keep: (account: string) => string;
  readonly close: (account: string) => void;
  /** Whose key it is, while it is valid. */
  readonly accountOf: (key: string) => string | undefined;
};

const validMs = 60 * 60_000;

/** `expired` hears of keys that end. */
export function createListenKeys(
  alarms: Alarms,
  newKey: () => string,
  expired: (account: string, key: string) => void,
): ListenKeys {
  const keys = new Map<string, string>();

  function end(account: string): void {
    const key = keys.get(account);
    if (key === undefined) return;
    alarms.clear(`key of ${account}`);
    keys.delete(account);
    expired(account, key);
  }
  function extend(account: string, key: string): string {
    keys.set(account, key);
    alarms.set(`key of ${account}`, validMs, () => end(account));
    return key;
  }
  return {
    open: (account) => extend(account, keys.get(account) ?? newKey()),
    keep: (account) => {
      const key = keys.get(account);
      if (key === undefined) throw refuse(-1125, 'This listenKey does not exist.');
      return extend(account, key);
    },
    close: end,
    accountOf: (key) => [...keys].find(([, held]) => held === key)?.[0],
  };
}
