import { attribute } from '../errors/attribute.js';
import { detailOf } from '../errors/classify.js';
import { ConnectorError, isConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Order, OrderRequest } from '../model/order.js';
import type { ClientIds } from '../orders/client-id.js';
import { toTerms } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { TradingSpec } from '../spec/spot.js';
import { createBatch, toBatches, type Batch, type Departure, type Failures } from './batch.js';
import type { Deadman } from './deadman.js';
import { createDraft, type DraftOptions } from './draft.js';
import { known } from './known.js';
import { createOutgoing, type Outgoing } from './outgoing.js';
import type { PerpetualRules } from './perpetual.js';
import type { Reconciler } from './reconciler.js';

export type PlaceOptions<O, C, W> = DraftOptions<W> & {
  readonly spec: Pick<TradingSpec<O, C, W>, 'prepare' | 'place' | 'placeMany'>;
  readonly api: (context: CallContext) => Private<O, C>;
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
  readonly ids: ClientIds;
  readonly reconciler: Reconciler;
  readonly deadman: Pick<Deadman, 'arm'>;
};

export type Placing = Pick<Outgoing, 'withhold' | 'answered' | 'close'> & {
  readonly place: (request: OrderRequest) => Promise<Order>;
  /** One that is refused does not keep the others from being placed. In the order of the requests. */
  readonly placeMany: (requests: readonly OrderRequest[]) => Promise<readonly (Order | ConnectorError)[]>;
};

export function createPlacing<O, C, W>(options: PlaceOptions<O, C, W>): Placing {
  const { id, spec, api, tracker, reconciler } = options;
  const draft = createDraft(options);
  const outgoing = createOutgoing();

  const prepare = async (
    make: NonNullable<TradingSpec<O, C, W>['prepare']>,
    { order, flight }: Pick<Departure<W>, 'order' | 'flight'>,
  ): Promise<Uint8Array> => {
    const { market, clientOrderId } = order;
    try {
      const prepared = await make(api({ symbol: market.symbol, signal: flight.signal }), order);
      await tracker.prepared(clientOrderId, prepared);
      return prepared.bytes;
    } catch (error) {
      // Whatever became of what was asked for it: the order itself was not sent.
      throw toUnsent(attribute(error, { operation: `${id} place ${market.pair}`, clientOrderId, outcome: 'not-sent' }));
    }
  };

  const send = async ({ order, flight, safe }: Departure<W>): Promise<void> => {
    const { market, clientOrderId, deadline } = order;
    const { signal } = flight;
    try {
      const bytes = spec.prepare && (await prepare(spec.prepare, { order, flight }));
      const p = api({
        symbol: market.symbol,
        signal,
        sendWithinMs: deadline - options.now(),
        safe,
        onSend: () => {
          flight.send();
          tracker.sent(clientOrderId);
        },
      });
      tracker.answered(clientOrderId, await spec.place(p, order, bytes));
    } catch (error) {
      const outcome = flight.isSent() ? 'unknown' : 'not-sent';
      const failure = attribute(error, { operation: `${id} place ${market.pair}`, clientOrderId, outcome });
      tracker.failed(clientOrderId, failure);
      if (failure.outcome !== 'unknown') throw failure;
    } finally {
      flight.end();
      options.ids.prepare();
    }
  };

  /** Writes the intent down at once; the order may leave when that is safe. */
  const depart = (request: OrderRequest): Departure<W> => {
    const clientOrderId = request.clientOrderId ?? options.ids.next();
    const order = draft(request, clientOrderId);
    const safe = tracker.intend(clientOrderId, toTerms(order), order.deadline);
    // An order that is given up before it could leave leaves nobody waiting.
    safe?.catch(() => undefined);
    options.deadman.arm(order.market.pair);
    return { order, flight: outgoing.begin(clientOrderId), safe };
  };

  const place = async (request: OrderRequest): Promise<Order> => {
    if (options.margin !== undefined) await learn(options.margin, [request]);
    const departure = depart(request);
    await send(departure);
    reconciler.followMissing();
    return known(tracker, id, departure.order.clientOrderId);
  };

  /** Departs, or the reason why the order may not leave. */
  const begin = async (request: OrderRequest): Promise<Departure<W> | ConnectorError> => {
    let departure: Departure<W> | undefined;
    try {
      departure = depart(request);
      await departure.safe;
      return departure;
    } catch (error) {
      departure?.flight.end();
      return attribute(error, { operation: `${id} place`, outcome: 'not-sent' });
    }
  };

  const sendOne = async (departure: Departure<W>): Promise<Failures> => {
    const { clientOrderId } = departure.order;
    try {
      await send(departure);
      return new Map();
    } catch (error) {
      return new Map([[clientOrderId, attribute(error, { operation: `${id} place`, outcome: 'unknown' })]]);
    }
  };

  const sendBatch = spec.placeMany && createBatch({ id, api, tracker, now: options.now, run: spec.placeMany.run });
  /** A venue may take no batch of one. */
  const sendAll = async ([first, ...others]: Batch<W>): Promise<Failures> =>
    others.length === 0 || sendBatch === undefined ? sendOne(first) : sendBatch([first, ...others]);

  return {
    place,
    placeMany: async (requests) => {
      if (options.margin !== undefined) await learn(options.margin, requests);
      // Each is written down before the next is checked, so that limits on open orders hold within a batch.
      const begun = await Promise.all(requests.map(begin));
      const departures = begun.flatMap((each) => (isConnectorError(each) ? [] : [each]));
      const failures = await Promise.all(toBatches(departures, spec.placeMany).map(sendAll));
      reconciler.followMissing();
      const failed = new Map(failures.flatMap((each) => [...each]));
      return begun.map((each) => {
        if (isConnectorError(each)) return each;
        const { clientOrderId } = each.order;
        return failed.get(clientOrderId) ?? known(tracker, id, clientOrderId);
      });
    },
    withhold: outgoing.withhold,
    answered: outgoing.answered,
    close: outgoing.close,
  };
}

/** What a check of the funds has to know beforehand. */
async function learn(margin: PerpetualRules, requests: readonly OrderRequest[]): Promise<void> {
  const pairs = requests.filter(({ checkFunds }) => checkFunds === true).map(({ pair }) => pair);
  await Promise.all([...new Set(pairs)].map(margin.learn));
}

function toUnsent(error: ConnectorError): ConnectorError {
  const { kind, operation, code, retryAfterMs, clientOrderId, cause } = error;
  const options = { kind, operation, code, retryAfterMs, clientOrderId, cause };
  return new ConnectorError(detailOf(error), { ...options, outcome: 'not-sent' });
}
