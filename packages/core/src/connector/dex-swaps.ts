import { attribute } from '../errors/attribute.js';
import { detailOf } from '../errors/classify.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { Decimal } from '../model/decimal.js';
import { toDecimal } from '../model/decimal.js';
import type { Order, OrderRequest } from '../model/order.js';
import { toTerms } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import type { SignedTransaction } from '../spec/chain.js';
import type { DexCall, DexPublic, DexSpec, SwapQuote } from '../spec/dex.js';
import type { Carry } from './dex-carry.js';
import type { DexNode } from './dex-node.js';
import { betterOf, toBounds, type Swap } from './dex-quote.js';
import type { Keep, Ready, Transact } from './dex-transact.js';
import { known } from './known.js';
import type { Flight, Outgoing } from './outgoing.js';

export type SwapsOptions<O, C, Op, W, R> = {
  readonly id: string;
  readonly dex: Pick<DexSpec<O, Op, W, R>, 'quote' | 'build'>;
  readonly transact: Transact<Op>;
  readonly node: DexNode<O, C>;
  readonly tracker: Tracker;
  readonly outgoing: Outgoing;
  readonly slippage: Decimal;
  /** Checks a request and makes a swap of it. Rejects when it may not leave. */
  readonly draft: (request: OrderRequest, clientOrderId: string) => Promise<Swap<W>>;
  readonly nextId: () => string;
  readonly carry: Pick<Carry<W>, 'order' | 'giveUp'>;
};

/** Carries orders out as swaps. A transaction is signed once for each, and written down before it leaves. */
export type Swaps = { readonly place: (request: OrderRequest) => Promise<Order> };

export function createSwaps<O, C, Op, W, R>(options: SwapsOptions<O, C, Op, W, R>): Swaps {
  const { id, dex, node, tracker, transact, carry } = options;

  const toCall = async (swap: Swap<W>): Promise<DexCall<Op>> => {
    const { market, ask, order } = swap;
    const { maxSlippage } = order.request.type === 'market' ? order.request : {};
    const slippage = maxSlippage === undefined ? options.slippage : toDecimal(maxSlippage);
    const quoteBy = (p: DexPublic<O>): Promise<SwapQuote<R>> => dex.quote(p, market, ask);
    // What an order receives at least comes from its price, or else from the quote.
    const quote = await (order.price === undefined
      ? node.two(quoteBy, { join: betterOf(ask, slippage), alone: false })
      : quoteBy(node.any()));
    const bounds = toBounds(swap, quote, slippage);
    return dex.build(node.any(), {
      ...ask,
      ...bounds,
      market,
      route: quote.route,
      ...{ owner: node.owner(), deadline: order.deadline },
    });
  };

  /** All that comes before anything of the swap itself may leave. */
  const prepare = async (swap: Swap<W>, flight: Flight): Promise<Ready> => {
    const { clientOrderId, deadline } = swap.order;
    const keep: Keep = (transaction, step) =>
      tracker.signed(clientOrderId, transaction, step === undefined ? {} : { step });
    const call = await toCall(swap);
    return transact(call, keep, () => {
      if (flight.signal.aborted) throw withheld(swap, 'cancelled before it was sent');
      if (node.now() > deadline) throw withheld(swap, 'its time was over before it could be sent');
      // What is signed may leave.
      flight.send();
    });
  };

  const send = async (swap: Swap<W>, transaction: SignedTransaction): Promise<void> => {
    const { clientOrderId } = swap.order;
    tracker.sent(clientOrderId);
    try {
      await node.broadcast(transaction);
      tracker.answered(clientOrderId, toOpen(swap, transaction));
    } catch (error) {
      const failure = attribute(error, { operation: operationOf(swap), clientOrderId, outcome: 'unknown' });
      if (failure.outcome !== 'unknown') carry.giveUp(transaction);
      tracker.failed(clientOrderId, failure);
      if (failure.outcome !== 'unknown') throw failure;
    }
  };

  const carryOut = async (swap: Swap<W>, flight: Flight): Promise<void> => {
    const { order } = swap;
    const { clientOrderId } = order;
    await tracker.intend(clientOrderId, toTerms(order), order.deadline);
    let ready: Ready;
    try {
      ready = await prepare(swap, flight);
    } catch (error) {
      const failure = toUnsent(
        attribute(error, { operation: operationOf(swap), clientOrderId, outcome: 'not-sent' }),
        clientOrderId,
      );
      tracker.failed(clientOrderId, failure);
      throw failure;
    }
    try {
      await send(swap, ready.transaction);
    } catch (error) {
      ready.claim.end();
      throw error;
    }
    const { market, ask } = swap;
    carry.order({ clientOrderId, side: ask.side, market }, ready.transaction.nonce, ready.claim.end);
  };

  return {
    place: async (request) => {
      const clientOrderId = request.clientOrderId ?? options.nextId();
      const swap = await options.draft(request, clientOrderId);
      const flight = options.outgoing.begin(clientOrderId);
      try {
        await carryOut(swap, flight);
      } finally {
        flight.end();
      }
      return known(tracker, id, clientOrderId);
    },
  };

  function operationOf({ market }: Swap<W>): string {
    return `${id} place ${market.pair}`;
  }

  function withheld(swap: Swap<W>, message: string): ConnectorError {
    const { clientOrderId } = swap.order;
    return new ConnectorError(message, { ...unsent, kind: 'aborted', operation: operationOf(swap), clientOrderId });
  }
}

const unsent = { outcome: 'not-sent' } as const;

function toOpen<W>({ market, order }: Swap<W>, { hash }: SignedTransaction): Parameters<Tracker['answered']>[1] {
  const { clientOrderId } = order;
  return { type: 'order', symbol: market.symbol, orderId: hash, clientOrderId, status: 'open' };
}

/** Nothing of the swap has left, whatever became of what was asked for it. */
function toUnsent(error: ConnectorError, clientOrderId: string): ConnectorError {
  const { kind, operation, code, retryAfterMs, cause } = error;
  return new ConnectorError(detailOf(error), { ...unsent, kind, operation, code, retryAfterMs, clientOrderId, cause });
}
