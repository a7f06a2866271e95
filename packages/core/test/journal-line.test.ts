import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ErrorKind } from '../src/errors/connector-error.js';
import { decimal, type Decimal } from '../src/model/decimal.js';
import type { Fee, Fill } from '../src/model/fill.js';
import type { FundingPaymentReport } from '../src/model/position.js';
import { toLine, toPayload, type Line } from '../src/journal/line.js';
import type { Change, Failure, JournalEntry, OperationFacts, OrderTerms } from '../src/orders/record.js';

/** Any text at all, halves of surrogate pairs too. */
const text = fc.array(fc.nat(0xffff), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes));
const time = fc.double({ min: 0, max: 4e12, noNaN: true });
const version = fc.maxSafeNat();

/** Up to 64 digits, and an exponent within 64. */
const amount: fc.Arbitrary<Decimal> = fc
  .tuple(fc.boolean(), fc.bigInt(0n, 10n ** 64n - 1n), fc.integer({ min: -64, max: 0 }))
  .map(([isNegative, digits, exponent]) => decimal(`${isNegative && digits > 0n ? '-' : ''}${digits}e${exponent}`));

const fee: fc.Arbitrary<Fee> = fc.record({ asset: text, amount });
const fees = fc.array(fee, { maxLength: 3 });
const side = fc.constantFrom('buy' as const, 'sell' as const);
const change: fc.Arbitrary<Change> = fc.record({ amount, price: amount }, { requiredKeys: [] });

const fill: fc.Arbitrary<Fill> = fc.record(
  {
    type: fc.constant('fill' as const),
    symbol: text,
    fillId: text,
    orderId: text,
    clientOrderId: text,
    side,
    price: amount,
    amount,
    at: time,
    fees,
    liquidity: fc.constantFrom('maker' as const, 'taker' as const),
  },
  { requiredKeys: ['type', 'symbol', 'fillId', 'price', 'amount', 'at'] },
);

const terms: fc.Arbitrary<OrderTerms> = fc.record(
  {
    pair: text,
    symbol: text,
    base: text,
    quote: text,
    side,
    type: fc.constantFrom('limit' as const, 'market' as const),
    amount,
    amountIn: fc.constantFrom('base' as const, 'quote' as const),
    price: amount,
    timeInForce: fc.constantFrom<NonNullable<OrderTerms['timeInForce']>>('gtc', 'gtd', 'ioc', 'fok', 'post-only'),
    effect: fc.constantFrom('open' as const, 'close' as const),
  },
  { requiredKeys: ['pair', 'symbol', 'base', 'quote', 'side', 'type', 'amount', 'amountIn'] },
);

const errorKinds: readonly ErrorKind[] = [
  'auth',
  'clock-skew',
  'rate-limited',
  'insufficient-balance',
  'order-not-found',
  'order-rejected',
  'unsupported',
  'invalid-request',
  'bad-response',
  'venue-unavailable',
  'network',
  'aborted',
];

const failure: fc.Arbitrary<Failure> = fc.record(
  {
    kind: fc.constantFrom(...errorKinds),
    outcome: fc.constantFrom('not-sent' as const, 'refused' as const, 'unknown' as const),
    operation: text,
    message: text,
    code: text,
  },
  { requiredKeys: ['kind', 'outcome', 'operation', 'message'] },
);

const payment: fc.Arbitrary<FundingPaymentReport> = fc.record(
  {
    type: fc.constant('funding-payment' as const),
    symbol: text,
    paymentId: text,
    asset: text,
    amount,
    rate: amount,
    at: time,
  },
  { requiredKeys: ['type', 'symbol', 'paymentId', 'asset', 'amount', 'at'] },
);

const transaction = fc.record({ hash: text, raw: text, nonce: time });

