// What the contract must not accept. Each line that begins to compile is a hole.
import { decimal } from '../../src/index.js';
import type {
  BookUpdate,
  Decimal,
  Endpoint,
  OrderRequest,
  OrderReport,
  Pool,
  RawEndpoint,
  SpotSpec,
} from '../../src/index.js';

export const badMethod: Endpoint = {
  // @ts-expect-error a method that no venue has
  at: 'FETCH /x',
};
export const badLane: Endpoint = {
  at: 'GET /x',
  // @ts-expect-error lanes are cancel, order and data
  lane: 'urgent',
};
// @ts-expect-error what is no GET may be an order, unless it says that it is none
export const unsaidRaw: RawEndpoint = { at: 'POST /place', signed: true };
// @ts-expect-error orders are tracked
export const rawOrder: RawEndpoint = { at: 'POST /place', signed: true, lane: 'order' };
export const numberAmount: OrderRequest = {
  pair: 'BTC-USDT',
  side: 'buy',
  type: 'market',
  // @ts-expect-error numbers have lost digits already
  amount: 0.1,
};
// @ts-expect-error a market order has no price
export const pricedMarketOrder: OrderRequest = { pair: 'A-B', side: 'buy', type: 'market', amount: '1', price: '2' };
// @ts-expect-error a limit order needs a price
export const unpricedLimit: OrderRequest = { pair: 'A-B', side: 'buy', type: 'limit', amount: '1' };
export const contradiction: OrderRequest = {
  pair: 'A-B',
  side: 'buy',
  type: 'limit',
  amount: '1',
  price: '1',
  // @ts-expect-error one field for what may rest, so post-only and ioc cannot be combined
  timeInForce: 'post-only-ioc',
};
// @ts-expect-error a sequence by range has its numbers
export const unnumbered: BookUpdate['sequence'] = { by: 'range' };
// @ts-expect-error a pool is a set of windows or a counter
export const emptyPool: Pool = { scope: 'ip' };
// @ts-expect-error partially filled is open with filled above zero
export const partial: OrderReport['status'] = 'partially-filled';
export const floatFill: Pick<OrderReport, 'filled'> = {
  // @ts-expect-error money is decimal
  filled: 0.5,
};
// @ts-expect-error core's decimals come from text
export const fromNumber: Decimal = decimal(0.1);
// @ts-expect-error a spec must be able to cancel
export const withoutCancel: Pick<SpotSpec<object, object, unknown>['trading'], 'cancel'> = {};
