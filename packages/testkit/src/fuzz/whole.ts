/** What is not whole in a value that a parser gave; `undefined` when nothing is. */
type Check = (value: unknown) => string | undefined;

/** What gave a value: a stream's parser (`events`), or a function of the spec. */
export type Kind =
  | 'events'
  | 'fetchTime'
  | 'fetchMarkets'
  | 'fetchBook'
  | 'fetchTickers'
  | 'fetchTrades'
  | 'candles'
  | 'place'
  | 'cancel'
  | 'amend'
  | 'cancelAll'
  | 'fetchOrder'
  | 'fetchOpenOrders'
  | 'fetchClosedOrders'
  | 'fetchFills'
  | 'fetchBalances'
  | 'fetchFees'
  | 'fetchKeyRights'
  | 'fetchPositions'
  | 'fetchFunding'
  | 'fetchPayments'
  | 'fetchMode'
  | 'setMode'
  | 'fetchLeverage'
  | 'setLeverage';

/**
 * Names the first thing in `value` that the model does not permit: a number that is not finite, an amount that is not plain
 * digits, an empty id, a member that is missing or that nobody documented.
 */
export function problemIn(kind: Kind, value: unknown): string | undefined {
  return kinds[kind](value);
}

const longest = 120;

function refuse(what: string, value: unknown): string {
  return `${what}: ${String(typeof value === 'string' ? JSON.stringify(value) : value).slice(0, longest)}`;
}

const text: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : refuse('no text', value));
/** Empty when the venue has none. */
const label: Check = (value) => (typeof value === 'string' ? undefined : refuse('no text', value));
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : refuse('neither true nor false', value));
const whole: Check = (value) => (Number.isSafeInteger(value) ? undefined : refuse('no whole number', value));
const anything: Check = () => undefined;
const digits = /^-?\d+(?:\.\d+)?$/;
/** Levels are as sent, and are converted when a book is read. */
const numeral = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;

const amount: Check = (value) => {
  const plain: unknown = typeof value === 'object' && value !== null && 'toFixed' in value ? toFixed(value) : value;
  return typeof plain === 'string' && digits.test(plain) ? undefined : refuse('no amount', plain);
};
const level: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string' && numeral.test(each))
    ? undefined
    : refuse('no level', value);

function toFixed(value: { readonly toFixed: unknown }): unknown {
  return typeof value.toFixed === 'function' ? Reflect.apply(value.toFixed, value, []) : undefined;
}

const one =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.some((each) => each === value) ? undefined : refuse(`not one of ${allowed.join(' ')}`, value);

