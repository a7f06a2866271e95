import {
  both,
  commands,
  drawn,
  http,
  isEven,
  lasting,
  messages,
  queries,
  requestOf,
  row,
  second,
  weighted,
  type FaultKind,
} from './kind.js';

/** The line between us and the venue. */
export const transportFaults: readonly FaultKind[] = [
  row(
    'T01',
    'a request never reaches the venue',
    drawn({ on: commands, most: 2 }),
    http(() => ({ kind: 'http.request.lost' })),
  ),
  weighted(
    2,
    row(
      'T02',
      'the venue acts, its answer is lost',
      drawn({ on: commands, most: 2 }),
      http(() => ({ kind: 'http.response.lost' })),
    ),
  ),
  row(
    'T03',
    'an answer comes after the time-out',
    drawn({ on: commands, ms: [4_000, 9_000] }),
    http(({ ms = 0 }) => ({ kind: 'http.delay', leg: 'response', ms })),
  ),
  weighted(
    2,
    row(
      'T04',
      'a request arrives after the client gave up',
      drawn({ on: commands, ms: [3_050, 4_800] }),
      http(({ ms = 0 }) => ({ kind: 'http.delay', leg: 'request', ms })),
    ),
  ),
  row(
    'T05',
    'a request arrives after its validity',
    drawn({ on: commands, ms: [5_500, 9_000] }),
    http(({ ms = 0 }) => ({ kind: 'http.delay', leg: 'request', ms })),
  ),
  row(
    'T06',
    'the connection of a command breaks',
    drawn({ on: commands, most: 2 }),
    http((fault) => ({ kind: 'http.reset', leg: isEven(fault) ? 'request' : 'response' })),
  ),
  row(
    'T07',
    'the answer to a command is cut short',
    drawn({ on: commands }),
    http(() => ({ kind: 'http.garbage' })),
  ),
  row(
    'T07q',
    'the answer to a query is cut short',
    drawn({ on: queries }),
    http(() => ({ kind: 'http.garbage' })),
  ),
  weighted(
    2,
    row(
      'T08',
      'the account stream breaks between the messages of one event',
      drawn({ forMs: 15 * second }),
      messages('order', { kind: 'ws.drop' }),
    ),
  ),
  row(
    'T09',
    'a stream goes silent and nobody is told',
    drawn({ forMs: 15 * second, on: ['account', 'market'] }),
    (fault, site) => {
      site.disturb(fault, {
        kind: 'ws.silent',
        match: site.wire.streams[fault.on === 'market' ? 'market' : 'account'],
      });
    },
  ),
  weighted(
    2,
    row(
      'T10',
      'one kind of message stays out while the stream is alive',
      lasting([2_000, 15_000], ['order', 'balance']),
      (fault, site) => {
        site.disturb(fault, {
          kind: 'ws.lose',
          match: site.wire.messages[fault.on === 'balance' ? 'balance' : 'order'],
        });
      },
    ),
  ),
  row(
    'T11',
    'the venue refuses to be connected to again',
    drawn({ times: 1, most: 3, forMs: 15 * second }),
    (fault, site) => {
      site.disturb(fault, {
        kind: 'ws.refused',
        match: site.wire.streams[isEven(fault) ? 'account' : 'market'].trim(),
        ...(isEven(fault) && { status: 503 }),
      });
      site.disturb(
        { ...fault, times: 1 },
        { kind: 'ws.drop', match: site.wire.streams[isEven(fault) ? 'account' : 'market'] },
      );
    },
  ),
  weighted(
    0.3,
    row('T12', 'the venue announces its end and closes every connection', drawn({}), (fault, site) => {
      const { shutDown } = site.venue;
      if (shutDown !== undefined) site.at(fault, () => shutDown(2_000));
    }),
  ),
  row(
    'T13',
    'the connection breaks while subscriptions are outstanding',
    drawn({ forMs: 30 * second }),
    (fault, site) => {
      site.disturb({ ...fault, times: 1 }, { kind: 'ws.drop', match: site.wire.streams.market });
      site.disturb(fault, { kind: 'ws.drop', to: 'venue', match: site.wire.messages.subscribe });
    },
  ),
  row('T14', 'what authorises the account stream ends', drawn({}), (fault, site) => {
    const { endSession } = site.venue;
    if (endSession !== undefined) site.at(fault, endSession);
  }),
  row('T15', 'everything arrives twice', lasting([1_000, 10_000], ['account', 'market']), (fault, site) => {
    site.disturb(fault, {
      kind: 'ws.duplicate',
      match: site.wire.streams[fault.on === 'market' ? 'market' : 'account'],
    });
  }),
  weighted(
    0.5,
    row(
      'T16',
      'no name resolves: nothing can be connected to',
      lasting([2_000, 12_000]),
      both(
        (fault, site) => {
          site.disturb(fault, { kind: 'http.refused' });
        },
        (fault, site) => {
          site.disturb(fault, { kind: 'ws.refused' });
          site.disturb({ ...fault, times: 1 }, { kind: 'ws.drop' });
        },
      ),
    ),
  ),
  weighted(
    0.5,
    row(
      'T20',
      'we reach the venue, it does not reach us',
      lasting([1_000, 8_000]),
      both(
        (fault, site) => {
          site.disturb(fault, { kind: 'http.response.lost' });
        },
        (fault, site) => {
          site.disturb(fault, { kind: 'ws.lose' });
        },
      ),
    ),
  ),
  weighted(
    0.7,
    row('T21', 'the event loop is blocked', drawn({ ms: [1_000, 12_000] }), (fault, site) => {
      site.at(fault, () => site.block(fault.ms ?? 0));
    }),
  ),
  row(
    'T25',
    'the answer is the one to an earlier request of its kind',
    drawn({ on: ['place', 'cancel', 'fetchOrder', 'amend'] }),
    (fault, site) => {
      site.mixUp(fault, requestOf(fault));
    },
  ),
];
