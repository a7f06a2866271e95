import { decodeJson } from '../codec/json.js';
import { toText, toUtf8 } from '../codec/text.js';
import type { ErrorKind } from '../errors/connector-error.js';
import type { Fee, Fill } from '../model/fill.js';
import type { LiquidityMoved } from '../model/liquidity.js';
import type { UnixMs } from '../model/market.js';
import type { FundingPaymentReport } from '../model/position.js';
import type { Change, Failure, JournalRecord, OperationFacts, OrderTerms } from '../orders/record.js';
import type { SignedTransaction } from '../spec/chain.js';
import { exact, flag, list, number, object, oneOf, optional, text, type Field } from './fields.js';

/** What a frame holds: a record, or a note of the journal to itself. */
export type Line = JournalRecord | ForgetLine | ToldLine | NonceLine | MissingLine | BaseLine;

/** All records of this order up to here are gone. Takes no number of its own: it carries that of the record before it. */
type ForgetLine = { readonly kind: 'forget'; readonly sequence: number; readonly clientOrderId: string };

/** The events of all records up to `upTo` have been told. Takes no number of its own. */
type ToldLine = { readonly kind: 'told'; readonly sequence: number; readonly upTo: number };

/** No nonce above `upTo` was given out so far. Takes no number of its own. */
type NonceLine = { readonly kind: 'nonce'; readonly sequence: number; readonly upTo: number };

/** It is open what the venue did since then; without `since` all is known up to `at`. Takes no number of its own. */
type MissingLine = {
  readonly kind: 'missing';
  readonly sequence: number;
  readonly at: UnixMs;
  readonly since?: UnixMs;
};

/** The first line of a base. `sequence` is the last one that the base stands for. */
export type BaseLine = {
  readonly kind: 'base';
  readonly sequence: number;
  /** How many follow. */
  readonly records: number;
  /** When the last record that the base stands for was written, or all was known for the last time. */
  readonly lastAt?: UnixMs;
  /** Up to which record events had been told. */
  readonly told?: number;
  /** Up to which number nonces may have been given out. */
  readonly nonce?: number;
  /** Since when it is open what the venue did. */
  readonly missing?: UnixMs;
};

/** The version of all below. Anything that an earlier release could not read back needs the next one. */
export const version: number = 1;

/** JSON with decimals as text: `{"kind":"ack","clientOrderId":"hb1","at":1700000000000,"orderId":"7"}`. */
export function toPayload(line: Line): Uint8Array {
  // Fields write text, finite numbers, lists and objects alone, so that nothing has to be checked again.
  return toUtf8(JSON.stringify(write(line)));
}

/** Throws for what no `toPayload` of this release makes. */
export function toLine(sequence: number, payload: Uint8Array): Line {
  const value = decodeJson(toText(payload));
  const kind = typeof value === 'object' && value !== null ? text.read(Reflect.get(value, 'kind')) : '';
  if (!isKind(kind)) throw new TypeError(`a kind of record that is not known: ${JSON.stringify(kind)}`);
  return { sequence, ...lines[kind].read(value) };
}

type Kind = Line['kind'];
type Stored<K extends Kind> = Omit<Extract<Line, { readonly kind: K }>, 'sequence'>;

const fee = object<Fee>({ asset: text, amount: exact });
const side = oneOf({ buy: true, sell: true });
const change = object<Change>({ amount: optional(exact), price: optional(exact) });

const fill = object<Fill>({
  type: oneOf({ fill: true }),
  symbol: text,
  fillId: text,
  orderId: optional(text),
  clientOrderId: optional(text),
  side: optional(side),
  price: exact,
  amount: exact,
  at: number,
  fees: optional(list(fee)),
  liquidity: optional(oneOf({ maker: true, taker: true })),
});

const terms = object<OrderTerms>({
  pair: text,
  symbol: text,
  base: text,
  quote: text,
  side,
  type: oneOf({ limit: true, market: true }),
  amount: exact,
  amountIn: oneOf({ base: true, quote: true }),
  price: optional(exact),
  timeInForce: optional(oneOf({ gtc: true, gtd: true, ioc: true, fok: true, 'post-only': true })),
  effect: optional(oneOf({ open: true, close: true })),
});

const errorKind: Field<ErrorKind> = oneOf({
  auth: true,
  'clock-skew': true,
  'rate-limited': true,
  'insufficient-balance': true,
  'order-not-found': true,
  'order-rejected': true,
  unsupported: true,
  'invalid-request': true,
  'bad-response': true,
  'venue-unavailable': true,
  network: true,
  aborted: true,
});

const failure = object<Failure>({
  kind: errorKind,
  outcome: oneOf({ 'not-sent': true, refused: true, unknown: true }),
  operation: text,
  message: text,
  code: optional(text),
});

const payment = object<FundingPaymentReport>({
  type: oneOf({ 'funding-payment': true }),
  symbol: text,
  paymentId: text,
  asset: text,
  amount: exact,
  rate: optional(exact),
  at: number,
});

const transaction = object<SignedTransaction>({ hash: text, raw: text, nonce: number });

const signedFor = { step: optional(text), cancels: optional(oneOf({ asked: true, late: true })) };

const operation = object<OperationFacts>({
  operationId: text,
  pair: text,
  action: oneOf({ open: true, add: true, remove: true, collect: true, close: true }),
  state: oneOf({ queued: true, open: true, unknown: true, done: true, failed: true, 'not-sent': true }),
  createdAt: number,
  positionId: optional(text),
  hash: optional(text),
  moved: optional(object<LiquidityMoved>({ base: exact, quote: exact, baseFees: exact, quoteFees: exact })),
  fees: list(fee),
  signed: list(object<OperationFacts['signed'][number]>({ transaction, ...signedFor })),
  deadline: optional(number),
  failure: optional(failure),
});

