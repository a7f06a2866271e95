import { attribute } from '../errors/attribute.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { NewOrder, OrderReport } from '../model/order.js';
import type { Tracker } from '../orders/tracker.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { Verdict } from '../spec/endpoint.js';
import type { TradingSpec } from '../spec/spot.js';
import type { Flight } from './outgoing.js';

type BatchSpec<O, C, W> = NonNullable<TradingSpec<O, C, W>['placeMany']>;

export type BatchOptions<O, C, W> = {
  readonly id: string;
  readonly run: BatchSpec<O, C, W>['run'];
  readonly api: (context: CallContext) => Private<O, C>;
  readonly tracker: Tracker;
  readonly now: () => UnixMs;
};

/** An order that is written down. It may leave when that is `safe`, which it is already where that is `undefined`. */
export type Departure<W> = {
  readonly order: NewOrder<W>;
  readonly flight: Flight;
  readonly safe: Promise<void> | undefined;
};

/** Orders that leave in one request. */
export type Batch<W> = readonly [Departure<W>, ...Departure<W>[]];

/** Why orders were refused or did not leave, by their ids. Those that the venue may hold are not among them. */
export type Failures = ReadonlyMap<string, ConnectorError>;

/** Sends orders in one request, once; those that are withheld before it leaves are left out of it. Never rejects. */
export function createBatch<O, C, W>(options: BatchOptions<O, C, W>): (batch: Batch<W>) => Promise<Failures> {
  const { id, api, tracker, now, run } = options;

  /** Resolves with what the venue says of each; `undefined` when the request was given up before it left. */
  const ask = async ([first, ...others]: Batch<W>): Promise<Answers | undefined> => {
    const batch = [first, ...others];
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    for (const { flight } of batch) flight.signal.addEventListener('abort', abort);
    try {
      const p = api({
        symbol: first.order.market.symbol,
        signal: controller.signal,
        sendWithinMs: Math.min(...batch.map(({ order }) => order.deadline)) - now(),
        onSend: () => {
          for (const { flight, order } of batch) {
            flight.send();
            tracker.sent(order.clientOrderId);
          }
        },
      });
      return await run(
        p,
        batch.map(({ order }) => order),
      );
    } catch (error) {
      if (controller.signal.aborted && !first.flight.isSent()) return undefined;
      throw error;
    } finally {
      for (const { flight } of batch) flight.signal.removeEventListener('abort', abort);
    }
  };

  /** Which answer belongs to which order cannot be told when some are missing; a report says that itself. */
  const align = (batch: Batch<W>, answers: Answers): Answers => {
    if (answers.length === batch.length) return answers;
    for (const answer of answers) if (answer !== undefined && 'type' in answer) tracker.observe(answer);
    return [];
  };

  /** What became of one order; nothing to say when the venue may hold it. */
  const settle = ({ order, flight }: Departure<W>, answer: Answers[number] | Error): ConnectorError | undefined => {
    const { clientOrderId, market } = order;
    if (answer !== undefined && 'type' in answer) {
      tracker.answered(clientOrderId, answer);
      return undefined;
    }
    const outcome = flight.isSent() ? 'unknown' : 'not-sent';
    const about = { operation: `${id} place ${market.pair}`, clientOrderId, outcome } as const;
    const failure = attribute(answer instanceof Error ? answer : toError(about, answer), about);
    tracker.failed(clientOrderId, failure);
    return failure.outcome === 'unknown' ? undefined : failure;
  };

  const send = async (batch: Batch<W>): Promise<readonly (Answers[number] | Error)[] | undefined> => {
    try {
      const answers = await ask(batch);
      return answers && align(batch, answers);
    } catch (error) {
      return batch.map(() => (error instanceof Error ? error : new Error(String(error))));
    }
  };

  return async (batch) => {
    const failures = new Map<string, ConnectorError>();
    const end = (departure: Departure<W>, answer: Answers[number] | Error): void => {
      const failure = settle(departure, answer);
      if (failure !== undefined) failures.set(departure.order.clientOrderId, failure);
      departure.flight.end();
    };
    for (let rest: readonly Departure<W>[] = batch; rest.length > 0;) {
      for (const each of rest) if (each.flight.signal.aborted) end(each, withheld(id, each));
      const [first, ...others] = rest.filter(({ flight }) => !flight.signal.aborted);
      if (first === undefined) break;
      const answers = await send([first, ...others]);
      if (answers !== undefined) for (const [index, each] of [first, ...others].entries()) end(each, answers[index]);
      rest = answers === undefined ? [first, ...others] : [];
    }
    return failures;
  };
}

type Answers = readonly (OrderReport | Verdict | undefined)[];

/** As few requests as the venue's rule allows, in the order of the orders. */
export function toBatches<W>(
  departures: readonly Departure<W>[],
  { max = 1, per, types }: Partial<Pick<BatchSpec<never, never, W>, 'max' | 'per' | 'types'>> = {},
): readonly Batch<W>[] {
  const open = new Map<string, [Departure<W>, ...Departure<W>[]]>();
  const batches: Batch<W>[] = [];
  for (const departure of departures) {
    if (types === 'limit' && departure.order.request.type === 'market') {
      batches.push([departure]);
      continue;
    }
    const key = per === 'symbol' ? departure.order.market.symbol : '';
    const batch = open.get(key);
    if (batch !== undefined && batch.length < max) {
      batch.push(departure);
      continue;
    }
    const begun: [Departure<W>] = [departure];
    open.set(key, begun);
    batches.push(begun);
  }
  return batches;
}

type About = { readonly operation: string; readonly clientOrderId: string };

function toError(about: About, verdict: Verdict | undefined): ConnectorError {
  if (verdict === undefined) {
    const message = 'the answer does not say what became of this order';
    return new ConnectorError(message, { ...about, kind: 'bad-response', outcome: 'unknown' });
  }
  const { code, message, kind, outcome, retryAfterMs } = verdict;
  return new ConnectorError(`${message} (${code})`, {
    ...about,
    kind,
    code,
    retryAfterMs,
    // The id is taken, so the order is there, and nobody knows yet what became of it.
    outcome: outcome === 'exists' ? 'unknown' : outcome,
  });
}

function withheld<W>(id: string, { order }: Departure<W>): ConnectorError {
  const { clientOrderId, market } = order;
  const options = { kind: 'aborted', outcome: 'not-sent', operation: `${id} place ${market.pair}` } as const;
  return new ConnectorError('aborted', { ...options, clientOrderId });
}
