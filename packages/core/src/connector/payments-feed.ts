import type { Payments } from '../account/payments.js';
import type { Pair, UnixMs } from '../model/market.js';
import type { FundingPayment, FundingPaymentReport } from '../model/position.js';
import type { Clock } from '../ports/ports.js';
import type { Since } from '../spec/spot.js';
import { repeat } from './repeat.js';
import type { Rests } from './rests.js';
import { createRuns } from './runs.js';

const everyMs = 300_000;
const calmMs = 5_000;

export type PaymentsFeedOptions<W> = {
  readonly payments: Payments;
  readonly fetch: (since: Since<W>) => Promise<readonly FundingPaymentReport[]>;
  readonly clock: Clock;
  readonly rests: Rests;
  readonly onProblem: (error: unknown) => void;
};

/** Asks the venue for funding payments: at the start, from time to time, and when something was paid. */
export type PaymentsFeed = {
  readonly start: () => void;
  readonly ask: () => void;
  readonly close: () => void;
};

export function createPaymentsFeed<W>(options: PaymentsFeedOptions<W>): PaymentsFeed {
  const { payments, rests, onProblem } = options;
  let stop = (): void => undefined;
  let isClosed = false;

  const once = async (): Promise<void> => {
    try {
      await eachPage(options.fetch, { from: payments.from() }, (page) => {
        for (const payment of page) payments.book(payment);
      });
    } catch (error) {
      onProblem(error);
    }
  };
  const ask = createRuns({ clock: options.clock, calmMs, task: (runsBefore) => rests.rested(runsBefore, once) });

  return {
    start: () => {
      // What comes before it may take until after the end.
      if (isClosed) return;
      stop = repeat(options.clock, everyMs, ask);
      void ask();
    },
    ask: () => void ask(),
    close: () => {
      isClosed = true;
      stop();
    },
  };
}

/** All payments since then, oldest first, whether they are booked here or not. */
export async function fetchPayments<W>(
  fetch: PaymentsFeedOptions<W>['fetch'],
  since: Since<W> & { readonly from: UnixMs },
  pairOf: (symbol: string) => Pair | undefined,
): Promise<readonly FundingPayment[]> {
  const all = new Map<string, FundingPayment>();
  await eachPage(fetch, since, (page) => {
    for (const { type: _type, symbol, ...payment } of page) {
      all.set(`${symbol} ${payment.paymentId}`, { ...payment, pair: pairOf(symbol) ?? symbol });
    }
  });
  return [...all.values()];
}

/** Each page begins where the one before ended, so that the first of it is known; one that brings nothing later is the last. */
async function eachPage<W>(
  fetch: PaymentsFeedOptions<W>['fetch'],
  since: Since<W> & { readonly from: UnixMs },
  take: (page: readonly FundingPaymentReport[]) => void,
): Promise<void> {
  let from = since.from;
  for (;;) {
    const page = await fetch({ ...since, from });
    take(page);
    const last = page.at(-1)?.at ?? from;
    if (last <= from) return;
    from = last;
  }
}
