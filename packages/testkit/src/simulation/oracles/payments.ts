import { decimal, type Event } from '@hb/connector-core';

import { isPerpetual } from '../../engine/perpetual/types.js';
import type { History } from '../history.js';
import type { Evidence, Oracle } from './evidence.js';

type Paid = Extract<Event, { readonly type: 'funding-paid' }>;

/** Every payment of funding was told, once, and none that never was. */
export const payments: Oracle = function* (evidence) {
  const { told, history } = evidence;
  yield* repetitions(history);
  const [real, heard] = [count(toVenuePayments(evidence)), count(told.filter(isPaid).map(toKey))];
  for (const [key, times] of heard) {
    const most = real.get(key) ?? 0;
    // Where the disk lost what was told, it may have to be told again, under another id.
    if (most === 0 || (times > most && !history.isRecordLost))
      yield ['FUN', `${key} was told ${times} times and paid ${most} times`];
  }
  if (history.isRecordLost) return;
  for (const [key, times] of real) {
    const least = heard.get(key) ?? 0;
    if (least < times) yield ['FUN', `${key} was paid ${times} times and told ${least} times`];
  }
};

/** Told again is only what a crash may have kept from being told, by a later process. */
function* repetitions({ told, crashes, isRecordLost }: History): ReturnType<Oracle> {
  const before = new Map<string, number>();
  for (const { event, process } of told) {
    if (!isPaid(event)) continue;
    const known = before.get(event.id);
    before.set(event.id, process);
    if (known === undefined || isRecordLost) continue;
    if (known === process || !crashes.has(known)) yield ['FUN', `event ${event.id} was told twice`];
  }
}

/** Venues name payments in their own ways; market, time and amount are what all tell. */
function toVenuePayments({ world }: Evidence): readonly string[] {
  const { engine, account, exchanges } = world;
  if (!isPerpetual(engine)) return [];
  return engine
    .fundingPayments(account)
    .filter(({ amount }) => amount !== 0n)
    .map(({ market, asset, amount, at }) => {
      const pair = exchanges.find(({ symbol }) => symbol === market)?.pair ?? market;
      return `the payment of ${decimal(engine.asset(asset).format(amount)).toFixed()} ${asset} in ${pair} at ${at}`;
    });
}

function toKey({ payment: { pair, asset, amount, at } }: Paid): string {
  return `the payment of ${amount.toFixed()} ${asset} in ${pair} at ${at}`;
}

function count(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function isPaid(event: Event): event is Paid {
  return event.type === 'funding-paid';
}
