import type { EngineEvent } from '@hb/connector-testkit';

import { seconds, toFillJson, toOrderJson } from './reports.js';
import type { Venue } from './venue.js';

/** News of an account: on which channel, of which market. */
export type News = { readonly channel: string; readonly pair?: string; readonly result: object };

/** What the account's channels tell of an event. https://www.gate.com/docs/developers/apiv4/ws/en/#orders-channel */
export function createNews(venue: Venue): (event: EngineEvent) => readonly News[] {
  const before = new Map<string, { readonly total: bigint; readonly locked: bigint }>();

  function toBalances({ at, ...event }: EngineEvent): readonly News[] {
    if (event.type !== 'balance') return [];
    return event.balances.map(({ asset, free, locked }) => {
      const step = venue.engine.asset(asset);
      const [key, total] = [`${event.account} ${asset}`, free + locked];
      const last = before.get(key) ?? { total: 0n, locked: 0n };
      before.set(key, { total, locked });
      const result = {
        ...{ timestamp: seconds(at), timestamp_ms: String(at), user: '1000001', currency: asset },
        ...{ change: step.format(total - last.total), total: step.format(total), available: step.format(free) },
        ...{ freeze: step.format(locked), freeze_change: step.format(locked - last.locked) },
        change_type: total === last.total ? 'order-create' : 'order-match',
      };
      return { channel: 'spot.balances', result };
    });
  }
  return (event) => {
    if (event.type !== 'order') return toBalances(event);
    const { order, execution } = event;
    const { status: _status, ...terms } = toOrderJson({ venue, reads: venue.engine }, order);
    const [created, updated] = [order.placedAt, order.updatedAt].map(String);
    const times = { create_time_ms: created, update_time_ms: updated, user: 1_000_001, event: toChange(event) };
    const stp = { stp_id: 0, stp_act: '-', biz_info: '-' };
    const orders: News = { channel: 'spot.orders', pair: order.market, result: { ...terms, ...times, ...stp } };
    if (execution === undefined) return [orders];
    const fill = { ...toFillJson(venue, execution), user_id: 1_000_001 };
    return [orders, { channel: 'spot.usertrades', pair: order.market, result: fill }];
  };
}

function toChange({ order, change }: Extract<EngineEvent, { type: 'order' }>): string {
  if (order.status !== 'open') return 'finish';
  return change === 'placed' ? 'put' : 'update';
}
