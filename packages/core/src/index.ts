export type * from './model/balance.js';
export type * from './model/book.js';
export type * from './model/book-scratch.js';
export * from './model/decimal.js';
export type * from './model/event.js';
export type * from './model/fees.js';
export type * from './model/fill.js';
export type * from './model/liquidity.js';
export type * from './model/market.js';
export type * from './model/metrics.js';
export type * from './model/order.js';
export type * from './model/position.js';
export type * from './model/token.js';
export * from './model/units.js';
export type * from './model/trade.js';

export * from './errors/connector-error.js';

export type * from './ports/ports.js';

export type * from './spec/api.js';
export type * from './spec/chain.js';
export type * from './spec/common.js';
export * from './spec/define.js';
export type * from './spec/dex.js';
export type * from './spec/endpoint.js';
export type * from './spec/perpetual.js';
export type * from './spec/spot.js';
export type * from './spec/stream.js';

export * from './connector/create.js';
export * from './connector/dex.js';
export type * from './connector/connector.js';
export type * from './connector/options.js';
export type { Raw, RawEndpoint } from './connector/raw.js';

export * from './ports/guard.js';
export * from './ports/node.js';
export * from './ports/recorder.js';

export * as scan from './codec/scanner.js';
export type { Scan } from './codec/scanner.js';
export * from './codec/json.js';
export * from './codec/msgpack.js';
export * from './codec/text.js';
export { readTime } from './codec/time.js';

export * from './orders/journal.js';
export type * from './orders/record.js';
export type { OrderLimits } from './orders/guard.js';

export * from './journal/disk-journal.js';
export type { Durability } from './journal/log.js';
export type { JournalDamage, JournalPlace } from './journal/survey.js';

export { createScanner } from './stream/scan.js';
export { createSecret, createSigning } from './rest/credentials.js';
export { withQuery } from './rest/wire-url.js';