const operation: fc.Arbitrary<OperationFacts> = fc.record(
  {
    operationId: text,
    pair: text,
    action: fc.constantFrom('open' as const, 'add' as const, 'remove' as const, 'collect' as const, 'close' as const),
    state: fc.constantFrom(
      'queued' as const,
      'open' as const,
      'unknown' as const,
      'done' as const,
      'failed' as const,
      'not-sent' as const,
    ),
    createdAt: time,
    positionId: text,
    hash: text,
    moved: fc.record({ base: amount, quote: amount, baseFees: amount, quoteFees: amount }),
    fees,
    signed: fc.array(fc.record({ transaction, step: text }, { requiredKeys: ['transaction'] }), { maxLength: 3 }),
    failure,
  },
  { requiredKeys: ['operationId', 'pair', 'action', 'state', 'createdAt', 'fees', 'signed'] },
);

type Kind = JournalEntry['kind'];
type Entries = { readonly [K in Kind]: fc.Arbitrary<Extract<JournalEntry, { readonly kind: K }>> };

/** Any entry of each kind, with and without each member that may be left out. */
const entries: Entries = {
  intent: fc.record(
    {
      kind: fc.constant('intent' as const),
      origin: fc.constantFrom('ours' as const, 'recovered' as const, 'external' as const),
      terms,
      deadline: time,
    },
    { requiredKeys: ['kind', 'origin', 'terms'] },
  ),
  sent: fc.constant({ kind: 'sent' }),
  prepared: fc.record({ kind: fc.constant('prepared' as const), orderId: text, bytes: text }),
  signed: fc.record(
    {
      kind: fc.constant('signed' as const),
      transaction,
      step: text,
      cancels: fc.constantFrom('asked' as const, 'late' as const),
    },
    { requiredKeys: ['kind', 'transaction'] },
  ),
  settled: fc.record(
    { kind: fc.constant('settled' as const), nonce: time, unused: fc.constant(true as const) },
    { requiredKeys: ['kind', 'nonce'] },
  ),
  undone: fc.constant({ kind: 'undone' }),
  ack: fc.record(
    { kind: fc.constant('ack' as const), orderId: text, replaces: text },
    { requiredKeys: ['kind', 'orderId'] },
  ),
  status: fc.record(
    {
      kind: fc.constant('status' as const),
      orderId: text,
      status: fc.constantFrom(
        'open' as const,
        'filled' as const,
        'canceled' as const,
        'expired' as const,
        'rejected' as const,
      ),
      reason: text,
      venueAt: time,
      version,
      filled: amount,
      filledQuote: amount,
      fees,
      terms: change,
    },
    { requiredKeys: ['kind', 'status'] },
  ),
  fill: fc.record({ kind: fc.constant('fill' as const), fill }),
  unknown: fc.record({ kind: fc.constant('unknown' as const), failure }),
  verdict: fc.record(
    {
      kind: fc.constant('verdict' as const),
      verdict: fc.constantFrom('rejected' as const, 'not-placed' as const, 'revoked' as const),
      failure,
    },
    { requiredKeys: ['kind', 'verdict'] },
  ),
  cancel: fc.record(
    {
      kind: fc.constant('cancel' as const),
      state: fc.constantFrom('sent' as const, 'refused' as const, 'unknown' as const),
      failure,
    },
    { requiredKeys: ['kind', 'state'] },
  ),
  amend: fc.record(
    {
      kind: fc.constant('amend' as const),
      state: fc.constantFrom('sent' as const, 'done' as const, 'refused' as const, 'unknown' as const),
      to: change,
      orderId: text,
      venueAt: time,
      version,
      failure,
    },
    { requiredKeys: ['kind', 'state', 'to'] },
  ),
  'not-sent': fc.record({ kind: fc.constant('not-sent' as const), failure }),
  'fill-voided': fc.record(
    { kind: fc.constant('fill-voided' as const), fillId: text, pending: fc.constant(true as const) },
    { requiredKeys: ['kind', 'fillId'] },
  ),
  'funding-since': fc.record({ kind: fc.constant('funding-since' as const), since: time }),
  'funding-paid': fc.record({ kind: fc.constant('funding-paid' as const), pair: text, payment }),
  operation: fc.record({ kind: fc.constant('operation' as const), operation }),
};

