import type { Balance, Balances as BalanceReport } from '../model/balance.js';
import { zero, type Decimal } from '../model/decimal.js';
import type { Happening } from '../model/event.js';
import type { UnixMs } from '../model/market.js';

export type BalancesOptions = {
  /** Told of each asset whose figures a report changed, when all of the report has been taken in. */
  readonly emit: (happening: Extract<Happening, { readonly type: 'balance' }>) => void;
  /** Venue time. */
  readonly now: () => UnixMs;
  /** What open orders hold back, by asset. */
  readonly reserved: () => ReadonlyMap<string, Decimal>;
  /**
   * Whether what is not available is what orders hold back, as on spot; true when left out. On margin only the venue knows:
   * a report without it leaves it as it was.
   */
  readonly infers?: boolean;
};

/** The balances of one account, from streams and polls alike. Stale until told otherwise. */
export type Balances = {
  /**
   * Takes in a report. Each asset keeps what is newest by the venue's time. Where a report has none, `askedAt` counts:
   * when the request for it was sent, so that an answer does not undo what a stream told meanwhile.
   */
  readonly apply: (report: BalanceReport, askedAt?: UnixMs) => void;
  readonly setStale: (stale: boolean) => void;
  /** A live view; the values in it never change. */
  readonly all: () => ReadonlyMap<string, Balance>;
};

/** What the venue said last of an asset. */
type Holding = {
  readonly at: UnixMs;
  readonly total: Decimal | undefined;
  readonly available: Decimal | undefined;
};

type Figures = { readonly total: Decimal; readonly available: Decimal };

export function createBalances(options: BalancesOptions): Balances {
  const holdings = new Map<string, Holding>();
  // Apart from `holdings`: a complete report makes an asset disappear, but older news of it must stay unwelcome.
  const shown = new Map<string, Balance>();
  const deducted = new Map<string, Decimal>();
  let stale = true;

  const infers = options.infers ?? true;

  const reservedOf = (asset: string): Decimal => options.reserved().get(asset) ?? zero;

  const show = (asset: string, holding: Holding): void => {
    const { total, available } = holding;
    if (!infers) {
      shown.set(asset, { stale, ...carry(holding, shown.get(asset)) });
      return;
    }
    const reserved = reservedOf(asset);
    if (total === undefined || available === undefined) deducted.set(asset, reserved);
    else deducted.delete(asset);
    shown.set(asset, { stale, ...infer(holding, reserved) });
  };

  const hide = (asset: string): void => {
    shown.delete(asset);
    deducted.delete(asset);
  };

  /** Returns whether the figures changed. */
  const update = (asset: string, holding: Holding, isListed: boolean): boolean => {
    const before = shown.get(asset);
    holdings.set(asset, holding);
    if (isListed) show(asset, holding);
    else hide(asset);
    const { total, available } = shown.get(asset) ?? nothing;
    return before === undefined ? isListed : !before.total.eq(total) || !before.available.eq(available);
  };

  const apply: Balances['apply'] = (report, askedAt) => {
    const at = report.at ?? askedAt ?? options.now();
    const isNew = (asset: string): boolean => (holdings.get(asset)?.at ?? -1) <= at;
    const listed = new Set(report.entries.map(({ asset }) => asset));
    const changed: string[] = [];
    for (const { asset, total, available } of report.entries) {
      if (total === undefined && available === undefined) continue;
      if (isNew(asset) && update(asset, { at, total, available }, true)) changed.push(asset);
    }
    for (const asset of report.complete ? [...shown.keys()] : []) {
      if (listed.has(asset) || !isNew(asset)) continue;
      if (update(asset, { at, total: zero, available: zero }, false)) changed.push(asset);
    }
    for (const asset of changed) {
      const { total, available } = shown.get(asset) ?? nothing;
      options.emit({ type: 'balance', asset, total, available });
    }
  };

  /** What was inferred from reservations is inferred again when those have changed. */
  const refresh = (): void => {
    for (const [asset, reserved] of deducted) {
      const holding = holdings.get(asset);
      if (holding !== undefined && reservedOf(asset) !== reserved) show(asset, holding);
    }
  };

  return {
    apply,
    setStale: (next) => {
      if (stale === next) return;
      stale = next;
      for (const [asset, balance] of shown) shown.set(asset, { ...balance, stale });
    },
    all: () => {
      refresh();
      return shown;
    },
  };
}

/** What the report leaves out stays; at first it is taken to be what the report has. */
function carry({ total, available }: Holding, known: Balance | undefined): Figures {
  const told = total ?? available ?? zero;
  return { total: total ?? known?.total ?? told, available: available ?? known?.available ?? told };
}

const nothing = { total: zero, available: zero };

/** Where the venue gives only one of the two figures, the orders that are known here make the difference. */
function infer({ total, available }: Holding, reserved: Decimal): Figures {
  if (total === undefined) return { total: (available ?? zero).plus(reserved), available: available ?? zero };
  if (available !== undefined) return { total, available };
  const free = total.minus(reserved);
  return { total, available: free.lt(zero) ? zero : free };
}
