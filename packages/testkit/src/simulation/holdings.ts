import { decimal, type Event } from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import { isPerpetual, type EnginePosition } from '../engine/perpetual/types.js';
import type { Engine, EngineBalance } from '../engine/types.js';

/** Compares the balances and positions that are told with all that the venue's ever were. */
export type HoldingsWatch = {
  /** What is wrong with a balance, if it never was so. */
  readonly check: (told: Extract<Event, { readonly type: 'balance' }>) => string | undefined;
  readonly checkPosition: (told: Extract<Event, { readonly type: 'position' }>) => string | undefined;
  readonly stop: () => void;
};

/** However late or out of order a balance is told: both of its figures were the venue's, and at the same time. */
export function watchHoldings(
  engine: Engine,
  account: string,
  exchanges: readonly Pick<Exchange, 'pair' | 'symbol' | 'amountText'>[] = [],
): HoldingsWatch {
  const seen = new Set<string>();
  const held = new Set<string>();
  // On margin, what is available moves with the marks.
  const isOnMargin = isPerpetual(engine);
  const keyOf = (asset: string, total: string, available: string): string =>
    [asset, total, ...(isOnMargin ? [] : [available])].join(' ');

  const note = ({ asset, free, locked }: EngineBalance): void => {
    const step = engine.asset(asset);
    seen.add(keyOf(asset, plain(step.format(free + locked)), plain(step.format(free))));
  };
  for (const balance of engine.balances(account)) note(balance);
  const notePosition = ({ market, side, amount }: EnginePosition): void => {
    const exchange = exchanges.find(({ symbol }) => symbol === market);
    const inBase = decimal(exchange?.amountText(amount) ?? '0');
    held.add([exchange?.pair ?? market, side, (side === 'net' ? inBase : inBase.abs()).toFixed()].join(' '));
  };
  const stop = engine.on((event) => {
    if (event.type === 'balance' && event.account === account) event.balances.forEach(note);
    if (event.type === 'position' && event.position.account === account) notePosition(event.position);
  });

  return {
    check: ({ asset, total, available }) => {
      if (seen.has(keyOf(asset, total.toFixed(), available.toFixed()))) return undefined;
      return `${available.toFixed()} of ${total.toFixed()} ${asset} was told, and the venue never had that`;
    },
    checkPosition: ({ position: { pair, side, amount } }) => {
      if (amount.eq('0') || held.has([pair, side, amount.toFixed()].join(' '))) return undefined;
      return `${pair} ${side} was told to be ${amount.toFixed()}, and the venue never had that`;
    },
    stop,
  };
}

/** As a Decimal is written. */
function plain(text: string): string {
  return decimal(text).toFixed();
}
