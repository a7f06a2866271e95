const statesOver = ['filled', 'canceled', 'expired', 'rejected', 'not-sent', 'not-placed'];

/**
 * What was lost and what was doubled: of the orders and fills at the venue, of what the journal tells from its beginning, and of
 * what listeners were told over all processes. `seen` remembers what was compared before and cannot change any more.
 */
export function compare({ report, notes, venue, seen }) {
  if (report === undefined) return [lost('the process that was to tell what it knows did not')];
  return [
    ...compareOrders({ report, venue, seen }),
    ...compareFills({ notes, venue }),
    ...compareNotes({ report, notes, venue }),
  ];
}

const lost = (what) => ({ kind: 'lost', what });
const doubled = (what) => ({ kind: 'doubled', what });

function* compareOrders({ report, venue, seen }) {
  const known = new Map(report.orders.map((order) => [order.clientOrderId, order]));
  const ids = new Set();
  for (const { clientOrderId, status, filled } of venue.orders) {
    if (ids.has(clientOrderId)) yield doubled(`order ${clientOrderId} is at the venue twice`);
    ids.add(clientOrderId);
    if (seen.verified.has(clientOrderId)) continue;
    const order = known.get(clientOrderId);
    const amount = trim(venue.format.format(filled));
    if (order === undefined) yield lost(`order ${clientOrderId} is at the venue and not known`);
    else if (order.origin !== 'ours')
      yield lost(`the intent of order ${clientOrderId} was lost: it is ${order.origin}`);
    else if (order.state !== status || order.filled !== amount)
      yield lost(`order ${clientOrderId} is ${order.state} ${order.filled}, at the venue ${status} ${amount}`);
    if (statesOver.includes(status)) seen.verified.add(clientOrderId);
  }
  for (const { clientOrderId, state } of report.orders) {
    if (!ids.has(clientOrderId) && !statesOver.includes(state))
      yield lost(`order ${clientOrderId} is ${state} and not at the venue`);
  }
}

function* compareFills({ notes, venue }) {
  const told = new Map();
  for (const { type, told: id, fill, order, amount } of notes) {
    if (type !== 'order-filled') continue;
    const before = told.get(fill);
    if (before !== undefined && (before.id !== id || before.order !== order || before.amount !== amount))
      yield doubled(`fill ${fill} was told as ${before.id} and as ${id}`);
    told.set(fill, { id, order, amount });
  }
  for (const { tradeId } of venue.executions) {
    if (!told.has(String(tradeId))) yield lost(`fill ${tradeId} was not told`);
  }
  if (told.size > venue.executions.length)
    yield doubled(`${told.size} fills were told, ${venue.executions.length} were made`);
}

function* compareNotes({ report, notes, venue }) {
  const recorded = new Map(report.recorded);
  const oldest = Math.min(...recorded.values());
  const atVenue = new Set(venue.orders.map(({ clientOrderId }) => clientOrderId));
  for (const { told, sequence, failed, outcome } of notes) {
    if (failed !== undefined && outcome !== 'unknown' && atVenue.has(failed))
      yield lost(`order ${failed} was said to be ${outcome}, and is at the venue`);
    // What is older may be forgotten.
    if (told === undefined || sequence < oldest) continue;
    if (recorded.get(told) !== sequence)
      yield lost(`event ${told} was told as ${sequence} and is record ${recorded.get(told) ?? 'none'}`);
  }
}

/** Zeros at the end are the venue's way to write. */
function trim(text) {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
