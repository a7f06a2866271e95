import {
  commands,
  drawn,
  html,
  http,
  isEven,
  messages,
  queries,
  row,
  second,
  status,
  unreadable,
  weighted,
  type FaultKind,
} from './kind.js';

/** What messages and answers look like, and books. */
export const messageFaults: readonly FaultKind[] = [
  row('P01', 'a message is cut in half', drawn({ most: 3, on: ['account', 'market'] }), (fault, site) => {
    const match = site.wire.streams[fault.on === 'market' ? 'market' : 'account'];
    site.disturb(fault, { kind: 'ws.garbage', match, ...(isEven(fault) && { text: '{"e":"\u0000\ud800' }) });
  }),
  row('P02', 'a message of a kind nobody knows takes the place of another', drawn({ most: 2 }), (fault, site) => {
    site.disturb(fault, {
      kind: 'ws.garbage',
      text: site.wire.unknownMessage,
      match: site.wire.messages[isEven(fault) ? 'order' : 'balance'],
    });
  }),
  row('P03', 'an order has a state nobody knows', drawn({ most: 2 }), unreadable),
  row('P04', 'a field is missing', drawn({ most: 2 }), unreadable),
  row('P05', 'a number is text, or the other way round', drawn({ most: 3 }), unreadable),
  row('P06', 'members called __proto__ and constructor', drawn({ most: 3 }), unreadable),
  row('P08', 'an exponent, or zeros at the end', drawn({ most: 3 }), unreadable),
  row('P09', 'NaN, Infinity or nothing where a number should be', drawn({ most: 2 }), unreadable),
  weighted(
    2,
    row(
      'P10',
      'the command worked, the answer says an unlisted error',
      drawn({ on: commands }),
      http((_, { wire }) => ({ kind: 'http.status', acted: true, ...wire.answers.unlisted })),
    ),
  ),
  row(
    'P12',
    'a page instead of data',
    drawn({ on: [...commands, ...queries] }),
    http((fault) =>
      status(fault, [
        { kind: 'http.status', status: 502, acted: true, body: html },
        { kind: 'http.status', status: 403, acted: false, body: html },
        { kind: 'http.status', status: 200, acted: true, body: html },
      ]),
    ),
  ),
  row('P13', 'a change of a book is lost inside the venue', drawn({ on: ['0', '1'] }), (fault, site) => {
    const { loseBookUpdate } = site.venue;
    if (loseBookUpdate !== undefined) site.at(fault, () => loseBookUpdate(site.symbol(fault.on)));
  }),
  row(
    'P14',
    'a snapshot is older than what the stream told',
    (random) => ({ forMs: 12 * second, on: 'fetchBook', ms: random.integer(200, 5_000) }),
    (fault, site) => {
      site.disturb({ ...fault, times: 1 }, { kind: 'ws.drop', match: site.wire.streams.market });
      site.lag(fault, 'fetchBook');
    },
  ),
  row('P15', 'changes of a book come twice, or not at all', drawn({ most: 3 }), (fault, site) => {
    const kind = isEven(fault) ? 'ws.duplicate' : 'ws.lose';
    site.disturb(fault, { kind, match: site.wire.messages.book });
  }),
  weighted(
    0.3,
    row('P25', 'the least amount of a market rises', drawn({ on: ['0', '1'] }), (fault, site) => {
      site.at(fault, () => site.raiseMinimum(fault.on));
    }),
  ),
  row(
    'P26',
    'the list of markets comes empty or broken',
    drawn({ forMs: 60 * second, on: ['fetchMarkets'], most: 2 }),
    http((fault) =>
      isEven(fault) ? { kind: 'http.garbage' } : { kind: 'http.status', status: 500, acted: false, body: '' },
    ),
  ),
  row('P27', 'a public trade comes twice', drawn({ most: 4 }), messages('trade', { kind: 'ws.duplicate' })),
  row(
    'P29',
    'a query is gone from the venue',
    (random) => ({ forMs: random.integer(3_000, 12_000), on: random.pick(['fetchOrder', 'fetchFills']) }),
    http(() => ({ kind: 'http.status', status: 410, acted: false, body: html })),
  ),
];