const list =
  (of: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return refuse('no list', value);
    for (const each of value) {
      const problem = of(each);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

const maybe =
  (of: Check): Check =>
  (value) =>
    value === undefined ? undefined : of(value);

/** Members by name, with `maybe` where they can be absent; others are not allowed unless `isOpen`. */
function record(members: Readonly<Record<string, Check>>, isOpen = false): Check {
  const all = Object.entries(members);
  return (value) => {
    if (typeof value !== 'object' || value === null) return refuse('no object', value);
    for (const [name, check] of all) {
      const problem = check(Reflect.get(value, name));
      if (problem !== undefined) return `${name}: ${problem}`;
    }
    const stranger = isOpen ? undefined : Object.keys(value).find((name) => !(name in members));
    return stranger === undefined ? undefined : `a member ${JSON.stringify(stranger)} that nobody reads`;
  };
}

/** By the member `type`. */
function tagged(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const type: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined;
    const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
    return check === undefined ? refuse('no known type', type) : check(value);
  };
}

const side = one('buy', 'sell');
const fees = list(record({ asset: text, amount }));

const report = record({
  ...{ type: one('order'), symbol: text, status: one('open', 'filled', 'canceled', 'expired', 'rejected') },
  ...{ orderId: maybe(text), clientOrderId: maybe(label), replaces: maybe(text), reason: maybe(label) },
  ...{ at: maybe(whole), version: maybe(whole), filled: maybe(amount), filledQuote: maybe(amount), fees: maybe(fees) },
  liquidation: maybe((value) => (value === true ? undefined : refuse('not true', value))),
  terms: maybe(record({ side, amount, price: maybe(amount) })),
});
const fill = record({
  ...{ type: one('fill'), symbol: text, fillId: text, orderId: maybe(text), clientOrderId: maybe(label) },
  ...{
    side: maybe(side),
    price: amount,
    amount,
    at: whole,
    fees: maybe(fees),
    liquidity: maybe(one('maker', 'taker')),
  },
});
const balances = record({
  ...{ type: one('balances'), complete: flag, at: maybe(whole) },
  entries: list(record({ asset: text, total: maybe(amount), available: maybe(amount) })),
});
const numbering: Check = (value) => {
  const by: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'by') : undefined;
  if (by === 'connection' || by === 'none') return undefined;
  return record({ by: one('range', 'chain'), first: whole, last: whole })(value);
};
const book = record({
  ...{ type: one('book'), symbol: text, snapshot: flag, sequence: numbering, bids: list(level), asks: list(level) },
  ...{ at: maybe(whole), checksum: maybe(whole), depth: maybe(whole) },
});
const trade = record({
  ...{ type: one('trade'), symbol: text, id: maybe(text), side: maybe(side), price: amount, amount, at: whole },
});
const refetch = record({ type: one('refetch'), what: one('orders', 'fills', 'balances', 'positions', 'payments') });
const margins = one('cross', 'isolated');
const position = record({
  ...{ type: one('position'), symbol: text, side: one('net', 'long', 'short'), amount, at: maybe(whole) },
  ...{ entryPrice: maybe(amount), markPrice: maybe(amount), liquidationPrice: maybe(amount) },
  ...{ margin: maybe(margins), leverage: maybe(amount), unrealizedPnl: maybe(amount) },
  ...{ initialMargin: maybe(amount), maintenanceMargin: maybe(amount) },
});
const positions = record({ type: one('positions'), at: maybe(whole), entries: list(position) });
const funding = record({
  ...{ type: one('funding'), symbol: text, rate: maybe(amount), intervalMs: maybe(whole), nextAt: maybe(whole) },
  ...{ markPrice: maybe(amount), indexPrice: maybe(amount), at: maybe(whole) },
});
const payment = record({
  ...{
    type: one('funding-payment'),
    symbol: text,
    paymentId: text,
    asset: text,
    amount,
    rate: maybe(amount),
    at: whole,
  },
});
const events = { order: report, fill, balances, book, trade, refetch, position, positions, funding };

const market = record(
  {
    ...{ pair: text, symbol: text, base: text, quote: text, settle: text, contractSize: amount },
    status: one('trading', 'cancel-only', 'halted'),
    price: record({ step: amount, digits: maybe(whole), min: maybe(amount), max: maybe(amount) }),
    amount: record({
      step: amount,
      min: amount,
      max: maybe(amount),
      marketStep: maybe(amount),
      marketMax: maybe(amount),
      quoteStep: maybe(amount),
    }),
    minNotional: maybe(amount),
  },
  true,
);
const ticker = record({
  ...{ symbol: text, last: maybe(amount), bid: maybe(amount), ask: maybe(amount) },
  ...{ volume: maybe(amount), quoteVolume: maybe(amount), at: maybe(whole) },
});
const candle = record({
  ...{ at: whole, open: amount, high: amount, low: amount, close: amount, volume: amount },
  ...{ quoteVolume: maybe(amount), trades: maybe(whole), closed: flag },
});
const right = record({ trade: maybe(flag), withdraw: maybe(flag), addressBound: maybe(flag) });

const kinds: Readonly<Record<Kind, Check>> = {
  events: list(tagged({ ...events, 'funding-payment': payment })),
  fetchTime: whole,
  fetchMarkets: list(market),
  fetchBook: book,
  fetchTickers: list(ticker),
  fetchTrades: list(trade),
  candles: list(candle),
  place: report,
  cancel: report,
  amend: report,
  cancelAll: anything,
  fetchOrder: maybe(report),
  fetchOpenOrders: list(report),
  fetchClosedOrders: list(report),
  fetchFills: record({ fills: list(fill), cursor: maybe(text) }),
  fetchBalances: balances,
  fetchFees: record({ maker: amount, taker: amount, taken: anything }),
  fetchKeyRights: right,
  fetchPositions: list(position),
  fetchFunding: funding,
  fetchPayments: list(payment),
  fetchMode: one('one-way', 'hedge'),
  setMode: anything,
  fetchLeverage: record({ leverage: amount, margin: margins }),
  setLeverage: anything,
};
