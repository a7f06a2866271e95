import { expect, test } from 'vitest';

import { checkMargin, type MarginView } from '../src/account/margin.js';
import { decimal } from '../src/model/decimal.js';
import type { Market } from '../src/model/market.js';
import type { NewOrder, Order } from '../src/model/order.js';
import type { Position, PositionSide } from '../src/model/position.js';
import { market as spot } from './support/market.js';

const linear: Market = { ...spot, shape: 'linear' };
const inverse: Market = { ...spot, shape: 'inverse', settle: 'BTC' };

type Terms = {
  readonly side?: 'buy' | 'sell';
  readonly effect?: 'open' | 'close';
  readonly amount?: string;
  readonly amountIn?: 'base' | 'quote';
  readonly price?: string | undefined;
  readonly positionSide?: PositionSide;
  readonly timeInForce?: 'gtc' | 'post-only';
};

function order(terms: Terms = {}, market: Market = linear): NewOrder {
  const { side = 'buy', amount = '1', amountIn = 'base', effect, positionSide = 'net', timeInForce = 'gtc' } = terms;
  const price = 'price' in terms ? terms.price : '100';
  return {
    ...{ market, clientOrderId: 'a', deadline: 0, amount: decimal(amount), amountIn, positionSide, timeInForce },
    request: { pair: market.pair, side, type: 'market', amount, ...(effect !== undefined && { effect }) },
    ...(price !== undefined && { price: decimal(price) }),
  };
}

type Has = {
  readonly available?: string;
  readonly leverage?: string | undefined;
  readonly position?: string;
  readonly stale?: boolean;
  readonly inFlight?: readonly Order[];
  readonly asset?: string;
};

function view(has: Has = {}): MarginView {
  const { available = '10', position, stale = false, inFlight = [], asset = 'USDT' } = has;
  const leverage = 'leverage' in has ? has.leverage : '10';
  const amount = decimal(available);
  return {
    balances: new Map([[asset, { total: amount, available: amount, stale }]]),
    positions: position === undefined ? [] : [held(position)],
    inFlight,
    market: (pair) => (pair === linear.pair ? linear : undefined),
    leverage: () => (leverage === undefined ? undefined : decimal(leverage)),
    referencePrice: decimal('200'),
  };
}

function held(amount: string): Position {
  return { pair: linear.pair, side: 'net', amount: decimal(amount) };
}

function open(terms: Partial<Order> = {}): Order {
  return {
    ...{ clientOrderId: 'b', pair: linear.pair, side: 'buy', type: 'limit', origin: 'ours', canceling: false },
    ...{ amount: decimal('1'), amountIn: 'base', price: decimal('40'), state: 'sent', filled: decimal('0') },
    ...{ fees: [], fillsComplete: true, createdAt: 0 },
    ...terms,
  };
}

function outcome(placed: NewOrder, now: MarginView): string {
  try {
    checkMargin(placed, now);
    return 'passes';
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

const short = (needs: string, has: string, asset = 'USDT'): string =>
  `place BTC-USDT: needs ${needs} ${asset} of margin and fee, and ${has} ${asset} is available`;

test.each<[string, NewOrder, MarginView, string]>([
  ['an order needs its notional through the leverage', order(), view(), 'passes'],
  ['more than that is refused', order({ amount: '1.1' }), view(), short('11', '10')],
  ['a sell needs the same', order({ side: 'sell', amount: '1.1' }), view(), short('11', '10')],
  ['an unlisted asset is one of which there is none', order(), view({ asset: 'BTC' }), short('10', '0')],
  ['stale balances say nothing', order({ amount: '9' }), view({ stale: true }), 'passes'],
  ['without a leverage the cost cannot be told', order({ amount: '9' }), view({ leverage: undefined }), 'passes'],
  ['what only closes needs nothing', order({ side: 'sell', effect: 'close', amount: '9' }), view(), 'passes'],
  ['a market order is valued at the book', order({ price: undefined }), view(), short('20', '10')],
  ['an amount in quote counts as it is', order({ amount: '110', amountIn: 'quote' }), view(), short('11', '10')],
  [
    'what closes a position by netting needs nothing',
    order({ side: 'sell', amount: '2' }),
    view({ position: '2' }),
    'passes',
  ],
  ['what goes beyond it opens', order({ side: 'sell', amount: '4' }), view({ position: '2' }), short('20', '10')],
  ['a position the same way does not help', order({ amount: '2' }), view({ position: '2' }), short('20', '10')],
  ['a short is closed by a buy', order({ amount: '3' }), view({ position: '-2' }), 'passes'],
  [
    'a leg of its own nets with nothing',
    order({ side: 'sell', amount: '2', effect: 'open', positionSide: 'short' }),
    view({ position: '2' }),
    short('20', '10'),
  ],
  ['orders on their way count', order(), view({ inFlight: [open()] }), short('10', '6')],
  [
    'those sized in quote at their price',
    order(),
    view({ inFlight: [open({ amount: decimal('100'), amountIn: 'quote' })] }),
    short('10', '0'),
  ],
  ['but not closing ones', order(), view({ inFlight: [open({ effect: 'close' })] }), 'passes'],
  ['nor those of another collateral', order(), view({ inFlight: [open({ pair: 'ETH-USDC' })] }), 'passes'],
])('%s', (_, placed, now, expected) => {
  expect(outcome(placed, now)).toBe(expected);
});

test('the fee comes on top, the maker one when the order can only make', () => {
  const fees = { maker: decimal('0.001'), taker: decimal('0.002'), taken: 'quote' } as const;
  const now = { ...view(), fees };
  expect(outcome(order(), now)).toBe(short('10.2', '10'));
  expect(outcome(order({ timeInForce: 'post-only' }), now)).toBe(short('10.1', '10'));
  const rebate = { ...fees, maker: decimal('-0.001') };
  expect(outcome(order({ timeInForce: 'post-only' }), { ...now, fees: rebate })).toBe('passes');
});

test('on an inverse market the margin is in base', () => {
  const now = { ...view({ asset: 'BTC', available: '0.2' }), market: () => inverse };
  expect(outcome(order({ amount: '2' }, inverse), now)).toBe('passes');
  expect(outcome(order({ amount: '3' }, inverse), now)).toBe(short('0.3', '0.2', 'BTC'));
});
