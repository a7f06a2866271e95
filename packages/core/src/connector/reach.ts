import type { UnixMs } from '../model/market.js';
import type { Since } from '../spec/spot.js';
import type { AnyTradingSpec } from './any-spec.js';

/** The same, which asks for nothing that the venue does not tell any more: that it would refuse, or answer with something else. */
export function withinReach<O, C, W>(spec: AnyTradingSpec<O, C, W>, now: () => UnixMs): AnyTradingSpec<O, C, W> {
  const { historyMs, fetchFills, fetchClosedOrders } = spec;
  if (historyMs === undefined) return spec;
  const reach = ({ from, ...since }: Since<W>): Since<W> =>
    from === undefined ? since : { ...since, from: Math.max(from, now() - historyMs) };
  return {
    ...spec,
    fetchFills: (p, since) => fetchFills(p, reach(since)),
    ...(fetchClosedOrders && { fetchClosedOrders: (p, since) => fetchClosedOrders(p, reach(since)) }),
  };
}
