const core = (path) => `packages/core/dist/${path}`;
const binance = (path) => `packages/spot/binance/dist/src/${path}`;

/**
 * Bugs that somebody could write, as changes to the built packages: in `file`, what reads `from`, whatever its spaces, becomes `to`.
 * Each must make an oracle of the simulation complain. A change that no longer applies fails the run: say it anew.
 */
export const mutants = [
  {
    name: 'server-error-is-refusal',
    what: 'an HTTP 5xx is believed to mean that an order was not accepted',
    file: binance('errors.js'),
    from: `status < 500 ? listed : unknown('venue-unavailable')`,
    to: `status < 500 ? listed : refused('venue-unavailable')`,
  },
  {
    name: 'unlisted-code-is-refusal',
    what: 'a code that no documentation has is believed to refuse an order',
    file: binance('errors.js'),
    from: `?? unknown('invalid-request')`,
    to: `?? refused('invalid-request')`,
  },
  {
    name: 'duplicate-id-is-refusal',
    what: 'an id that is taken is believed to mean that the order is not there',
    file: binance('errors.js'),
    from: `kind: 'order-rejected', outcome: 'exists'`,
    to: `kind: 'order-rejected', outcome: 'refused'`,
  },
  {
    name: 'lost-answer-is-refusal',
    what: 'an order without an answer is taken for refused',
    file: core('orders/tracker.js'),
    from: `else if (error.outcome === 'refused') write(`,
    to: `else if (error.outcome !== 'not-sent') write(`,
  },
  {
    name: 'blind-resend',
    what: 'an order is sent again when its answer is lost',
    file: core('connector/place.js'),
    from: `await spec.place(p, order, bytes)`,
    to: `await spec.place(p, order, bytes).catch(() => spec.place(p, order, bytes))`,
  },
  {
    name: 'fills-not-told-apart',
    what: 'a fill that is told by the stream and by a query is booked twice',
    file: core('orders/leg.js'),
    from: `const known = leg.fills.get(fill.fillId);`,
    to: `const known = undefined;`,
  },
  {
    name: 'no-catch-up',
    what: 'nothing is compared with the venue, neither after a reconnect nor on the timer',
    file: core('connector/account-feed.js'),
    from: `await reconciler.run();`,
    to: ``,
  },
  {
    name: 'no-audit',
    what: 'a stream that lives is believed to be complete',
    file: core('connector/account-feed.js'),
    from: `stops.push(repeat(ports.clock, options.auditEveryMs, reconcile));`,
    to: ``,
  },
  {
    name: 'not-found-is-believed',
    what: 'one query that does not find an order is proof that there is none',
    file: core('connector/reconciler.js'),
    from: `tracker.notFound(order.clientOrderId, 'order');`,
    to: `tracker.notPlaced(order.clientOrderId, 'order');`,
  },
  {
    name: 'impatient-verdict',
    what: 'an order is judged not placed before the venue can have made up its mind',
    file: core('connector/resolver.js'),
    from: `if (at === undefined || now() <= at)`,
    to: `if (at === undefined)`,
  },
  {
    name: 'closed-without-fills',
    what: 'an order is told to be over before all its fills are in',
    file: core('orders/machine.js'),
    from: `isFinal(state) && (facts.closed || fillsComplete)`,
    to: `isFinal(state)`,
  },
  {
    name: 'cancel-not-found-is-canceled',
    what: 'a cancel that finds no order is believed to have found it cancelled',
    file: core('connector/cancel.js'),
    from: `tracker.cancelFailed(clientOrderId, failure);`,
    to: `tracker.cancelFailed(clientOrderId, failure);
         if (failure.kind === 'order-not-found')
           tracker.cancelAnswered(clientOrderId, { type: 'order', symbol: market.symbol, clientOrderId, status: 'canceled' });`,
  },
  {
    name: 'answer-of-another',
    what: 'an answer is taken for the order that was asked about, whichever it names',
    file: core('orders/observe.js'),
    from: `if (isAbout(clientOrderId, report)) take(`,
    to: `if (true) take(`,
  },
  {
    name: 'gap-unseen',
    what: 'changes of a book are applied although others are missing before them',
    file: core('book/sequence.js'),
    from: `first <= ours + 1 ? 'next' : 'gap'`,
    to: `'next'`,
  },
  {
    name: 'old-snapshot-trusted',
    what: 'a snapshot from a replica that lags takes a book back in time',
    file: core('book/keeper.js'),
    from: `refused = followed !== undefined && isOlderThanBefore(followed.position) ? snapshot : undefined;`,
    to: `refused = undefined;`,
  },
  {
    name: 'told-twice',
    what: 'every event is told twice',
    file: core('orders/outbox.js'),
    from: `emit(happening, record);`,
    to: `emit(happening, record); emit(happening, record);`,
  },
  {
    name: 'fee-of-the-last-fill',
    what: 'the fees of an order are those of its last fill',
    file: core('orders/leg.js'),
    from: `addFees(sums.fees, fees)`,
    to: `fees`,
  },
  {
    name: 'average-of-first-price',
    what: 'the value of a fill is counted at the price of the first one',
    file: core('orders/leg.js'),
    from: `sums.quote.plus(amount.times(price))`,
    to: `sums.base.plus(amount).times(sums.base.gt(zero) ? sums.quote.div(sums.base) : price)`,
  },
  {
    name: 'trades-blindly',
    what: 'orders are placed while nothing is known of the account',
    file: core('connector/draft.js'),
    from: `options.checkReady();`,
    to: ``,
  },
  {
    name: 'secret-in-the-log',
    what: 'the credentials are logged when the connector starts',
    file: core('connector/api.js'),
    from: `const closing = createEnding();`,
    to: `const closing = createEnding(); ports.log('debug', 'api.open', { credentials: given.credentials });`,
  },
  {
    name: 'timers-left',
    what: 'the audit goes on after the stop',
    file: core('connector/account-feed.js'),
    from: `for (const stop of stops) stop();`,
    to: ``,
  },
  {
    name: 'sockets-left',
    what: 'connections stay open after the stop',
    file: core('stream/connection.js'),
    from: `closeQuietly(socket);`,
    to: ``,
  },
  {
    name: 'rejection-unheard',
    what: 'an order that cannot be asked about rejects into nowhere',
    file: core('connector/reconciler.js'),
    from: `if (order !== undefined && isMissing(clientOrderId)) await look(order); }
           catch (error) { meter.count('account.look-failed'); onProblem(error); }`,
    to: `if (order !== undefined && isMissing(clientOrderId)) await look(order); }
         finally { meter.count('account.looked'); }`,
  },
  {
    name: 'clock-of-the-machine',
    what: 'requests carry the time of this machine, not that of the venue',
    file: core('connector/api.js'),
    from: `const now = clockSync?.now ?? (() => clock.now());`,
    to: `const now = () => clock.now();`,
  },
  {
    name: 'amendment-forgotten',
    what: 'an amendment without an answer is taken for refused, and no report of the terms is believed',
    file: core('orders/machine.js'),
    from: `compareRanks(told, facts.termsAt) > 0 ? changeTerms(facts, terms, told) : facts`,
    to: `facts`,
  },
  {
    name: 'reconnect-storm',
    what: 'a connection that fails is tried again at once',
    file: core('stream/backoff.js'),
    from: `return Math.max(last, atLeastMs);`,
    to: `return 0;`,
  },
  {
    name: 'silence-unseen',
    what: 'a market stream that says nothing any more is believed to be well',
    file: core('stream/liveness.js'),
    from: 'dead(`no message for ${silentMs} ms`);',
    to: '(heardAt = clock.mono()), watchSilence();',
  },
  {
    name: 'one-source-at-once',
    what: 'an order is judged not placed as soon as one query says so',
    file: core('connector/resolver.js'),
    from: `if (at === undefined || now() <= at)`,
    to: `if (at === undefined)`,
    also: {
      file: core('connector/resolver.js'),
      from: `(await askOrders(market, order)) && (await askFills(market, order))`,
      to: `true`,
    },
  },
  {
    name: 'orders-of-others-ignored',
    what: 'an order that somebody else placed on the account is not taken up',
    file: core('orders/observe.js'),
    from: `if (market === undefined || terms === undefined || clientOrderId === undefined)`,
    to: `if (true)`,
  },
  {
    name: 'late-fill-dropped',
    what: 'a fill of an order that is over is not booked',
    file: core('orders/observe.js'),
    from: `if (facts !== undefined) return bookFill(facts, observation);`,
    to: `if (facts !== undefined && ['filled', 'canceled', 'expired'].includes(facts.state)) return false;
         if (facts !== undefined) return bookFill(facts, observation);`,
  },
];
