import type { Order, OrderReport } from '../model/order.js';

/** By how much two measurements of the venue's clock may differ; an order's time is our estimate when it was placed. */
export const clockToleranceMs = 5_000;

/** An estimate that is further off places nothing: no venue takes what is signed for a later time than this. */
const signedAheadMs = 60_000;

/** Whether what was found by the client's id is an order that had the id before: it was over when this one began. */
export function isAnEarlier({ orderId, createdAt }: Order, { status, at }: OrderReport): boolean {
  return orderId === undefined && status !== 'open' && at !== undefined && at < createdAt - signedAheadMs;
}
