import { decimal, type Decimal, type DexMarket } from '@hb/connector-core';
import { isBaseFirst, toRatio } from '@hb/uniswap-pools';

/** Prices of V3 and V4 are square roots of token1 per token0, times 2^96. @see https://docs.uniswap.org/contracts/v3/reference/core/libraries/TickMath */
const q96 = 1n << 96n;
const q192 = 1n << 192n;

/** The ends of all prices; a range ends at a multiple of its pool's spacing within them. */
const endTick = 887_272;

/** The square roots of 1.0001 to the powers -1, -2, -4, …, times 2^128. @see https://github.com/Uniswap/v3-core/blob/main/contracts/libraries/TickMath.sol */
const powers = [
  0xfffcb933bd6fad37aa2d162d1a594001n,
  0xfff97272373d413259a46990580e213an,
  0xfff2e50f5f656932ef12357cf3c7fdccn,
  0xffe5caca7e10e4e61c3624eaa0941cd0n,
  0xffcb9843d60f6159c9db58835c926644n,
  0xff973b41fa98c081472e6896dfb254c0n,
  0xff2ea16466c96a3843ec78b326b52861n,
  0xfe5dee046a99a2a811c461f1969c3053n,
  0xfcbe86c7900a88aedcffc83b479aa3a4n,
  0xf987a7253ac413176f2b074cf7815e54n,
  0xf3392b0822b70005940c7a398e4b70f3n,
  0xe7159475a2c29b7443b29c7fa6e889d9n,
  0xd097f3bdfd2022b8845ad8f792aa5825n,
  0xa9f746462d870fdf8a65dc1f90e061e5n,
  0x70d869a156d2a1b890bb3df62baf32f7n,
  0x31be135f97d08fd981231505542fcfa6n,
  0x9aa508b5b7a84e1c677de54f3e99bc9n,
  0x5d6af8dedb81196699c329225ee604n,
  0x2216e584f5fa1ea926041bedfe98n,
  0x48a170391f7dc42444e8fa2n,
];

/** The price at a tick, to the last unit as the contracts have it. */
export function sqrtPriceAt(tick: number): bigint {
  const distance = Math.abs(tick);
  const ratio = powers.reduce(
    (product, power, bit) => (((distance >> bit) & 1) === 1 ? (product * power) >> 128n : product),
    1n << 128n,
  );
  const directed = tick > 0 ? ((1n << 256n) - 1n) / ratio : ratio;
  return divideUp(directed, 1n << 32n);
}

/** The last tick whose price is not above. */
export function tickAt(sqrtPrice: bigint): number {
  let [low, high] = [-endTick, endTick];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sqrtPriceAt(middle) <= sqrtPrice) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The tick nearest to a price at which a range can end. */
export function usableTick(sqrtPrice: bigint, spacing: number): number {
  const last = Math.floor(endTick / spacing) * spacing;
  const nearest = Math.round(tickAt(sqrtPrice) / spacing) * spacing;
  return Math.min(Math.max(nearest, -last), last);
}

/** Quote per base. */
export function toSqrtPrice(market: DexMarket<unknown>, price: Decimal): bigint {
  const { baseToken, quoteToken } = market;
  const [whole = '0', fraction = ''] = price.toFixed().split('.');
  const above = BigInt(whole + fraction) * 10n ** BigInt(quoteToken.decimals);
  const below = 10n ** BigInt(fraction.length + baseToken.decimals);
  return rootOf(isBaseFirst(market) ? (above * q192) / below : (below * q192) / above);
}

/** Quote per base, to 30 digits. */
export function toPrice(market: DexMarket<unknown>, sqrtPrice: bigint): Decimal {
  return toRatio(market, [q192, sqrtPrice * sqrtPrice]);
}

/** Square roots of prices: of the pool, and of the ends of a range. */
export type Range = { readonly price: bigint; readonly lower: bigint; readonly upper: bigint };

/** How much two amounts are worth in a range. @see https://github.com/Uniswap/v3-periphery/blob/main/contracts/libraries/LiquidityAmounts.sol */
export function toLiquidity({ price, lower, upper }: Range, [amount0, amount1]: readonly [bigint, bigint]): bigint {
  const of0 = (from: bigint): bigint => (amount0 * ((from * upper) / q96)) / (upper - from);
  const of1 = (to: bigint): bigint => (amount1 * q96) / (to - lower);
  if (price <= lower) return of0(lower);
  if (price >= upper) return of1(upper);
  const [first, second] = [of0(price), of1(price)];
  return first < second ? first : second;
}

/** What liquidity in a range is: rounded down, as it is given out. */
export function toAmounts({ price, lower, upper }: Range, liquidity: bigint): readonly [bigint, bigint] {
  const at = clamp(price, lower, upper);
  return [((liquidity << 96n) * (upper - at)) / upper / at, (liquidity * (at - lower)) / q96];
}

/** What liquidity in a range costs: rounded up. */
export function toCost({ price, lower, upper }: Range, liquidity: bigint): readonly [bigint, bigint] {
  const at = clamp(price, lower, upper);
  return [divideUp(divideUp((liquidity << 96n) * (upper - at), upper), at), divideUp(liquidity * (at - lower), q96)];
}

const parts = 10n ** 18n;

/** The range after its pool's price has moved down and up by a fraction. */
export function slipped(range: Range, slippage: Decimal): { readonly down: Range; readonly up: Range } {
  const share = BigInt(slippage.times(decimal('1e18')).toFixed(0));
  const moved = (by: bigint): bigint => rootOf((range.price * range.price * (parts + by)) / parts);
  return { down: { ...range, price: moved(-share) }, up: { ...range, price: moved(share) } };
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** The square root, rounded down. */
function rootOf(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length / 2 + 1) | 0);
  for (let next = (root + value / root) / 2n; next < root; next = (root + value / root) / 2n) root = next;
  return root;
}