const record = { clientOrderId: text, at: number };

const lines: { readonly [K in Kind]: Field<Stored<K>> } = {
  intent: object<Stored<'intent'>>({
    kind: oneOf({ intent: true }),
    ...record,
    origin: oneOf({ ours: true, recovered: true, external: true }),
    terms,
    deadline: optional(number),
  }),
  sent: object<Stored<'sent'>>({ kind: oneOf({ sent: true }), ...record }),
  prepared: object<Stored<'prepared'>>({ kind: oneOf({ prepared: true }), ...record, orderId: text, bytes: text }),
  signed: object<Stored<'signed'>>({
    kind: oneOf({ signed: true }),
    ...record,
    transaction,
    ...signedFor,
  }),
  settled: object<Stored<'settled'>>({
    kind: oneOf({ settled: true }),
    ...record,
    nonce: number,
    unused: optional(flag),
  }),
  undone: object<Stored<'undone'>>({ kind: oneOf({ undone: true }), ...record }),
  ack: object<Stored<'ack'>>({ kind: oneOf({ ack: true }), ...record, orderId: text, replaces: optional(text) }),
  status: object<Stored<'status'>>({
    kind: oneOf({ status: true }),
    ...record,
    orderId: optional(text),
    status: oneOf({ open: true, filled: true, canceled: true, expired: true, rejected: true }),
    reason: optional(text),
    venueAt: optional(number),
    version: optional(number),
    filled: optional(exact),
    filledQuote: optional(exact),
    fees: optional(list(fee)),
    terms: optional(change),
  }),
  fill: object<Stored<'fill'>>({ kind: oneOf({ fill: true }), ...record, fill }),
  unknown: object<Stored<'unknown'>>({ kind: oneOf({ unknown: true }), ...record, failure }),
  verdict: object<Stored<'verdict'>>({
    kind: oneOf({ verdict: true }),
    ...record,
    verdict: oneOf({ rejected: true, 'not-placed': true, revoked: true }),
    failure: optional(failure),
  }),
  cancel: object<Stored<'cancel'>>({
    kind: oneOf({ cancel: true }),
    ...record,
    state: oneOf({ sent: true, refused: true, unknown: true }),
    failure: optional(failure),
  }),
  amend: object<Stored<'amend'>>({
    kind: oneOf({ amend: true }),
    ...record,
    state: oneOf({ sent: true, done: true, refused: true, unknown: true }),
    to: change,
    orderId: optional(text),
    venueAt: optional(number),
    version: optional(number),
    failure: optional(failure),
  }),
  'not-sent': object<Stored<'not-sent'>>({ kind: oneOf({ 'not-sent': true }), ...record, failure }),
  'fill-voided': object<Stored<'fill-voided'>>({
    kind: oneOf({ 'fill-voided': true }),
    ...record,
    fillId: text,
    pending: optional(flag),
  }),
  'funding-since': object<Stored<'funding-since'>>({
    kind: oneOf({ 'funding-since': true }),
    ...record,
    since: number,
  }),
  'funding-paid': object<Stored<'funding-paid'>>({
    kind: oneOf({ 'funding-paid': true }),
    ...record,
    pair: text,
    payment,
  }),
  operation: object<Stored<'operation'>>({ kind: oneOf({ operation: true }), ...record, operation }),
  forget: object<Stored<'forget'>>({ kind: oneOf({ forget: true }), clientOrderId: text }),
  told: object<Stored<'told'>>({ kind: oneOf({ told: true }), upTo: number }),
  nonce: object<Stored<'nonce'>>({ kind: oneOf({ nonce: true }), upTo: number }),
  missing: object<Stored<'missing'>>({ kind: oneOf({ missing: true }), at: number, since: optional(number) }),
  base: object<Stored<'base'>>({
    kind: oneOf({ base: true }),
    records: number,
    lastAt: optional(number),
    told: optional(number),
    nonce: optional(number),
    missing: optional(number),
  }),
};

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(lines, kind);
}

/** The compiler cannot see that a line and its field are of one kind without being shown each. */
function write(line: Line): unknown {
  switch (line.kind) {
    case 'intent':
      return lines.intent.write(line);
    case 'sent':
      return lines.sent.write(line);
    case 'prepared':
      return lines.prepared.write(line);
    case 'signed':
      return lines.signed.write(line);
    case 'settled':
      return lines.settled.write(line);
    case 'undone':
      return lines.undone.write(line);
    case 'ack':
      return lines.ack.write(line);
    case 'status':
      return lines.status.write(line);
    case 'fill':
      return lines.fill.write(line);
    case 'unknown':
      return lines.unknown.write(line);
    case 'verdict':
      return lines.verdict.write(line);
    case 'cancel':
      return lines.cancel.write(line);
    case 'amend':
      return lines.amend.write(line);
    case 'not-sent':
      return lines['not-sent'].write(line);
    case 'fill-voided':
      return lines['fill-voided'].write(line);
    case 'funding-since':
      return lines['funding-since'].write(line);
    case 'funding-paid':
      return lines['funding-paid'].write(line);
    case 'operation':
      return lines.operation.write(line);
    case 'forget':
      return lines.forget.write(line);
    case 'told':
      return lines.told.write(line);
    case 'missing':
      return lines.missing.write(line);
    case 'nonce':
      return lines.nonce.write(line);
    case 'base':
      return lines.base.write(line);
  }
}
