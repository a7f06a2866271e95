import {
  both,
  commands,
  drawn,
  http,
  isEven,
  lasting,
  marginQueries,
  messages,
  queries,
  row,
  second,
  status,
  weighted,
  type FaultKind,
} from './kind.js';

/** Orders, balances, clocks and rate limits. */
export const orderFaults: readonly FaultKind[] = [
  weighted(
    3,
    row(
      'O01',
      'HTTP 5xx, and the order was accepted',
      drawn({ on: ['place'], most: 2 }),
      http((fault) => ({
        kind: 'http.status',
        status: [500, 502, 503, 504][(fault.variant ?? 0) % 4] ?? 500,
        acted: true,
      })),
    ),
  ),
  row(
    'O02',
    'HTTP 5xx, and the order was not accepted',
    drawn({ on: ['place'], most: 2 }),
    http((fault) => ({
      kind: 'http.status',
      status: [500, 502, 503, 504][(fault.variant ?? 0) % 4] ?? 500,
      acted: false,
    })),
  ),
  row(
    'O03',
    'the venue says that it does not know',
    drawn({ on: commands, most: 2 }),
    http((fault, { wire }) =>
      status(
        fault,
        wire.answers.unknown.flatMap((answer) => [
          { kind: 'http.status', acted: true, ...answer } as const,
          { kind: 'http.status', acted: false, ...answer } as const,
        ]),
      ),
    ),
  ),
  row(
    'O04',
    'the order was accepted, the answer says that its id is taken',
    drawn({ on: ['place'] }),
    http((_, { wire }) => ({ kind: 'http.status', acted: true, ...wire.answers.duplicate })),
  ),
  weighted(
    2,
    row(
      'O06',
      'fills and endings come before the answer',
      drawn({ on: ['place'], most: 3, ms: [300, 2_800] }),
      http(({ ms = 0 }) => ({ kind: 'http.delay', leg: 'response', ms })),
    ),
  ),
  weighted(
    2,
    row('O08', 'what happened to an order is told late', drawn({ most: 3, ms: [200, 6_000] }), (fault, site) => {
      site.disturb(fault, { kind: 'ws.delay', ms: fault.ms ?? 0, match: site.wire.messages.order });
    }),
  ),
  row(
    'O10',
    'the list of fills lags',
    (random) => ({ forMs: random.integer(2_000, 15_000), ms: random.integer(500, 8_000) }),
    (fault, site) => {
      site.lag(fault, 'fetchFills');
    },
  ),
  row(
    'O11',
    'messages about one order come in another order',
    drawn({ most: 2 }),
    messages('order', { kind: 'ws.reorder' }),
  ),
  row(
    'O12',
    'a cancel is told that there is no such order',
    drawn({ on: ['cancel'] }),
    http((fault, { wire }) => ({ kind: 'http.status', acted: isEven(fault), ...wire.answers.nothingToCancel })),
  ),
  row(
    'O13',
    'nobody knows whether a cancel worked',
    drawn({ on: ['cancel'], most: 2 }),
    http((fault) => ({ kind: 'http.status', status: 503, acted: isEven(fault) })),
  ),
  weighted(
    2,
    row(
      'O14',
      'a query tells what a stream has overtaken',
      (random) => ({ forMs: random.integer(2_000, 15_000), ms: random.integer(500, 5_000) }),
      (fault, site) => {
        for (const request of ['fetchOrder', 'fetchOpenOrders'] as const) site.lag(fault, request);
      },
    ),
  ),
  row(
    'O15',
    'every query lags',
    (random) => ({ forMs: random.integer(2_000, 12_000), ms: random.integer(500, 5_000) }),
    (fault, site) => {
      for (const request of [...queries, ...marginQueries]) if (request !== 'fetchBook') site.lag(fault, request);
    },
  ),
  row('O16', 'one query has forgotten every order', lasting([3_000, 20_000]), (fault, site) => {
    const { wire } = site;
    const forget = http(() => ({ kind: 'http.status', acted: false, ...wire.answers.noOrder }));
    forget({ ...fault, on: 'fetchOrder' }, site);
  }),
  weighted(
    2,
    row(
      'O19',
      'nobody knows whether an amendment worked',
      drawn({ on: ['amend'], forMs: 20 * second }),
      http((fault) => ({ kind: 'http.status', status: 503, acted: isEven(fault) })),
    ),
  ),
  row('O24', 'the venue ends an order of ours', drawn({ on: ['0', '1'] }), (fault, site) => {
    site.at(fault, () => site.expireOne(fault));
  }),
  row('O25', 'somebody trades on the same account by hand', drawn({ on: ['0', '1'] }), (fault, site) => {
    site.at(fault, () => site.placeByHand(fault));
  }),
  row(
    'O34',
    'the list of fills cannot be had',
    drawn({ on: ['fetchFills'], most: 3 }),
    http((fault) => ({ kind: 'http.status', status: 500, acted: isEven(fault) })),
  ),
  row(
    'O35',
    'the venue refuses orders for a while',
    drawn({ on: ['place'], most: 2 }),
    http((_, { wire }) => ({ kind: 'http.status', acted: false, ...wire.answers.tooManyOrders })),
  ),
  row(
    'B01',
    'the balances of a query are old',
    (random) => ({ forMs: random.integer(2_000, 15_000), ms: random.integer(500, 8_000) }),
    (fault, site) => {
      site.lag(fault, 'fetchBalances');
    },
  ),
  row('B04', 'money comes from outside, or goes', drawn({ on: ['0', '1'] }), (fault, site) => {
    site.at(fault, () => site.deposit(fault));
  }),
  row(
    'B07',
    'balances cannot be had',
    drawn({ on: ['fetchBalances'], most: 3 }),
    http((fault) => ({ kind: 'http.status', status: 500, acted: isEven(fault) })),
  ),
  row('C01', 'our clock is off', drawn({ ms: [-60_000, 60_000] }), (fault, site) => {
    site.at(fault, () => site.jump(fault.ms ?? 0));
  }),
  weighted(
    0.5,
    row('C02', 'our clock jumps by an hour', drawn({}), (fault, site) => {
      site.at(fault, () => site.jump(isEven(fault) ? 3_600_000 : -3_600_000));
    }),
  ),
  weighted(
    0.5,
    row(
      'C04',
      "the answer with the venue's time is slow",
      drawn({ forMs: 20 * second, on: ['fetchTime'], most: 3, ms: [500, 2_800] }),
      both(
        http(({ ms = 0 }) => ({ kind: 'http.delay', leg: 'response', ms })),
        (fault, site) => {
          site.at(fault, () => site.jump(isEven(fault) ? 20_000 : -20_000));
        },
      ),
    ),
  ),
  row(
    'R01',
    'a query is refused for going over a limit',
    drawn({ on: queries, most: 2 }),
    http((_, { wire }) => ({ kind: 'http.status', acted: false, ...wire.answers.tooManyRequests })),
  ),
  weighted(
    0.4,
    row(
      'R02',
      'the address is banned for a while',
      drawn({ on: queries }),
      http((_, { wire }) => ({ kind: 'http.status', acted: false, ...wire.answers.banned })),
    ),
  ),
  weighted(
    0.3,
    row('R03', 'the venue counts more requests than we made', drawn({ most: 3 }), (fault, site) => {
      if (site.wire.heavyUse !== undefined) site.rewriteHeader(fault, site.wire.heavyUse);
    }),
  ),
];
