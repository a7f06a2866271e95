import { periodOf } from '@hb/binance-emulation';

type StreamRoute = 'public' | 'market';

/** What a stream carries, and which of the routes has it. `symbol` is in upper case. */
export type StreamKind = { readonly symbol: string; readonly route: StreamRoute } & (
  | { readonly kind: 'aggTrade' | 'bookTicker' | 'miniTicker' | 'ticker' }
  | { readonly kind: 'markPrice'; readonly everyMs: number }
  | { readonly kind: 'diff'; readonly everyMs: number }
  | { readonly kind: 'depth'; readonly everyMs: number; readonly levels: number }
  | { readonly kind: 'kline'; readonly interval: string }
);

const form = /^([a-z0-9]+)@([A-Za-z]+)(?:(5|10|20)|_(\w+))?(?:@(100ms|500ms|1s))?$/;
const plain = ['aggTrade', 'bookTicker', 'miniTicker', 'ticker'] as const;
const speeds: Readonly<Record<string, number>> = { '100ms': 100, '500ms': 500, '1s': 1_000 };

/** `btcusdt@depth@100ms`, `btcusdt@markPrice@1s`; `undefined` for a name of no form that this venue has. https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export function parseStream(name: string): StreamKind | undefined {
  const [, lower = '', kind = '', levels, interval, speed = ''] = form.exec(name) ?? [];
  const symbol = lower.toUpperCase();
  const everyMs = speeds[speed];
  if (kind === 'markPrice') return { kind, symbol, route: 'market', everyMs: everyMs ?? 3_000 };
  if (kind === 'depth' && interval === undefined) {
    const common = { symbol, route: 'public', everyMs: everyMs ?? 250 } as const;
    return levels === undefined ? { kind: 'diff', ...common } : { kind: 'depth', levels: Number(levels), ...common };
  }
  if (speed !== '' || levels !== undefined) return undefined;
  if (kind === 'kline' && interval !== undefined && periodOf(interval) !== undefined) {
    return { kind, symbol, route: 'market', interval };
  }
  const found = interval === undefined ? plain.find((each) => each === kind) : undefined;
  return found && { kind: found, symbol, route: found === 'bookTicker' ? 'public' : 'market' };
}