const names = Object.keys(entries).filter((name): name is Kind => name in entries);

function read(json: string): Line {
  return toLine(7, new TextEncoder().encode(json));
}

test.each(names)('a record of kind %s is read as it was written', (kind) => {
  const line: fc.Arbitrary<Line> = fc
    .tuple(text, time, entries[kind])
    .map(([clientOrderId, at, entry]): Line => ({ sequence: 7, clientOrderId, at, ...entry }));
  fc.assert(
    fc.property(line, (written) => {
      expect(toLine(7, toPayload(written))).toEqual(written);
    }),
    { seed: 20_260_301, numRuns: 300 },
  );
});

test.each<Line>([
  { kind: 'forget', sequence: 7, clientOrderId: 'hb1' },
  { kind: 'base', sequence: 7, records: 0 },
  { kind: 'base', sequence: 7, records: 3, lastAt: 1_700_000_000_000, missing: 1_600_000_000_000 },
  { kind: 'missing', sequence: 7, at: 1_700_000_060_000, since: 1_700_000_000_000 },
  { kind: 'missing', sequence: 7, at: 1_700_000_060_000 },
])('the note $kind is read as it was written', (line) => {
  expect(toLine(7, toPayload(line))).toEqual(line);
});

test('a record is JSON text that a person can read', () => {
  const line: Line = {
    sequence: 7,
    clientOrderId: 'hb1',
    at: 1_700_000_000_000,
    kind: 'status',
    status: 'open',
    filled: decimal('0.00000001'),
    fees: [{ asset: 'USDT', amount: decimal('-1e3') }],
  };
  expect(new TextDecoder().decode(toPayload(line))).toMatchInlineSnapshot(
    `"{"kind":"status","clientOrderId":"hb1","at":1700000000000,"status":"open","filled":"0.00000001","fees":[{"asset":"USDT","amount":"-1000"}]}"`,
  );
});

test.each([
  ['{"kind":"margin-call","clientOrderId":"a","at":1}', 'a kind of record that is not known: "margin-call"'],
  ['{"kind":"toString","clientOrderId":"a","at":1}', 'a kind of record that is not known: "toString"'],
  ['[]', 'not a text'],
  ['7', 'a kind of record that is not known: ""'],
  ['{"kind":"sent","clientOrderId":"a","at":1,"by":"hand"}', 'a member that is not known: "by"'],
  ['{"kind":"sent","at":1}', 'not a text: undefined'],
  ['{"kind":"sent","clientOrderId":"a","at":"soon"}', 'not a number: soon'],
  ['{"kind":"status","clientOrderId":"a","at":1,"status":"paused"}', 'not known: "paused"'],
  ['{"kind":"status","clientOrderId":"a","at":1,"status":"open","filled":"1,5"}', 'not a decimal number: "1,5"'],
  ['{"kind":"status","clientOrderId":"a","at":1,"status":"open","fees":{}}', 'not a list'],
  ['{"kind":"fill","clientOrderId":"a","at":1,"fill":null}', 'not an object'],
  ['{"kind":"sent"', 'JSON ends early'],
])('%s is refused, because something would be lost', (json, message) => {
  expect(() => read(json)).toThrow(message);
});

test('what could not be read back is not written', () => {
  const filled = decimal('1').div(decimal('3')).pow(2);
  const record = { sequence: 7, clientOrderId: 'a', at: 1 } as const;
  expect(() => toPayload({ ...record, kind: 'status', status: 'open', filled })).toThrow('more than 64 digits');
  expect(() => toPayload({ ...record, at: Number.NaN, kind: 'sent' })).toThrow('not a number: NaN');
});
