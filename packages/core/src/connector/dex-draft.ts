import type { Balances } from '../account/balances.js';
import { attribute } from '../errors/attribute.js';
import { zero, type Decimal } from '../model/decimal.js';
import type { UnixMs } from '../model/market.js';
import type { NewOrder, OrderRequest } from '../model/order.js';
import { checkFunds } from '../orders/budget.js';
import type { ClientIds } from '../orders/client-id.js';
import type { Guard } from '../orders/guard.js';
import { quantise } from '../orders/quantise.js';
import type { Tracker } from '../orders/tracker.js';
import type { DexMarkets } from './dex-markets.js';
import { toAsk, type Swap } from './dex-quote.js';
import { invalid } from './known.js';

/** A chain takes its time: so long a swap may wait to be included, after which it has no effect. */
const defaultValidMs = 120_000;

export type DexDraftOptions<W> = {
  readonly id: string;
  readonly markets: DexMarkets<W>;
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly ids: ClientIds;
  readonly guard: Guard;
  /** The native coin, and how much of it has to be left for fees. */
  readonly native: string;
  readonly gasReserve: Decimal;
  /** Throws when nothing may be placed now. */
  readonly checkReady: () => void;
};

/** The swap that a request asks for: rounded, and within all rules. Rejects with a `ConnectorError`, not sent, when it may not leave. */
export function createDexDraft<W>(
  options: DexDraftOptions<W>,
): (request: OrderRequest, clientOrderId: string) => Promise<Swap<W>> {
  const { id, markets, tracker } = options;

  const toSwap = async (request: OrderRequest, clientOrderId: string): Promise<Swap<W>> => {
    const market = await markets.load(request.pair);
    const terms = quantise(market, request);
    const deadline = options.now() + (request.sendWithinMs ?? defaultValidMs);
    const order: NewOrder<W> = { market, request, clientOrderId, deadline, ...terms };
    const ask = toAsk(market, { side: request.side, amount: order.amount, of: order.amountIn });
    return { order, market, ask };
  };

  /** Whoever spends all of it can pay for no transaction any more, not even for one that brings some. */
  const checkGas = ({ amount }: NewOrder<W>): void => {
    const { native, gasReserve } = options;
    const left = (options.balances.all().get(native)?.available ?? zero).minus(amount);
    if (left.gte(gasReserve)) return;
    const message = `it would leave ${left.toFixed()} ${native}, and gasReserve is ${gasReserve.toFixed()}`;
    throw invalid(`${id} place`, message, 'insufficient-balance');
  };

  const check = ({ order, market }: Swap<W>): void => {
    const { clientOrderId, timeInForce, request } = order;
    options.checkReady();
    options.ids.check(clientOrderId);
    if (tracker.order(clientOrderId) !== undefined)
      throw invalid(`${id} place`, `client order id ${JSON.stringify(clientOrderId)} was used before`);
    if (timeInForce !== undefined && timeInForce !== 'fok')
      throw invalid(
        `${id} place`,
        `this venue has no limit orders ${timeInForce}: a swap is done whole, or not`,
        'unsupported',
      );
    const open = tracker.orders({ open: true }).length;
    options.guard.check(order, { mid: () => undefined, open });
    if (market.base === options.native && request.side === 'sell') checkGas(order);
    // What orders hold back, those on their way included, is off the balances already: a chain tells totals alone.
    if (request.checkFunds === true) checkFunds(order, options.balances.all());
  };

  return async (request, clientOrderId) => {
    try {
      const swap = await toSwap(request, clientOrderId);
      check(swap);
      return swap;
    } catch (error) {
      throw attribute(error, { operation: `${id} place ${request.pair}`, clientOrderId, outcome: 'not-sent' });
    }
  };
}
