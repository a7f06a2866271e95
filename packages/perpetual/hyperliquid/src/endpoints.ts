import type { Endpoint, Pool } from '@hb/connector-core';
import * as v from 'valibot';

const address = v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{40}$/));
const fee = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));

/**
 * What a user may choose: builders' DEXs besides the venue's own, by name; whether the account is unified, with its
 * collateral among the spot balances; a builder's address and fee in tenths of a basis point, none when left out.
 * Throws on anything else. @see https://hyperliquid.gitbook.io/hyperliquid-docs/trading/builder-codes
 */
export const Options = v.strictObject({
  dexes: v.optional(v.array(v.pipe(v.string(), v.nonEmpty())), () => []),
  unified: v.optional(v.boolean(), false),
  builder: v.optional(v.strictObject({ address, fee })),
});
export type Options = v.InferOutput<typeof Options>;

const minute = 60_000;

/** Per address, of all requests and of all messages. What an address may trade for its volume is counted by the venue alone. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits */
export const pools = {
  // Of 1,200: rows of a long answer count too, and how many there are is known afterwards.
  weight: { scope: 'ip', windows: [{ limit: 1_100, perMs: minute }] },
  messages: { scope: 'ip', windows: [{ limit: 2_000, perMs: minute }] },
  connections: { scope: 'ip', windows: [{ limit: 30, perMs: minute }] },
} satisfies Readonly<Record<string, Pool>>;

const info = (weight: number) => ({ at: 'POST /info', cost: { weight } }) as const;
const action = { at: 'POST /exchange', signed: true, cost: { weight: 1 } } as const;

/** Requests by their `type`, and weights. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint, https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits */
export const endpoints = {
  // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
  exchangeStatus: info(2),
  orderStatus: info(2),
  openOrders: info(20),
  historicalOrders: info(20),
  userFills: info(20),
  userFees: info(20),
  userRole: info(60),
  userAbstraction: info(20),
  candles: info(20),
  // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals
  meta: { ...info(20), maxBytes: 32 * 2 ** 20 },
  contexts: { ...info(20), maxBytes: 32 * 2 ** 20 },
  perpDexs: info(20),
  clearinghouse: info(2),
  funding: info(20),
  activeAsset: info(20),
  // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/spot
  spotMeta: { ...info(20), maxBytes: 32 * 2 ** 20 },
  spotClearinghouse: info(2),
  // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
  order: { ...action, lane: 'order' },
  cancel: { ...action, lane: 'cancel' },
  settings: action,
} as const satisfies Readonly<Record<string, Endpoint>>;
