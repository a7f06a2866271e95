import * as v from 'valibot';

const gwei = v.pipe(v.number(), v.minValue(0));

/**
 * What a user may choose, in gwei: the most that a unit of gas may cost, and the least tip. Throws on anything else.
 * @see https://ethereum.org/en/developers/docs/gas
 */
export const Options = v.strictObject({
  maxFeeGwei: v.optional(gwei, 500),
  minTipGwei: v.optional(gwei, 0),
});
export type Options = v.InferOutput<typeof Options>;
