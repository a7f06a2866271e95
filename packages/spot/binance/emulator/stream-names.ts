import { periodOf } from './intervals.js';

/** What a stream carries. `symbol` is in upper case; absent on the stream of all markets. */
export type StreamKind =
  | { readonly kind: PlainKind; readonly symbol: string }
  | { readonly kind: 'diff'; readonly symbol: string; readonly everyMs: number }
  | { readonly kind: 'depth'; readonly symbol: string; readonly everyMs: number; readonly levels: number }
  | { readonly kind: 'kline'; readonly symbol: string; readonly interval: string }
  | { readonly kind: 'allMiniTickers' };

type PlainKind = 'trade' | 'aggTrade' | 'bookTicker' | 'miniTicker' | 'ticker';

const plainKinds: readonly PlainKind[] = ['trade', 'aggTrade', 'bookTicker', 'miniTicker', 'ticker'];
const form = /^([a-z0-9]+)@([A-Za-z]+)(?:(5|10|20)|_(\w+))?(?:@(100|1000)ms)?$/;

/** `btcusdt@depth@100ms`, `!miniTicker@arr`; `undefined` for a name of no form that this venue has. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
export function parseStream(name: string): StreamKind | undefined {
  if (name === '!miniTicker@arr') return { kind: 'allMiniTickers' };
  const [, lower = '', kind = '', levels, interval, speed] = form.exec(name) ?? [];
  const symbol = lower.toUpperCase();
  if (kind === 'depth' && interval === undefined) {
    const everyMs = Number(speed ?? 1_000);
    return levels === undefined
      ? { kind: 'diff', symbol, everyMs }
      : { kind: 'depth', symbol, everyMs, levels: Number(levels) };
  }
  if (speed !== undefined || levels !== undefined) return undefined;
  if (kind === 'kline')
    return interval !== undefined && periodOf(interval) !== undefined ? { kind, symbol, interval } : undefined;
  const plain = interval === undefined ? plainKinds.find((each) => each === kind) : undefined;
  return plain === undefined ? undefined : { kind: plain, symbol };
}
