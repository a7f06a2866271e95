import { refuse } from '@hb/connector-testkit';
import type { EnginePosition, EnginePositionSide, MarginRefusal, PerpetualMarket } from '@hb/connector-testkit';

import { toPositionSide } from './reports.js';
import { toAmount, toAverage, toMoney } from './text.js';
import { findMarket, marketOf, namedMarket, type KeyedCall, type Route } from './venue.js';

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api, https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api */
export const marginRoutes: readonly Route[] = [
  { names: ['GET /fapi/v3/positionRisk'], weight: 5, security: 'USER_DATA', run: toPositions },
  { names: ['GET /fapi/v2/positionRisk'], weight: 5, security: 'USER_DATA', run: toPositions },
  { names: ['GET /fapi/v1/positionSide/dual'], weight: 30, security: 'USER_DATA', run: toMode },
  { names: ['POST /fapi/v1/positionSide/dual'], weight: 1, security: 'TRADE', run: setMode },
  { names: ['GET /fapi/v1/leverageBracket'], weight: 1, security: 'USER_DATA', run: toBrackets },
  { names: ['GET /fapi/v1/symbolConfig'], weight: 5, security: 'USER_DATA', run: toSettings },
  { names: ['POST /fapi/v1/leverage'], weight: 1, security: 'TRADE', run: setLeverage },
  { names: ['POST /fapi/v1/marginType'], weight: 1, security: 'TRADE', run: setMarginType },
];

const mostNotional = '1000000';

/** Of markets with a position or open orders: one row in one-way mode, two in hedge mode. */
function toPositions(call: KeyedCall): unknown {
  const { venue, reads, key } = call;
  const named = namedMarket(call);
  const open = reads.positions(key.account, named);
  const touched = [...open, ...reads.openOrders(key.account, named)].map(({ market }) => market);
  const sides: readonly EnginePositionSide[] =
    reads.positionMode(key.account) === 'hedge' ? ['long', 'short'] : ['net'];
  return [...new Set(touched)].flatMap((symbol) => {
    const { market } = marketOf({ engine: reads, rules: venue.rules }, symbol);
    return sides.map((side) =>
      toPosition(call, {
        market,
        side,
        held: open.find((position) => position.market === symbol && position.side === side),
      }),
    );
  });
}

/** Emulated markets have one bracket each. https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Notional-and-Leverage-Brackets */
function toBrackets(call: KeyedCall): unknown {
  const named = namedMarket(call);
  const symbols = named === undefined ? [...call.venue.rules.keys()] : [named];
  return symbols.map((symbol) => {
    const { maxLeverage, maintenanceRate } = marketOf(call.venue, symbol).market.perpetual;
    const bounds = { notionalFloor: 0, notionalCap: Number(mostNotional) };
    const rates = { initialLeverage: Number(maxLeverage), maintMarginRatio: Number(maintenanceRate) };
    return { symbol, notionalCoef: 1, brackets: [{ bracket: 1, ...rates, ...bounds, cum: 0 }] };
  });
}

type Row = {
  readonly market: PerpetualMarket;
  readonly side: EnginePositionSide;
  readonly held: EnginePosition | undefined;
};

function toPosition({ reads }: KeyedCall, { market, side, held }: Row): object {
  const figures = held && reads.figures(held);
  const amount = held?.amount ?? 0n;
  const size = amount < 0n ? -amount : amount;
  const [initial, maintenance] = [toMoney(figures?.initialMargin ?? 0n), toMoney(figures?.maintenanceMargin ?? 0n)];
  const price = (steps: bigint | undefined) => (steps === undefined ? '0' : market.price.format(steps, 8));
  return {
    ...{ symbol: market.symbol, positionSide: toPositionSide(side), positionAmt: toAmount(market, amount) },
    ...{ entryPrice: held ? toAverage(market, held.entryWorth, size) : '0.0', breakEvenPrice: '0.0' },
    ...{ markPrice: price(market.perpetual.mark), unRealizedProfit: toMoney(figures?.unrealized ?? 0n) },
    ...{ liquidationPrice: price(figures?.liquidationPrice), isolatedMargin: toMoney(held?.collateral ?? 0n) },
    ...{
      notional: toMoney(amount < 0n ? -(figures?.worth ?? 0n) : (figures?.worth ?? 0n)),
      marginAsset: market.perpetual.settle,
    },
    ...{ isolatedWallet: toMoney(held?.collateral ?? 0n), initialMargin: initial, maintMargin: maintenance },
    ...{ positionInitialMargin: initial, openOrderInitialMargin: '0', adl: 0, bidNotional: '0', askNotional: '0' },
    updateTime: held?.updatedAt ?? 0,
  };
}

function toMode({ reads, key }: KeyedCall): unknown {
  return { dualSidePosition: reads.positionMode(key.account) === 'hedge' };
}

function setMode({ venue, key, parameters }: KeyedCall): unknown {
  const mode = parameters.requiredOneOf('dualSidePosition', ['true', 'false']) === 'true' ? 'hedge' : 'one-way';
  if (venue.engine.positionMode(key.account) === mode) throw refuse(-4059, 'No need to change position side.');
  check(venue.engine.setPositionMode(key.account, mode), {
    'has-orders': [-4067, 'Position side cannot be changed if there exists open orders.'],
    'has-position': [-4068, 'Position side cannot be changed if there exists position.'],
  });
  return { code: 200, msg: 'success' };
}

function toSettings(call: KeyedCall): unknown {
  const { venue, reads, key } = call;
  const named = namedMarket(call);
  return [...venue.rules.keys()]
    .filter((symbol) => named === undefined || symbol === named)
    .map((symbol) => {
      const { leverage, margin } = reads.leverage(key.account, symbol);
      const marginType = margin === 'cross' ? 'CROSSED' : 'ISOLATED';
      return { symbol, marginType, isAutoAddMargin: false, leverage: Number(leverage), maxNotionalValue: mostNotional };
    });
}

function setLeverage(call: KeyedCall): unknown {
  const { venue, key, parameters } = call;
  const { symbol } = findMarket(call).market;
  const leverage = parameters.required('leverage', '^[0-9]{1,3}$');
  const { margin } = venue.engine.leverage(key.account, symbol);
  check(venue.engine.setLeverage(key.account, symbol, { leverage, margin }), {
    'invalid-leverage': [-4028, `Leverage ${leverage} is not valid`],
  });
  return { leverage: Number(leverage), maxNotionalValue: mostNotional, symbol };
}

function setMarginType(call: KeyedCall): unknown {
  const { venue, key, parameters } = call;
  const { symbol } = findMarket(call).market;
  const asked = parameters.requiredOneOf('marginType', ['ISOLATED', 'CROSSED']) === 'CROSSED' ? 'cross' : 'isolated';
  const { leverage, margin } = venue.engine.leverage(key.account, symbol);
  if (asked === margin) throw refuse(-4046, 'No need to change margin type.');
  check(venue.engine.setLeverage(key.account, symbol, { leverage, margin: asked }), {
    'has-orders': [-4047, 'Margin type cannot be changed if there exists open orders.'],
    'has-position': [-4048, 'Margin type cannot be changed if there exists position.'],
  });
  return { code: 200, msg: 'success' };
}

type Told = Partial<Record<MarginRefusal, readonly [code: number, message: string]>>;

function check(refusal: MarginRefusal | undefined, told: Told): void {
  if (refusal === undefined) return;
  throw refuse(...(told[refusal] ?? ([-2019, 'Margin is insufficient.'] as const)));
}
