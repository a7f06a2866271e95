import * as v from 'valibot';

const gwei = v.pipe(v.number(), v.minValue(0));

/**
 * What a user may choose. Throws on anything else. In gwei: the most that a unit of gas may cost, and the least tip.
 * `fees`: `legacy` for networks and nodes that know no base fee. @see https://ethereum.org/en/developers/docs/gas
 */
export const Options = v.strictObject({
  maxFeeGwei: v.optional(gwei, 500),
  minTipGwei: v.optional(gwei, 0),
  fees: v.optional(v.picklist(['eip1559', 'legacy']), 'eip1559'),
});
export type Options = v.InferOutput<typeof Options>;
