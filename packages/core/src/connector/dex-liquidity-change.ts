import { toDecimal, zero, one, type Decimal, type Exact } from '../model/decimal.js';
import type { LiquidityAmounts, LiquidityRequest } from '../model/liquidity.js';
import { toUnits } from '../model/units.js';
import type { DexMarket, LiquidityChange } from '../spec/dex.js';
import { invalid } from './known.js';

type Terms<W> = Pick<LiquidityChange<W>, 'market' | 'owner' | 'deadline' | 'slippage'>;

/** What a caller asks for, in smallest units. Throws `invalid-request` for what cannot be meant. */
export function toLiquidityChange<W>(request: LiquidityRequest, terms: Terms<W>): LiquidityChange<W> {
  if (!terms.slippage.gte(zero) || !terms.slippage.lt(one)) throw wrong(request, 'maxSlippage is not within 0 and 1');
  switch (request.action) {
    case 'open': {
      const { action, pool } = request;
      const range = { lower: toPrice(request.lower), upper: toPrice(request.upper) };
      if (range.lower !== undefined && range.upper !== undefined && !range.lower.lt(range.upper))
        throw wrong(request, 'lower is not below upper');
      return { ...terms, action, pool, ...range, ...toAmounts(request, terms.market) };
    }
    case 'add':
      return {
        ...terms,
        action: request.action,
        positionId: request.positionId,
        ...toAmounts(request, terms.market),
      };
    case 'remove': {
      const { action, positionId } = request;
      const share = toDecimal(request.share);
      if (!share.gt(zero) || !share.lte(one))
        throw wrong(request, `share ${share.toFixed()} is not above 0 and up to 1`);
      return { ...terms, action, positionId, share };
    }
    default:
      return { ...terms, action: request.action, positionId: request.positionId };
  }
}

function toPrice(price: Exact | undefined): Decimal | undefined {
  if (price === undefined) return undefined;
  const value = toDecimal(price);
  if (!value.gt(zero)) throw invalid('liquidity', `price ${value.toFixed()} is not above 0`);
  return value;
}

function toAmounts(
  request: LiquidityRequest & LiquidityAmounts,
  { baseToken, quoteToken }: DexMarket<unknown>,
): { readonly base: bigint; readonly quote: bigint } {
  const base = toUnits(toDecimal(request.base ?? zero), baseToken.decimals);
  const quote = toUnits(toDecimal(request.quote ?? zero), quoteToken.decimals);
  if (base < 0n || quote < 0n || base + quote === 0n) throw wrong(request, 'amounts are not above 0');
  return { base, quote };
}

function wrong({ action, pair }: LiquidityRequest, message: string): Error {
  return invalid(`${action} ${pair}`, message);
}
