import { isPerpetual } from '../../engine/perpetual/types.js';
import type { EngineOrder } from '../../engine/types.js';
import { keyOf, type Evidence, type Oracle } from './evidence.js';

/**
 * What the venue did to the account of its own accord is told like everything else: the order that closed a position, up to its
 * end, and each of its fills. That none is told twice, and none that never was, is judged with all other fills.
 */
export const liquidations: Oracle = function* (evidence) {
  const { history, world } = evidence;
  const { engine, account } = world;
  // Of an order that is over the venue may no longer tell that it was ours.
  if (!isPerpetual(engine) || history.isRecordLost) return;
  for (const order of engine.orders(account)) {
    if (order.liquidation === true) for (const problem of problemsOf(evidence, order)) yield ['LIQ', problem];
  }
};

function* problemsOf({ told, state, executions, world }: Evidence, order: EngineOrder): Iterable<string> {
  const { exchanges, venue } = world;
  const exchange = exchanges.find(({ symbol }) => symbol === order.market);
  const what = `order ${keyOf(order)}, which closed a position,`;
  const known = state.orders.find(({ pair, orderId }) => pair === exchange?.pair && orderId === String(order.orderId));
  if (known === undefined || exchange === undefined) {
    yield `${what} is not known here`;
    return;
  }
  const filled = exchange.amountText(order.filled);
  if (known.state !== order.status || !known.fillsComplete || !known.filled.eq(filled))
    yield `${what} is ${known.state} with ${known.filled.toFixed()} here, ${order.status} with ${filled} at the venue`;
  const fills = new Set(
    told.flatMap((event) => {
      const isMeant = event.type === 'order-filled' && event.order.clientOrderId === known.clientOrderId;
      return isMeant ? [event.fill.fillId] : [];
    }),
  );
  for (const execution of executions.get(keyOf(order)) ?? []) {
    const fillId = venue.toFillId?.(execution) ?? String(execution.tradeId);
    if (!fills.has(fillId)) yield `fill ${fillId} of ${what} was not told`;
  }
}
