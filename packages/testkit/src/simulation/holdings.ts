import { decimal, type Event } from '@hb/connector-core';

import { isPerpetual } from '../engine/perpetual/types.js';
import type { Engine, EngineBalance } from '../engine/types.js';

/** Compares the balances that are told with all that the venue's ever were. */
export type HoldingsWatch = {
  /** What is wrong with a balance, if it never was so. */
  readonly check: (told: Extract<Event, { readonly type: 'balance' }>) => string | undefined;
  readonly stop: () => void;
};

/** However late or out of order a balance is told: both of its figures were the venue's, and at the same time. */
export function watchHoldings(engine: Engine, account: string): HoldingsWatch {
  const seen = new Set<string>();
  // On margin, what is available moves with the marks.
  const isOnMargin = isPerpetual(engine);
  const keyOf = (asset: string, total: string, available: string): string =>
    [asset, total, ...(isOnMargin ? [] : [available])].join(' ');

  const note = ({ asset, free, locked }: EngineBalance): void => {
    const step = engine.asset(asset);
    seen.add(keyOf(asset, plain(step.format(free + locked)), plain(step.format(free))));
  };
  for (const balance of engine.balances(account)) note(balance);
  const stop = engine.on((event) => {
    if (event.type === 'balance' && event.account === account) event.balances.forEach(note);
  });

  return {
    check: ({ asset, total, available }) => {
      if (seen.has(keyOf(asset, total.toFixed(), available.toFixed()))) return undefined;
      return `${available.toFixed()} of ${total.toFixed()} ${asset} was told, and the venue never had that`;
    },
    stop,
  };
}

/** As a Decimal is written. */
function plain(text: string): string {
  return decimal(text).toFixed();
}
