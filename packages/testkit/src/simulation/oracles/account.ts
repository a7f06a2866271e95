import { decimal, zero } from '@hb/connector-core';

import { describe } from './orders.js';
import type { Oracle } from './evidence.js';

/** At rest, balances are the venue's. */
export const balances: Oracle = function* ({ world, state }) {
  const { engine, account } = world;
  for (const { asset, free, locked } of engine.balances(account)) {
    const step = engine.asset(asset);
    const [total, available] = [decimal(step.format(free + locked)), decimal(step.format(engine.free(account, asset)))];
    const here = state.balances.get(asset);
    const [hereTotal, hereAvailable] = [here?.total ?? zero, here?.available ?? zero];
    if (!hereTotal.eq(total) || !hereAvailable.eq(available)) {
      yield [
        'BAL',
        `${hereAvailable.toFixed()} of ${hereTotal.toFixed()} ${asset} here, ${available.toFixed()} of ${total.toFixed()} at the venue`,
      ];
    }
    if (here?.stale === true) yield ['BAL', `${asset} is stale at rest`];
  }
};

/** Once the faults are over everything comes to rest: nothing stale, nothing in doubt, nothing missing. */
export const alive: Oracle = function* ({ state, placings }) {
  const { status } = state;
  if (!status.ready) yield ['LIV', `not ready: ${status.missing.join(', ')}`];
  if (status.account !== 'ready') yield ['LIV', `the account is ${status.account}`];
  for (const [pair, book] of status.books)
    if (book.state !== 'live') yield ['LIV', `the book of ${pair} is ${book.state}`];
  for (const order of state.orders) {
    const isUncertain = order.state === 'unknown' || order.state === 'sent' || order.state === 'queued';
    if (isUncertain) yield ['LIV', `${describe(order)} is in doubt`];
    if (order.canceling) yield ['LIV', `${describe(order)} is still being cancelled`];
    if (order.origin !== 'external' && !isUncertain && !order.fillsComplete)
      yield ['LIV', `${describe(order)} lacks fills`];
  }
  for (const { clientOrderId, outcome } of placings.values()) {
    if (outcome === 'pending') yield ['LIV', `place(${clientOrderId}) has not settled`];
    if (outcome === 'unknown') yield ['VER', `place(${clientOrderId}) rejected and the outcome is unknown`];
  }
};

/** Books are the venue's to the last level. */
export const booksAtRest: Oracle = function* ({ world, state }) {
  for (const { pair } of world.exchanges) {
    const book = state.books.get(pair);
    const problem = book === undefined ? 'there is none' : world.books.checkAtRest(pair, book);
    if (problem !== undefined) yield ['BOK', `the book of ${pair}: ${problem}`];
  }
};

/** The venue never turned a request away that need not have been sent. */
export const withinLimits: Oracle = function* ({ world }) {
  const refusals = world.limits.refusals();
  if (refusals > 0) yield ['LIM', `${refusals} requests went over a limit`];
};

/** Nothing is placed while the account is not known well. */
export const failsClosed: Oracle = function* ({ placings, atVenue }) {
  for (const { clientOrderId, account, outcome } of placings.values()) {
    if (account !== 'ready' && (outcome !== 'not-sent' || atVenue.has(clientOrderId))) {
      yield ['FCL', `${clientOrderId} was placed while the account was ${account}: ${outcome}`];
    }
  }
};
